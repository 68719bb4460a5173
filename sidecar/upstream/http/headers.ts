/** Which headers cross the gate, in each direction (RFC 9110 §7.6.1). */
import type { IncomingHttpHeaders } from 'node:http';
import type { Era } from '../../../core/mcp/era.ts';

export const HOP_BY_HOP = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade', 'expect'],
]);

/**
 * What must not reach the server: the client's credentials are for the gate alone (MCP, Authorization, Token Passthrough);
 * an answer must come uncompressed to be inspected; host and length are set anew.
 */
const NOT_FORWARDED = new Set([
  ...['authorization', 'dpop', 'cookie', 'accept-encoding', 'host', 'content-length'],
  // From which page a call comes is the gate's to check, and it has: `access.origins`. A server on loopback would compare it with its
  // own address, which it does not have in common with the page any more, and refuse what is allowed (MCP, Streamable HTTP, Security
  // Warning; the DNS rebinding protection of official SDKs looks at Origin, that of Go at Sec-Fetch-Site).
  ...['origin', 'sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest', 'sec-fetch-user'],
]);

export type Headers = Record<string, string | string[]>;

/** Which of the headers that name sessions and events were checked for a message. */
export interface Names {
  readonly session: boolean;
  readonly event: boolean;
}

/**
 * Only 2026-07-28 has headers that repeat the body. On a message of an earlier revision nobody has compared them with it, and
 * whatever reads them behind the gate would believe something else than was decided on.
 */
function isOfModern(name: string): boolean {
  return name === 'mcp-method' || name === 'mcp-name' || name.startsWith('mcp-param-');
}

/**
 * `names` says which of the headers that name sessions and events were checked for this message: none in the modern era and over
 * HTTP+SSE, where the address names the session. `checksTokens`: the server is the one that the client's token was made for, and the
 * gate asks for none.
 */
export function forwardedHeaders(
  headers: IncomingHttpHeaders,
  era: Era = 'legacy',
  names: Names = { session: true, event: true },
  checksTokens = false,
): Headers {
  return pick(headers, (name) => {
    if (NOT_FORWARDED.has(name)) return checksTokens && (name === 'authorization' || name === 'dpop');
    if (name === 'mcp-session-id') return names.session;
    if (name === 'last-event-id') return names.event;
    return era === 'modern' || !isOfModern(name);
  });
}

/** Headers of the server's answer; what they say of the body, byte for byte, goes when that may change. */
export function returnedHeaders(headers: IncomingHttpHeaders, keepsBody: boolean): Headers {
  return pick(headers, (name) => (OF_THE_BYTES.has(name) ? keepsBody : !isOfTheGate(name)));
}

/** Length, validators and digests (RFC 9110 §8.8.3, RFC 9530, RFC 3230, RFC 1864): a client that checks them would refuse what was redacted. */
const OF_THE_BYTES = new Set([
  ...['content-length', 'etag', 'content-md5', 'digest', 'content-digest', 'repr-digest', 'accept-ranges'],
]);

/**
 * Which pages may call, and read what, is the gate's to say (`access.origins`; WHATWG Fetch, CORS protocol): by the server's word a page
 * of any origin could read what its visitor may see. `Alt-Svc` would lead clients around the gate (RFC 7838).
 */
function isOfTheGate(name: string): boolean {
  return name.startsWith('access-control-') || OF_THE_GATE.has(name);
}

const OF_THE_GATE = new Set(['timing-allow-origin', 'cross-origin-resource-policy', 'alt-svc']);

function pick(headers: IncomingHttpHeaders, wanted: (name: string) => boolean): Headers {
  const named = namesNothing(headers.connection) ? undefined : listed(headers.connection);
  const picked: Headers = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    // A session that is named by nothing is none to the gate, so it must be none to the server.
    if (value === undefined || HOP_BY_HOP.has(name) || !wanted(name) || (value === '' && name === 'mcp-session-id'))
      continue;
    if (named?.has(name) === true && !isDecidedOn(name)) continue;
    picked[name] = value;
  }
  return picked;
}

/** What the call was read by must arrive with it: a client could take it away behind the gate with `Connection: mcp-session-id`. */
function isDecidedOn(name: string): boolean {
  return name.startsWith('mcp-') || name.startsWith('content-') || name === 'accept' || name === 'authorization';
}

/** What nearly every connection says; neither is the name of a header that would cross. */
function namesNothing(connection: string | string[] | undefined): connection is 'keep-alive' | 'close' | undefined {
  return connection === undefined || connection === 'keep-alive' || connection === 'close';
}

function listed(connection: string | string[]): ReadonlySet<string> {
  return new Set(
    String(connection)
      .split(',')
      .map((name) => name.trim().toLowerCase()),
  );
}

/**
 * `path` may have a query of its own, such as a client's where a path beside MCP passes; one of the same name in it goes, however it is
 * written, since a server takes the first or the last as it likes.
 */
export function withQuery(path: string, query: string | undefined): string {
  if (query === undefined || query === '') return path;
  const mark = path.indexOf('?');
  const bare = mark < 0 ? path : path.slice(0, mark);
  const before = mark < 0 ? '' : path.slice(mark + 1);
  const names = new Set(query.split('&').map(nameIn));
  // Some frameworks part them by semicolons as well (HTML 4.01, B.2.2).
  const kept = before.split(/(?=[&;])/).filter((part) => part !== '' && !names.has(nameIn(part)));
  const rest = kept.join('').replace(/^[&;]/, '');
  return rest === '' ? `${bare}?${query}` : `${bare}?${rest}&${query}`;
}

/** As a server reads it (WHATWG URL, application/x-www-form-urlencoded parsing): bytes that are no UTF-8 are no letters of a name of ours. */
function nameIn(part: string): string {
  const [name] = new URLSearchParams(part.replace(/^[&;]/, '')).keys();
  return name ?? '';
}
