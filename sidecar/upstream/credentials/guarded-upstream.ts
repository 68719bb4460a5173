/**
 * The server with its keys: every request to it gets those that are for its caller, and every answer is looked through for them. All that
 * a gate sends to its server goes through here, whoever wants it sent: calls, notifications, streams, the end of a session, and what the
 * gate says of its own accord.
 */
import { findIn } from '../../../core/credentials/mask.ts';
import type { Secret } from '../../../core/credentials/secret.ts';
import type { Principal } from '../../../core/policy/principal.ts';
import type { BundleUpstream } from '../../../core/policy/settings/upstream.ts';
import { LaterExchange } from '../later-exchange.ts';
import type { Echo, UpstreamRequest } from '../request.ts';
import { type Exchange, type Upstream, UpstreamError, type UpstreamFailure, type UpstreamSink } from '../upstream.ts';
import type { Looked, Shown, UpstreamCredentials } from './credentials.ts';
import type { Caller, CredentialSource } from './source.ts';
import { WatchedSink } from './watched-sink.ts';

export class GuardedUpstream implements Upstream {
  readonly #server: Upstream;
  readonly #credentials: UpstreamCredentials;
  readonly #onEcho: (echo: Echo) => void;

  /** `onEcho` is told of what is in answers to the gate itself; of an answer to a call the request says who is. */
  constructor(server: Upstream, credentials: UpstreamCredentials, onEcho: (echo: Echo) => void) {
    this.#server = server;
    this.#credentials = credentials;
    this.#onEcho = onEcho;
  }

  get url(): URL | undefined {
    return this.#server.url;
  }

  get isAvoided(): boolean | undefined {
    return this.#server.isAvoided;
  }

  send(request: UpstreamRequest, sink: UpstreamSink): Exchange {
    if (this.#credentials.said === undefined) return this.#sendNow(NOTHING, request, sink);
    const caller = { principal: request.principal, authorization: request.headers.authorization };
    const looked = this.#credentials.look(caller);
    if (looked.kind === 'pending') return this.#sendLater(looked.sources, caller, request, sink);
    return this.#sendNow(shownBy(looked), request, sink);
  }

  /** A call has waited before (path/dispatch/take-credentials.ts): this is for what the gate says of its own accord, and for what has changed since. */
  #sendLater(
    sources: readonly CredentialSource[],
    caller: Caller,
    request: UpstreamRequest,
    sink: UpstreamSink,
  ): Exchange {
    const later = new LaterExchange();
    let left = sources.length;
    const begin = (): Exchange =>
      this.#credentials.said === undefined
        ? this.#sendNow(NOTHING, request, sink)
        : this.#sendNow(shownBy(this.#credentials.look(caller)), request, sink);
    for (const source of sources) source.fetch(caller, () => --left > 0 || later.begin(sink, begin));
    return later;
  }

  /** Watched whatever is shown: a stream may be there before the first key is, and before the next one. */
  #sendNow(shown: Shown, request: UpstreamRequest, sink: UpstreamSink): Exchange {
    const secrets = (): readonly Secret[] => this.#watchedFor(request.principal, shown);
    const tell = request.onEcho ?? this.#onEcho;
    if (request.body !== undefined) {
      for (const { name } of findIn(request.body, secrets()))
        tell({ credential: name, where: 'request', becomes: 'Log' });
    }
    const onEcho = (): BundleUpstream['onEcho'] => this.#credentials.said?.onEcho ?? 'Redact';
    const watched = new WatchedSink(sink, { secrets, onEcho, tell, onRefused: () => refuse(shown, request) });
    watched.attach(this.#server.send(this.#withOwn(request, shown), watched));
    return watched;
  }

  #watchedFor(principal: Principal | undefined, shown: Shown): readonly Secret[] {
    const now = this.#credentials.watchedFor(principal);
    const before = shown.secrets.filter((one) => !now.includes(one));
    return before.length === 0 ? now : [...now, ...before];
  }

  #withOwn(request: UpstreamRequest, { headers, query }: Shown): UpstreamRequest {
    const instead = this.#credentials.headers;
    return this.#credentials.said === undefined ? request : { ...request, own: { headers, query, instead } };
  }

  endpointIn(announced: string): string | undefined {
    return this.#server.endpointIn(announced);
  }

  async close(): Promise<void> {
    await this.#server.close();
  }
}

/** What a server gets that is shown nothing. */
const NOTHING: Shown = { headers: {}, query: '', env: {}, secrets: [], sources: [] };

function shownBy(looked: Looked): Shown {
  if (looked.kind === 'shown') return looked.shown;
  if (looked.kind === 'pending')
    throw new UpstreamError('credentials-unavailable', 'they have to be fetched first; call again in a moment');
  const { reason, message } = looked.refusal;
  throw new UpstreamError(reason as UpstreamFailure, message);
}

/**
 * The server does not take what it was shown: whoever fetched it may fetch another one. Where it also got the token of the caller, it may
 * be that which it does not take.
 */
function refuse({ secrets, sources }: Shown, { withToken }: UpstreamRequest): boolean {
  sources.forEach((source, i) => {
    const secret = secrets[i];
    if (secret !== undefined) source.refused?.(secret);
  });
  return secrets.length > 0 && !withToken;
}
