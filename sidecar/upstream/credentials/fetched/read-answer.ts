/**
 * What a token endpoint has answered. Nothing of its text is passed on but error codes that are known: whatever else stands there may be
 * the secret that it was sent.
 */
import { isObject } from '../../../../core/mcp/message.ts';
import { parseJson } from '../../../../core/mcp/parse-json.ts';

export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Seconds or a date (RFC 9110 §10.2.3). */
  readonly retryAfter: string | null;
  readonly text: string;
}

export interface Issued {
  readonly kind: 'issued';
  readonly token: string;
  /** Milliseconds that it is good for, from now. */
  readonly forMs: number;
}

/** The endpoint has understood, and says no to what was shown of the caller (RFC 8693 §2.2.2, RFC 6749 §5.2). */
export interface Declined {
  readonly kind: 'declined';
  readonly why: string;
}

/** Whoever is the caller. */
export interface Failed {
  readonly kind: 'failed';
  readonly why: string;
  /** How long the endpoint wants to be left alone. */
  readonly pauseMs?: number;
}

export type Answer = Issued | Declined | Failed;

/** Where it is not said (RFC 6749 §5.1 only recommends to). */
const UNSAID_MS = 5 * 60_000;
/** A token that is good for longer is asked for anew all the same, so that a client that was taken back is heard of. */
const MAX_MS = 24 * 3_600_000;
/** As for keys that lie in Secrets: every answer of the server is searched for it. */
const MAX_TOKEN = 8_192;
const MAX_PAUSE_MS = 60_000;
/** What is shorter cannot be told from other text in what the server says. */
const MIN_TOKEN = 8;
/** Visible ASCII: what a header can carry without beginning another one (RFC 6749 appendix A.12, without the blank). */
const TOKEN = /^[\x21-\x7e]+$/;

/** By which an endpoint that was asked to exchange a token may mean that token (RFC 8693 §2.2.2: `invalid_request`). */
const OF_THE_SUBJECT: ReadonlySet<string> = new Set([
  ...['invalid_grant', 'invalid_request', 'invalid_token', 'access_denied'],
  // OpenID Connect Core 1.0 §3.1.2.6, as Microsoft Entra ID says it of a token on whose behalf it was asked.
  ...['interaction_required', 'consent_required', 'login_required'],
]);
const OF_THE_CLIENT: ReadonlySet<string> = new Set([
  ...['invalid_client', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope', 'invalid_target'],
  ...['temporarily_unavailable', 'server_error', 'slow_down'],
]);
const ISSUED_TYPES: readonly unknown[] = [
  'urn:ietf:params:oauth:token-type:access_token',
  'urn:ietf:params:oauth:token-type:jwt',
];

export function readAnswer(raw: RawAnswer, exchanges: boolean, now: number): Answer {
  const { status } = raw;
  if (status !== 200) return readRefusal(raw, exchanges, now);
  const said = objectIn(raw);
  if (typeof said === 'string') return failed(said);
  const { access_token: token, token_type: type, expires_in: seconds, issued_token_type: issuedType } = said;
  if (typeof token !== 'string') return failed('it answered with status 200 and no access_token');
  if (token.length > MAX_TOKEN) return failed(`its token is longer than ${MAX_TOKEN} characters`);
  if (token.length < MIN_TOKEN) return failed(`its token is shorter than ${MIN_TOKEN} characters`);
  if (!TOKEN.test(token)) return failed('its token has characters that no header can carry');
  // RFC 8693 §2.2.1: what was issued may be something else than what is used to reach a server.
  if (issuedType !== undefined && !ISSUED_TYPES.includes(issuedType)) return failed('it issued no access token');
  if (!isUsable(type, issuedType)) return failed('its token is no bearer token');
  const forMs = lifeOf(seconds);
  return typeof forMs === 'number' ? { kind: 'issued', token, forMs } : failed(forMs.why);
}

/** `N_A` is what an exchange says of a token that is a JWT, for a server that it does not know (RFC 8693 §2.2.1). */
function isUsable(type: unknown, issuedType: unknown): boolean {
  if (typeof type !== 'string') return false;
  const lower = type.toLowerCase();
  return lower === 'bearer' || (lower === 'n_a' && issuedType === ISSUED_TYPES[1]);
}

/** A number, or the same as a text, as some providers say it. */
function lifeOf(said: unknown): number | { readonly why: string } {
  if (said === undefined || said === null) return UNSAID_MS;
  const seconds = typeof said === 'string' && /^[0-9]{1,15}$/.test(said) ? Number(said) : said;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds))
    return { why: 'its expires_in is no number of seconds' };
  if (seconds <= 0) return { why: 'its token has expired before it came' };
  return Math.min(seconds * 1000, MAX_MS);
}

function readRefusal(raw: RawAnswer, exchanges: boolean, now: number): Answer {
  const { status } = raw;
  const said = status >= 400 && status < 500 ? objectIn(raw) : undefined;
  const code = typeof said === 'object' ? said['error'] : undefined;
  const sentence = `it answered with status ${status}${isKnown(code) ? ` and ${code}` : ''}`;
  if (exchanges && status < 429 && typeof code === 'string' && OF_THE_SUBJECT.has(code)) {
    return { kind: 'declined', why: sentence };
  }
  const pauseMs = pauseIn(raw.retryAfter, now);
  return pauseMs === undefined ? failed(sentence) : { ...failed(sentence), pauseMs };
}

function isKnown(code: unknown): code is string {
  return typeof code === 'string' && (OF_THE_SUBJECT.has(code) || OF_THE_CLIENT.has(code));
}

function pauseIn(retryAfter: string | null, now: number): number | undefined {
  if (retryAfter === null) return undefined;
  const ms = /^[0-9]{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, MAX_PAUSE_MS) : undefined;
}

/** A text: what is wrong with it. */
function objectIn({ status, contentType, text }: RawAnswer): Readonly<Record<string, unknown>> | string {
  const [type = ''] = contentType.split(';', 1);
  const isJson = type.trim().toLowerCase() === 'application/json';
  if (!isJson) return `it answered with status ${status} and something that is not application/json`;
  try {
    const value = parseJson(text);
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  return `it answered with status ${status} and something that is no JSON object`;
}

function failed(why: string): Failed {
  return { kind: 'failed', why };
}
