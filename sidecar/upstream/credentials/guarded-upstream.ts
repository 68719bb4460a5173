/**
 * The server with its keys: every request to it gets those that are for its caller, and every answer is looked through for them. All that
 * a gate sends to its server goes through here, whoever wants it sent: calls, notifications, streams, the end of a session, and what the
 * gate says of its own accord.
 */
import { findIn } from '../../../core/credentials/mask.ts';
import type { Echo, UpstreamRequest } from '../request.ts';
import { type Exchange, type Upstream, UpstreamError, type UpstreamFailure, type UpstreamSink } from '../upstream.ts';
import type { Shown, UpstreamCredentials } from './credentials.ts';
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
    const { said } = this.#credentials;
    if (said === undefined) return this.#server.send(request, sink);
    const shown = this.#shownFor(request);
    const common = this.#credentials.common();
    const secrets = [...common, ...shown.secrets.filter((one) => !common.includes(one))];
    const tell = request.onEcho ?? this.#onEcho;
    if (request.body !== undefined) {
      for (const { name } of findIn(request.body, secrets))
        tell({ credential: name, where: 'request', becomes: 'Log' });
    }
    const { headers, query } = shown;
    const own = { headers, query, instead: this.#credentials.headers };
    const watched = new WatchedSink(sink, { secrets, onEcho: said.onEcho, tell, onRefused: () => refuse(shown) });
    watched.attach(this.#server.send({ ...request, own }, watched));
    return watched;
  }

  endpointIn(announced: string): string | undefined {
    return this.#server.endpointIn(announced);
  }

  async close(): Promise<void> {
    await this.#server.close();
  }

  /** A call has been seen to this before (path/dispatch/take-credentials.ts), so this is for what has changed since, and for the gate itself. */
  #shownFor({ principal, headers }: UpstreamRequest): Shown {
    const looked = this.#credentials.look({ principal, authorization: headers.authorization });
    if (looked.kind === 'shown') return looked.shown;
    if (looked.kind === 'pending')
      throw new UpstreamError('credentials-unavailable', 'they have to be fetched first; call again in a moment');
    const { reason, message } = looked.refusal;
    throw new UpstreamError(reason as UpstreamFailure, message);
  }
}

/** The server does not take what it was shown: whoever fetched it may fetch another one. */
function refuse({ secrets, sources }: Shown): void {
  sources.forEach((source, i) => {
    const secret = secrets[i];
    if (secret !== undefined) source.refused?.(secret);
  });
}
