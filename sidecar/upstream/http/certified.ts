/**
 * A server over HTTP to which the gate shows a certificate, if there is one. Another certificate counts from the next request on: requests
 * of before end on the connections that they have, and no connection or TLS session of an old one is used again.
 */
import type { Clock } from '../../../core/clock.ts';
import { type ClientPair, type ClientPairTexts, readClientPair } from '../../tls/client-pair.ts';
import type { Unfit } from '../../tls/pair.ts';
import type { UpstreamRequest } from '../request.ts';
import { type Exchange, type Upstream, UpstreamError, type UpstreamSink } from '../upstream.ts';
import { HttpUpstream } from './server.ts';

/** What is to be shown now; undefined: nothing. It is asked at each request. */
export type PairSource = () => ClientPairTexts | Unfit | undefined;

export class CertifiedUpstream implements Upstream {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #source: PairSource;
  readonly #onProblem: (problem: string) => void;
  #shown: { readonly texts: ClientPairTexts; readonly pair: ClientPair } | undefined = undefined;
  #server: HttpUpstream;
  /** Those of before, while something is under way there. */
  readonly #former = new Set<HttpUpstream>();
  #said: string | undefined = undefined;

  /** `onProblem` is told in a sentence why nothing is sent, once until it is another one. */
  constructor(url: string, clock: Clock, source: PairSource, onProblem: (problem: string) => void) {
    this.#url = url;
    this.#clock = clock;
    this.#source = source;
    this.#onProblem = onProblem;
    this.#server = new HttpUpstream(url, clock);
  }

  get url(): URL {
    return this.#server.url;
  }

  get isAvoided(): boolean {
    return this.#server.isAvoided;
  }

  send(request: UpstreamRequest, sink: UpstreamSink): Exchange {
    const problem = this.#follow();
    if (problem !== undefined) {
      if (problem !== this.#said) this.#onProblem(problem);
      this.#said = problem;
      const sentence = 'the gate does not have its client certificate, which the server asks for';
      throw new UpstreamError('credentials-unavailable', sentence);
    }
    this.#said = undefined;
    return this.#server.send(request, sink);
  }

  endpointIn(announced: string): string | undefined {
    return this.#server.endpointIn(announced);
  }

  async close(): Promise<void> {
    await Promise.all([this.#server, ...this.#former].map((server) => server.close()));
  }

  /** Why nothing may be sent. */
  #follow(): string | undefined {
    const said = this.#source();
    if (said === undefined) {
      if (this.#shown !== undefined) this.#become(undefined);
      return undefined;
    }
    if ('problem' in said) return said.problem;
    if (this.url.protocol !== 'https:') return 'it is shown over TLS alone; give the URL of the server with https://';
    const now = this.#clock.now();
    if (this.#shown !== undefined && isSame(said, this.#shown.texts) && now < this.#shown.pair.notAfter)
      return undefined;
    const pair = readClientPair(said, now);
    if ('problem' in pair) return pair.problem;
    this.#become({ texts: said, pair });
    return undefined;
  }

  #become(shown: { readonly texts: ClientPairTexts; readonly pair: ClientPair } | undefined): void {
    const former = this.#server;
    this.#shown = shown;
    this.#server = new HttpUpstream(this.#url, this.#clock, false, shown?.pair);
    this.#former.add(former);
    void former
      .retire()
      // Destroyed meanwhile, because the gate ends.
      .catch(() => {})
      .finally(() => this.#former.delete(former));
  }
}

function isSame(a: ClientPairTexts, b: ClientPairTexts): boolean {
  return a.cert === b.cert && a.key === b.key && a.ca === b.ca;
}
