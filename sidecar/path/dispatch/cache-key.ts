/**
 * What makes two calls the same: the tool and its arguments in canonical form (RFC 8785), and all else by which a server could answer
 * otherwise: what it said of the tool, the revision that both speak, the headers of the request and the credentials that it is shown.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { callDigest } from '../../../core/mcp/call-digest.ts';
import { canonicalJson } from '../../../core/canonical-json.ts';
import type { Era } from '../../../core/mcp/era.ts';
import type { JsonView } from '../../../core/mcp/json-view.ts';
import { type JsonObject, isObject } from '../../../core/mcp/message.ts';
import { numberSpelling } from '../../../core/mcp/number-spelling.ts';
import type { Shown } from '../../upstream/credentials/credentials.ts';
import { forwardedHeaders } from '../../upstream/http/headers.ts';

/** Beyond it, to tell whether two are the same takes longer than many a server. */
const MAX_PARAMS_BYTES = 64 * 1024;
const MEMBERS: ReadonlySet<string> = new Set(['name', 'arguments', '_meta']);

export interface CacheKey {
  /** The port whose server is asked. */
  readonly place: string;
  /** Of the policy. */
  readonly revision: string;
  /** Of what the server says of the tool. */
  readonly definition: string;
  readonly version: string;
  readonly era: Era;
  readonly headers: IncomingHttpHeaders;
  readonly credentials: Pick<Shown, 'headers' | 'query' | 'env'>;
  /** Undefined: one result is for everyone. */
  readonly principal: string | undefined;
}

/** `sha256:…`; undefined for a call that asks for more than a result, such as a task, or that answers what the server has asked. */
export function keyOf(body: Buffer, params: JsonView, of: CacheKey): string | undefined {
  const span = { start: params.start, end: endOf(params) };
  if (!params.keys.every((key) => MEMBERS.has(key)) || span.end - span.start > MAX_PARAMS_BYTES) return undefined;
  const [name, args] = [params.value('name'), params.value('arguments')];
  if (typeof name !== 'string' || (params.has('arguments') && args === undefined)) return undefined;
  // No number in it may stand for another one that the server would tell from it (core/mcp/number-spelling.ts).
  const argumentsSpan = params.span('arguments');
  const numbers =
    argumentsSpan === undefined
      ? undefined
      : numberSpelling(body.toString('utf8', argumentsSpan.start, argumentsSpan.end));
  if (numbers !== undefined && (!numbers.exact || !numbers.complete)) return undefined;
  const { place, revision, definition, version, credentials } = of;
  const scope = { place, revision, definition, version, headers: headersOf(of), credentials, meta: metaOf(params, of) };
  // As Pointers from the params, as the digest takes them.
  const spelled = new Map([...(numbers?.unusual ?? [])].map(([at, number]) => [`/arguments${at}`, number]));
  const said: JsonObject = args === undefined ? { name } : { name, arguments: args };
  return callDigest(canonicalJson(scope), of.principal ?? '', 'tools/call', said, spelled);
}

function endOf(params: JsonView): number {
  return Math.max(params.start, ...params.keys.map((key) => params.span(key)?.end ?? 0));
}

/**
 * Of the request alone: where it comes from, by what it is followed on its way, and what the gate has read it by. By all others a server
 * may tell tenants or languages apart.
 */
const OF_THE_REQUEST: ReadonlySet<string> = new Set([
  ...['accept', 'content-type', 'user-agent', 'mcp-session-id', 'mcp-protocol-version', 'mcp-method', 'mcp-name'],
  ...['last-event-id', 'traceparent', 'tracestate', 'baggage', 'b3', 'sentry-trace', 'x-cloud-trace-context'],
  ...['x-amzn-trace-id', 'x-request-id', 'x-correlation-id', 'x-forwarded-for', 'x-forwarded-port', 'x-real-ip', 'via'],
]);

function headersOf({ headers, era }: CacheKey): JsonObject {
  const forwarded = Object.entries(forwardedHeaders(headers, era));
  return Object.fromEntries(forwarded.filter(([name]) => !OF_THE_REQUEST.has(name) && !name.startsWith('x-b3-')));
}

const OF_THE_PROTOCOL = 'io.modelcontextprotocol/';
/** Names of one call (MCP, Base Protocol, `_meta`; W3C Trace Context). */
const OF_ONE_CALL: ReadonlySet<string> = new Set(['progressToken', 'traceparent', 'tracestate', 'baggage']);

/**
 * Where one result is for everyone, nobody may choose by a member that the gate does not know what the others get. A caller who does so
 * for themselves alone may: clients put an id of their own into every call.
 */
function metaOf(params: JsonView, { principal }: CacheKey): JsonObject {
  const meta = principal === undefined ? params.value('_meta') : undefined;
  if (!isObject(meta)) return {};
  return Object.fromEntries(
    Object.entries(meta).filter(([name]) => !OF_ONE_CALL.has(name) && !name.startsWith(OF_THE_PROTOCOL)),
  );
}
