/**
 * The OAuth of the server behind the gate: which of its paths belong to it, and how its challenges leave the gate. Paths are what
 * the server itself has named, on its own origin; the MCP endpoint is never one of them, since only the path of a call leads there.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../core/clock.ts';
import type { JsonObject } from '../../core/mcp/message.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { serverChecksTokens } from '../identity/who-checks.ts';
import type { UpstreamError, UpstreamSink } from '../upstream/upstream.ts';
import { type Answer, ask, type Question } from './ask.ts';
import { UrlMap, WELL_KNOWN, publicUrlOf } from './public-url.ts';
import { metadataNamedIn, parseObject, rewriteChallenge } from './rewrite.ts';

export type PathKind = 'metadata' | 'endpoint';

/** Where an authorization server without metadata has its endpoints (MCP 2025-03-26, Authorization, Fallbacks), and revocation. */
const DEFAULT_ENDPOINTS = ['/authorize', '/token', '/register', '/revoke'];
/** Where a server that is its own authorization server says where they are. */
const METADATA = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'];
/** How long what the server says of itself is not asked for again, whoever calls. */
const FRESH_MS = 60_000;
const MAX_LEARNED = 64;
/** Segments that no decoder reads as another path. */
const PLAIN_PATH = /^(?:\/(?!\.\.?(?:\/|$))[-A-Za-z0-9._~]+)+$/;

interface ReachedByUrl {
  /** Undefined for a program, and as long as nobody knows which server it is. */
  readonly url: URL | undefined;
  /** At whichever loopback address of the gate's own pod. */
  readonly isInPod?: boolean;
}

export class ServerOAuth {
  readonly #upstream: ReachedByUrl;
  readonly #clock: Clock;
  readonly #documents = new Set<string>();
  readonly #endpoints = new Set<string>(DEFAULT_ENDPOINTS);
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined = undefined;

  constructor(upstream: ReachedByUrl, clock: Clock) {
    this.#upstream = upstream;
    this.#clock = clock;
  }

  /** Whether there is any: the server checks tokens itself, and is no program. */
  isServedUnder(policy: Policy | undefined): boolean {
    return serverChecksTokens(policy) && this.#upstream.url !== undefined;
  }

  /** The MCP endpoint of the server. */
  get server(): URL {
    const { url } = this.#upstream;
    if (url === undefined) throw new Error('a server without a URL has no OAuth');
    return url;
  }

  /** Only ever the server; rejects with an UpstreamError. */
  ask(question: Question): Promise<Answer> {
    return ask(this.server, question, this.#upstream.isInPod);
  }

  /** What belongs to OAuth under this path of the server; undefined: nothing. */
  async kindOf(path: string): Promise<PathKind | undefined> {
    if (!this.#mayBeRouted(path)) return undefined;
    if (WELL_KNOWN.test(path) || path.endsWith('/.well-known/openid-configuration')) return 'metadata';
    const known = this.#knownKind(path);
    if (known !== undefined) return known;
    // Another gate of this server may have passed on the metadata that names it.
    if (this.#clock.monotonic() - this.#askedAt >= FRESH_MS) {
      this.#askedAt = this.#clock.monotonic();
      this.#asking = this.#askServer();
    }
    await this.#asking;
    return this.#knownKind(path);
  }

  /** Metadata of an authorization server: where its endpoints are. */
  learnEndpoints(metadata: JsonObject): void {
    const own = new UrlMap(this.server, this.server.href);
    for (const [name, value] of Object.entries(metadata)) {
      if (typeof value !== 'string' || !(name.endsWith('_endpoint') || name === 'jwks_uri')) continue;
      this.#learn(this.#endpoints, own.ownPart(value));
    }
  }

  /** Where the answer to a call goes: in between, challenges get the public name of what they point to. */
  around(sink: UpstreamSink, policy: Policy | undefined, host: string | undefined): UpstreamSink {
    if (policy === undefined || !this.isServedUnder(policy)) return sink;
    return new ChallengeSink(sink, this, new UrlMap(this.server, publicUrlOf(policy.bundle.server.access, host)));
  }

  /** Headers of any answer of the server; unchanged where they challenge nobody. */
  publicHeaders(headers: IncomingHttpHeaders, urls: UrlMap): IncomingHttpHeaders {
    if (headers['www-authenticate'] === undefined) return headers;
    // Several headers are one list (RFC 9110 §11.6.1); the client of the server hands them over one by one.
    const challenge = [headers['www-authenticate']].flat().join(', ');
    const own = new UrlMap(this.server, this.server.href);
    for (const url of metadataNamedIn(challenge)) this.#learn(this.#documents, own.ownPart(url));
    return { ...headers, 'www-authenticate': rewriteChallenge(challenge, urls) };
  }

  #knownKind(path: string): PathKind | undefined {
    if (this.#documents.has(path)) return 'metadata';
    return this.#endpoints.has(path) ? 'endpoint' : undefined;
  }

  #learn(paths: Set<string>, part: string | undefined): void {
    const path = part?.replace(/[?#].*$/s, '');
    if (path !== undefined && paths.size < MAX_LEARNED && this.#mayBeRouted(path)) paths.add(path);
  }

  /** Servers differ in what they hold for the same path: by case, by a slash at the end. */
  #mayBeRouted(path: string): boolean {
    return PLAIN_PATH.test(path) && bare(path) !== bare(this.server.pathname);
  }

  async #askServer(): Promise<void> {
    const headers = { accept: 'application/json' };
    for (const path of METADATA) {
      const answer = await this.ask({ method: 'GET', path, headers }).catch(() => undefined);
      const metadata = answer?.status === 200 ? parseObject(answer.body.toString()) : undefined;
      if (metadata !== undefined) this.learnEndpoints(metadata);
    }
  }
}

function bare(path: string): string {
  return path.toLowerCase().replace(/\/+$/, '');
}

/** One made for each call to such a server. */
class ChallengeSink implements UpstreamSink {
  readonly #sink: UpstreamSink;
  readonly #oauth: ServerOAuth;
  readonly #urls: UrlMap;

  constructor(sink: UpstreamSink, oauth: ServerOAuth, urls: UrlMap) {
    this.#sink = sink;
    this.#oauth = oauth;
    this.#urls = urls;
  }

  onHead(status: number, headers: IncomingHttpHeaders): void {
    this.#sink.onHead(status, this.#oauth.publicHeaders(headers, this.#urls));
  }

  onData(chunk: Buffer): boolean {
    return this.#sink.onData(chunk);
  }

  onEnd(): void {
    this.#sink.onEnd();
  }

  onError(error: UpstreamError): void {
    this.#sink.onError(error);
  }
}
