/**
 * The way in over HTTP: the head of a request, before a byte of its body is read.
 * Node's parser lets all of this through (duplicates joined or dropped, absolute targets, any charset), while servers behind
 * us disagree on what it means; what can be read in two ways is refused (MCP, Streamable HTTP, Security Warning).
 */
import type { IncomingMessage } from 'node:http';
import { mayBeHost, mayBeOrigin } from '../../../core/api/access-names.ts';
import { MCP_PATH } from '../../../core/api/passthrough.ts';
import { MCP_METHODS, type Refusal, refuse, refuseMethod } from '../../../core/mcp/refusals.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import { claimHeaders } from '../../identity/proxies/proxies.ts';
import { isPreflight } from './cors.ts';

/** Far more than any client sends. Node keeps the first thousand and drops the others without a word. */
const MAX_HEADERS = 200;

/** Bytes of a body beyond the limit that are read, though not kept, for the sake of its id. */
export const MAX_PASSED_OVER = 16 * 1024 * 1024;

/** Headers that decide how a request is read; two of one kind mean two readings. `mcp-*` are added by prefix. */
const GOVERNED = new Set([
  ...['host', 'content-type', 'content-length', 'content-encoding', 'transfer-encoding', 'authorization'],
  ...['origin', 'last-event-id', 'accept', 'traceparent', 'expect', 'dpop'],
]);
const PORT = /:\d+$/;
const MAX_PORT = 65_535;
const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * `server`: where the server has MCP itself, which is served under that path, too; a program has none. `gate`: the address of the gate that
 * passes the request on, where it was asked for.
 */
export function checkHead(request: IncomingMessage, policy: Policy, server?: URL, gate?: string): Refusal | undefined {
  return (
    checkVersion(request.httpVersion) ??
    checkTarget(request, server) ??
    checkCaller(request, policy, gate) ??
    checkMethod(request) ??
    (request.method === 'POST' ? checkBodyHeaders(request, policy.bundle.limits.body) : undefined)
  );
}

/** GET in legacy sessions; 2026-07-28 has a method for it, and requires the header that names it. */
export function isListening({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' || headers['mcp-method'] === 'subscriptions/listen';
}

/** The same for paths that carry no MCP: see sidecar/oauth. */
export function checkSurfaceHead(request: IncomingMessage, policy: Policy): Refusal | undefined {
  return checkVersion(request.httpVersion) ?? checkCaller(request, policy, undefined);
}

export function isMcpTarget(target: string, server: URL | undefined): boolean {
  const path = pathOf(target);
  return path === MCP_PATH || path === server?.pathname;
}

function checkCaller(request: IncomingMessage, policy: Policy, gate: string | undefined): Refusal | undefined {
  return (
    checkDuplicates(request, claimHeaders(policy)) ??
    checkHost(request, policy, gate) ??
    checkOrigin(request.headers.origin, policy)
  );
}

/** Node's parser also takes what calls itself HTTP/0.9 or HTTP/2.0, and reads it as HTTP/1.1. */
function checkVersion(version: string): Refusal | undefined {
  return version === '1.1' || version === '1.0' ? undefined : otherVersion();
}

/** What is not HTTP as it must be, with the status that says how (RFC 9110 §15.6.6, RFC 6585 §5). */
const STATUS_BY_ERROR: ReadonlyMap<string, number> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
]);

/** In the words of llhttp, whose one code for versions stands as well for what is no version at all. */
const OTHER_VERSION = 'Invalid HTTP version';

export function malformedBy(error: NodeJS.ErrnoException & { readonly reason?: unknown }): Refusal {
  if (error.code === 'HPE_INVALID_VERSION' && error.reason === OTHER_VERSION) return otherVersion();
  return malformed(error.code ?? error.message, STATUS_BY_ERROR.get(error.code ?? ''));
}

function otherVersion(): Refusal {
  return malformed('HTTP/1.1 and HTTP/1.0 are spoken', 505);
}

function malformed(detail: string, status?: number): Refusal {
  const refusal = refuse('malformed-http', detail);
  if (status !== undefined) refusal.status = status;
  return refusal;
}

export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

function checkTarget({ url = '' }: IncomingMessage, server: URL | undefined): Refusal | undefined {
  // A fragment is never sent (RFC 9112 §3.2); who reads on would take another path from it.
  if (!url.startsWith('/') || url.includes('#')) return refuse('bad-target');
  return isMcpTarget(url, server) ? undefined : refuse('not-found', `the MCP endpoint is ${MCP_PATH}`);
}

/** `claims`: names of headers that say who the caller is; who may not say it has none of them left (peer.ts). */
function checkDuplicates(
  { rawHeaders: raw, headers }: IncomingMessage,
  claims: ReadonlySet<string>,
): Refusal | undefined {
  if (raw.length > MAX_HEADERS * 2) return malformed(`more than ${MAX_HEADERS} headers`, 431);
  const seen = new Set<string>();
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    const isClaim = claims.has(name) && headers[name] !== undefined;
    if (!GOVERNED.has(name) && !name.startsWith('mcp-') && !isClaim) continue;
    if (seen.has(name)) return refuse('duplicate-header', name);
    seen.add(name);
  }
  return undefined;
}

/** A page that rebinds its own name to our address still sends that name (DNS rebinding). */
function checkHost(
  { headers, socket, httpVersion }: IncomingMessage,
  policy: Policy,
  gate: string | undefined,
): Refusal | undefined {
  // RFC 9112 §3.2. HTTP/1.0 has no such header; without it nobody can say which server was meant.
  if (headers.host === undefined && httpVersion === '1.1') return malformed('the Host header is missing');
  const host = headers.host?.toLowerCase() ?? '';
  const port = PORT.exec(host)?.[0] ?? '';
  // Before anybody makes a URL of it: one that no URL can have names nothing (RFC 9112 §3.2: 400).
  if (Number(port.slice(1)) > MAX_PORT) return malformed('the port of the Host header is above 65535');
  const name = host.slice(0, host.length - port.length);
  if (LOOPBACK_HOSTS.has(name) || name === bracketed(gate ?? socket.localAddress)) return undefined;
  const { hosts } = policy.bundle.server.access;
  if (hosts.includes(name) || hosts.includes(host)) return undefined;
  if (mayBeHost(name))
    return refuse('host-not-allowed', `add ${JSON.stringify(name)} to spec.access.hosts to serve it`);
  return refuse('host-not-allowed', `${JSON.stringify(name.slice(0, 200))} is no name that spec.access.hosts can hold`);
}

function bracketed(localAddress: string | undefined): string | undefined {
  // The zone of a link-local address means something on its own machine only, and has no place in a URL (RFC 6874, WHATWG URL).
  const address = localAddress?.replace(/%.*$/, '');
  // A socket that listens on IPv6 shows IPv4 clients' addresses in mapped form (RFC 4291 §2.5.5.2).
  const plain = address?.startsWith('::ffff:') === true ? address.slice('::ffff:'.length) : address;
  return plain?.includes(':') === true ? `[${plain}]` : plain;
}

function checkOrigin(origin: string | undefined, policy: Policy): Refusal | undefined {
  if (origin === undefined || policy.bundle.server.access.origins.includes(origin)) return undefined;
  if (mayBeOrigin(origin))
    return refuse('origin-not-allowed', `add ${JSON.stringify(origin)} to spec.access.origins to serve it`);
  return refuse('origin-not-allowed', `${JSON.stringify(origin.slice(0, 200))} ${NOBODYS_PAGE}`);
}

const NOBODYS_PAGE =
  'is a page without an address, which spec.access.origins cannot name: whoever allowed one would allow all. Serve the page over http (http://localhost will do), or call from a program, which sends no Origin';

function checkMethod(request: IncomingMessage): Refusal | undefined {
  const { method } = request;
  if (isPreflight(request)) return undefined;
  if (method === 'POST' || method === 'GET' || method === 'DELETE') return undefined;
  return refuseMethod(MCP_METHODS);
}

function checkBodyHeaders({ headers }: IncomingMessage, maxBytes: number): Refusal | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  const framing = headers['transfer-encoding']?.trim().toLowerCase();
  // Node's parser takes `gzip, chunked` for chunked, and hands over what is compressed.
  if ((encoding !== undefined && encoding !== 'identity') || (framing !== undefined && framing !== 'chunked')) {
    return refuse('unsupported-encoding', 'send the body uncompressed');
  }
  const typeProblem = checkContentType(headers['content-type']);
  if (typeProblem !== undefined) return typeProblem;
  // Node's parser has refused a content-length that is not a number.
  const length = Number(headers['content-length'] ?? 0);
  // Who asks first has sent nothing yet; from all others it is on its way, and has an id in it to be answered under.
  const most = headers.expect === undefined ? MAX_PASSED_OVER : maxBytes;
  return length > most ? bodyTooLarge(maxBytes) : undefined;
}

function checkContentType(header: string | undefined): Refusal | undefined {
  const [type, ...parameters] = (header ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (type !== 'application/json') return refuse('unsupported-content-type', 'send application/json');
  for (const parameter of parameters) {
    // `charset*=utf-16` (RFC 2231) too is a charset to some.
    if (!parameter.startsWith('charset')) continue;
    const charset = /^charset\s*=\s*"?([^"]*)"?$/.exec(parameter)?.[1];
    if (charset !== 'utf-8' && charset !== 'utf8') {
      return refuse('unsupported-charset', 'send UTF-8');
    }
  }
  return undefined;
}

export function bodyTooLarge(maxBytes: number): Refusal {
  return refuse('body-too-large', `at most ${maxBytes} bytes are taken (limits.body of the policy)`);
}
