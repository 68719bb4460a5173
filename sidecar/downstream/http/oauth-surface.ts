/**
 * What clients ask besides the MCP endpoint when the server behind does its own OAuth: where to get a token, and at servers of
 * 2025-03-26 the token itself. Only what the server's own metadata names is served, only from the server's own origin; of MCP
 * nothing passes here, so nothing here is decided by rules.
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { BundleServer } from '../../../core/policy/bundle.ts';
import { Collector } from '../../../core/collector.ts';
import { Refusal, refuse, refuseMethod } from '../../../core/mcp/refusals.ts';
import { answerRefusal } from '../../call/refusal-reply.ts';
import type { Call } from '../../call/call.ts';
import { allowOrigin, answerPreflight, isPreflight } from './cors.ts';
import { bodyTooLarge, checkSurfaceHead, isMcpTarget } from './intake.ts';
import { refuseCall } from '../../call/refuse-call.ts';
import { failCall } from '../../path/fail-call.ts';
import { settle } from '../../call/settle.ts';
import type { Reply } from '../../call/reply.ts';
import type { PathParts } from '../../path/parts.ts';
import { sourceOf } from '../../memory/refusal-counts.ts';
import { forwardedHeaders, returnedHeaders } from '../../upstream/http/headers.ts';
import { UpstreamError } from '../../upstream/upstream.ts';
import type { Answer } from '../../oauth/ask.ts';
import { UrlMap, publicUrlOf } from '../../oauth/public-url.ts';
import { parseObject, rewriteLocation, rewriteMetadata } from '../../oauth/rewrite.ts';
import type { PathKind, ServerOAuth } from '../../oauth/server-oauth.ts';

/** Token requests and client registrations. */
const MAX_QUESTION_BYTES = 64 * 1024;
/** Of a head: those without a body are held, too, as long as the server takes for its answer. */
const HEAD_BYTES = 16 * 1024;

/** True: the request is not for the MCP endpoint, and is answered here. */
export function takeOAuthRequest(
  call: Call,
  reply: Reply,
  request: IncomingMessage,
  response: ServerResponse,
  gate: PathParts,
): boolean {
  const { policy } = call;
  if (policy === undefined || !gate.oauth.isServedUnder(policy)) return false;
  if (request.url?.startsWith('/') !== true || isMcpTarget(request.url, gate.upstream.url)) return false;
  const refusal = gate.draining ? refuse('draining', 'ask again in a moment') : checkSurfaceHead(request, policy);
  if (refusal !== undefined) {
    refuseCall(call, reply, gate, refusal);
    return true;
  }
  if (request.headers.origin !== undefined) allowOrigin(response, request.headers.origin);
  if (isPreflight(request)) answerPreflight(request, response);
  else {
    const surface = new Surface(gate.oauth, policy.bundle.server.access, request.headers.host);
    answer(call, reply, request, response, surface, gate).catch((error: unknown) => failCall(call, reply, gate, error));
  }
  return true;
}

async function answer(
  call: Call,
  reply: Reply,
  request: IncomingMessage,
  response: ServerResponse,
  surface: Surface,
  gate: PathParts,
): Promise<void> {
  // Anybody can ask without end, and nobody knows who it is: what is held for all from one place is bounded.
  const room = gate.bytes.lease(`oauth:${sourceOf(call.request.peer?.remoteAddress)}`);
  if (!room.fits(request.method === 'POST' ? MAX_QUESTION_BYTES : HEAD_BYTES)) {
    refuseCall(
      call,
      reply,
      gate,
      refuse('no-room', 'too much is asked from your address at once; ask again in a few seconds'),
    );
    return;
  }
  // Whoever leaves early leaves the question behind, which is held until the server has answered it.
  let uses = 2;
  const letGo = (): void => {
    if (--uses === 0) room.release();
  };
  response.once('close', letGo);
  try {
    const outcome = await surface.ask(request, response);
    if (outcome instanceof Refusal) refuseCall(call, reply, gate, outcome);
    else reply.send(outcome.status, outcome.headers, outcome.body);
  } catch (error) {
    if (error instanceof UpstreamError) {
      const refusal = refuse(error.reason, error.message);
      answerRefusal(call, reply, refusal);
      call.course.detail = refusal.message;
      gate.notices.say(refusal.message, { about: 'server', sentence: refusal.message });
      gate.metrics.upstreamError(error.reason);
      settle(call, gate, 'upstream-error', error.reason);
      return;
    }
    gate.log.error({ err: error, traceId: call.traceId }, 'a request for OAuth metadata failed; it was refused');
    refuseCall(call, reply, gate, refuse('internal-error', 'no answer could be made'));
  } finally {
    letGo();
  }
}

interface Outgoing {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | string;
}

/** The two views of one request's URLs. */
class Surface {
  readonly #oauth: ServerOAuth;
  readonly #urls: UrlMap;
  readonly #resource: string | null;

  constructor(oauth: ServerOAuth, access: BundleServer['access'], host: string | undefined) {
    this.#oauth = oauth;
    this.#urls = new UrlMap(oauth.server, publicUrlOf(access, host));
    this.#resource = access.url;
  }

  async ask(request: IncomingMessage, response: ServerResponse): Promise<Outgoing | Refusal> {
    const { url = '', method = '' } = request;
    const [publicPath = ''] = url.split('?', 1);
    const path = this.#urls.toServer(publicPath);
    const kind = await this.#oauth.kindOf(path);
    if (kind === undefined) return refuse('not-found', 'the MCP endpoint is /mcp');
    const allowed = kind === 'metadata' ? ['GET', 'HEAD'] : ['GET', 'HEAD', 'POST'];
    if (!allowed.includes(method)) return refuseMethod(allowed);
    // HttpServer leaves it to whoever takes the request to ask for its body.
    if (request.headers.expect !== undefined) response.writeContinue();
    const body = method === 'POST' ? await readBody(request) : undefined;
    if (body instanceof Refusal) return body;
    const query = kind === 'metadata' ? '' : url.slice(publicPath.length);
    const headers = questionHeaders(request, kind);
    return this.#publish(await this.#oauth.ask({ method, path: path + query, headers, body }), kind, method);
  }

  #publish({ status, headers, body }: Answer, kind: PathKind, method: string): Outgoing {
    const sent: OutgoingHttpHeaders = returnedHeaders(this.#oauth.publicHeaders(headers, this.#urls), false);
    if (headers.location !== undefined) sent['location'] = rewriteLocation(headers.location, this.#urls);
    if (kind === 'endpoint' || status >= 300 || method === 'HEAD') return { status, headers: sent, body };
    const text = body.toString();
    const metadata = parseObject(text);
    const rewritten = rewriteMetadata(text, this.#urls, this.#resource);
    if (metadata === undefined || rewritten === undefined) {
      throw new UpstreamError('upstream-invalid', 'its OAuth metadata is not a JSON object');
    }
    this.#oauth.learnEndpoints(metadata);
    return { status, headers: sent, body: rewritten };
  }
}

/** Metadata is the same for everybody; the endpoints of an authorization server authenticate clients, and know people by cookies. */
function questionHeaders(request: IncomingMessage, kind: PathKind): OutgoingHttpHeaders {
  const all = forwardedHeaders(request.headers, 'modern', { session: false, event: false }, kind === 'endpoint');
  const headers: OutgoingHttpHeaders = Object.fromEntries(
    Object.entries(all).filter(([name]) => !name.startsWith('mcp-')),
  );
  if (kind !== 'endpoint') return headers;
  // Pages to log in with are pages of the server: it knows its people by cookies, and its own pages by their origin.
  const { cookie, origin } = request.headers;
  if (cookie !== undefined) headers['cookie'] = cookie;
  if (origin !== undefined) headers['origin'] = origin;
  return headers;
}

async function readBody(request: IncomingMessage): Promise<Buffer | Refusal> {
  const gathered = new Collector();
  try {
    // Destroyed, it would take the connection with it, and the refusal would reach nobody.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (gathered.length + chunk.length > MAX_QUESTION_BYTES) return bodyTooLarge(MAX_QUESTION_BYTES);
      gathered.push(chunk);
    }
  } catch {
    return refuse('malformed-http', 'the body was not sent to its end');
  }
  return gathered.take();
}
