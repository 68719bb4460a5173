/**
 * First step of the path for HTTP: the head of the request, before a byte of its body is read.
 * Node's parser lets all of this through (duplicates joined or dropped, absolute targets, any charset), while servers behind
 * us disagree on what it means; what can be read in two ways is refused (MCP, Streamable HTTP, Security Warning).
 */
import type { IncomingMessage } from 'node:http';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { isPreflight } from './cors.ts';

const MCP_PATH = '/mcp';

/** Headers that decide how a request is read; two of one kind mean two readings. `mcp-*` are added by prefix. */
const GOVERNED = new Set([
  ...['host', 'content-type', 'content-length', 'content-encoding', 'transfer-encoding', 'authorization'],
  ...['origin', 'last-event-id', 'accept', 'traceparent', 'expect'],
]);
const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

export function checkHead(request: IncomingMessage, policy: Policy): Refusal | undefined {
  return (
    checkTarget(request) ??
    checkDuplicates(request.rawHeaders) ??
    checkHost(request, policy) ??
    checkOrigin(request.headers.origin, policy) ??
    checkMethod(request) ??
    (request.method === 'POST' ? checkBodyHeaders(request, policy.bundle.limits.body) : undefined)
  );
}

function checkTarget({ url = '' }: IncomingMessage): Refusal | undefined {
  if (!url.startsWith('/')) return refuse('bad-target');
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  return path === MCP_PATH ? undefined : refuse('not-found', `the MCP endpoint is ${MCP_PATH}`);
}

function checkDuplicates(raw: readonly string[]): Refusal | undefined {
  const seen = new Set<string>();
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    if (!GOVERNED.has(name) && !name.startsWith('mcp-')) continue;
    if (seen.has(name)) return refuse('duplicate-header', name);
    seen.add(name);
  }
  return undefined;
}

/** A page that rebinds its own name to our address still sends that name (DNS rebinding). */
function checkHost({ headers, socket }: IncomingMessage, policy: Policy): Refusal | undefined {
  const host = headers.host?.toLowerCase() ?? '';
  const name = host.replace(/:\d{1,5}$/, '');
  if (LOOPBACK_HOSTS.has(name) || name === bracketed(socket.localAddress)) return undefined;
  const { hosts } = policy.bundle.server.access;
  if (hosts.includes(name) || hosts.includes(host)) return undefined;
  return refuse('host-not-allowed', `add ${JSON.stringify(name.slice(0, 200))} to spec.access.hosts to serve it`);
}

function bracketed(address: string | undefined): string | undefined {
  // A socket that listens on IPv6 shows IPv4 clients' addresses in mapped form (RFC 4291 §2.5.5.2).
  const plain = address?.startsWith('::ffff:') === true ? address.slice('::ffff:'.length) : address;
  return plain?.includes(':') === true ? `[${plain}]` : plain;
}

function checkOrigin(origin: string | undefined, policy: Policy): Refusal | undefined {
  if (origin === undefined || policy.bundle.server.access.origins.includes(origin)) return undefined;
  return refuse('origin-not-allowed', `add ${JSON.stringify(origin.slice(0, 200))} to spec.access.origins to serve it`);
}

function checkMethod(request: IncomingMessage): Refusal | undefined {
  const { method } = request;
  if (isPreflight(request)) return undefined;
  if (method === 'POST' || method === 'GET' || method === 'DELETE') return undefined;
  return refuse('method-not-allowed', 'use POST, GET or DELETE');
}

function checkBodyHeaders({ headers }: IncomingMessage, maxBytes: number): Refusal | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  if (encoding !== undefined && encoding !== 'identity') {
    return refuse('unsupported-encoding', 'send the body uncompressed');
  }
  const typeProblem = checkContentType(headers['content-type']);
  if (typeProblem !== undefined) return typeProblem;
  // Node's parser has refused a content-length that is not a number.
  return Number(headers['content-length'] ?? 0) > maxBytes ? bodyTooLarge(maxBytes) : undefined;
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
