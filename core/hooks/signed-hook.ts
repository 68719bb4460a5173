/**
 * Who sends a web hook, and when, by a signature over its body: the form of Standard Webhooks
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md) and that of Slack
 * (https://docs.slack.dev/authentication/verifying-requests-from-slack). Both sign the time along, so that what was overheard is no good for long.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Both documents name five minutes, either way: clocks differ. */
const TOLERANCE_MS = 5 * 60_000;

const PREFIX = 'whsec_';
/** Of secrets, in bytes; the document says 24 to 64. */
const MIN_SECRET = 24;
const MAX_SECRET = 64;
/** A sender that changes its secret signs with two for a while; nobody has use for more than a few. */
const MAX_SIGNATURES = 8;

/** What was signed, and the time of it; `stale` only where the signature is right, so that a forger learns nothing by it. */
export type Proof = 'proven' | 'forged' | 'stale';

/** Base64 as senders are given it, with or without `whsec_`; undefined for what is no such secret. */
export function readHookSecret(text: string): Buffer | undefined {
  const base64 = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text;
  const secret = Buffer.from(base64, 'base64');
  if (secret.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, '')) return undefined;
  return secret.length >= MIN_SECRET && secret.length <= MAX_SECRET ? secret : undefined;
}

/** `webhook-id`, `webhook-timestamp` in seconds since the epoch, and `webhook-signature`, as they were sent; undefined: not at all. */
export interface HookHeaders {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
}

/** `secrets`: any of them may have signed. `now`: milliseconds since the epoch. */
export function proveHook(secrets: readonly Buffer[], headers: HookHeaders, body: Buffer, now: number): Proof {
  const { id = '', timestamp = '', signature = '' } = headers;
  const sent = signature
    .split(' ', MAX_SIGNATURES)
    .flatMap((one) => (one.startsWith('v1,') ? [Buffer.from(one.slice(3), 'base64')] : []));
  // A dot in the id would let it say what the time is.
  if (id === '' || id.includes('.')) return 'forged';
  const isSigned = secrets.some((secret) => {
    const right = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest();
    return sent.some((one) => isEqual(one, right));
  });
  return isSigned ? fresh(timestamp, now) : 'forged';
}

/** `timestamp` and `signature`: the headers `x-slack-request-timestamp`, in seconds, and `x-slack-signature`. */
export function proveSlack(
  secret: string,
  {
    timestamp = '',
    signature = '',
  }: { readonly timestamp?: string | undefined; readonly signature?: string | undefined },
  body: Buffer,
  now: number,
): Proof {
  const right = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
  return isEqual(Buffer.from(signature), Buffer.from(`v0=${right}`)) ? fresh(timestamp, now) : 'forged';
}

function fresh(timestamp: string, now: number): Proof {
  if (!/^[0-9]{1,12}$/.test(timestamp)) return 'stale';
  return Math.abs(now - Number(timestamp) * 1000) <= TOLERANCE_MS ? 'proven' : 'stale';
}

/** In a time that says nothing of where they differ. */
function isEqual(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
