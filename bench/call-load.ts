/** Calls as an official client of the most used revision sends them, from a process of their own. */
import { ask, startChild, stopChild } from './children.ts';
import { TOKEN } from './gate.ts';
import type { LoadAnswer, LoadRequest, Tls } from './load.ts';
import { headersOf, INITIALIZE } from './mcp-headers.ts';

const MAX_MS = 30_000;

/** How a client comes to a gate, and what it shows there. */
export interface Caller {
  /** Each call shows the next one; undefined: none at all. */
  readonly tokens?: readonly string[] | undefined;
  readonly tls?: Tls | undefined;
}

const OFFICE_AGENT: Caller = { tokens: [TOKEN] };

export class CallLoad {
  readonly #child = startChild({ script: `${import.meta.dirname}/load.ts` });

  /** A session belongs to whoever opened it. The server gives the first one the id that `send` uses. */
  async openSession(port: number, caller: Caller = OFFICE_AGENT): Promise<string> {
    const { session } = await this.#run(port, caller, undefined, { body: INITIALIZE, connections: 1, requests: 1 });
    if (session === undefined) throw new Error('the server of the benchmark opened no session');
    return session;
  }

  /** Rejects unless every answer was a 200: anything else would compare two different things. */
  send(
    port: number,
    body: string,
    connections: number,
    requests: number,
    caller: Caller = OFFICE_AGENT,
    session = 'bench-session',
  ): Promise<LoadAnswer> {
    return this.#run(port, caller, session, { body, connections, requests });
  }

  stop(): Promise<void> {
    return stopChild(this.#child);
  }

  async #run(
    port: number,
    { tokens = [], tls }: Caller,
    session: string | undefined,
    request: Pick<LoadRequest, 'body' | 'connections' | 'requests'>,
  ): Promise<LoadAnswer> {
    const [first, ...more] = tokens;
    const whole: LoadRequest = {
      ...{ ...request, path: '/mcp', maxMs: MAX_MS, tls },
      origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
      headers: headersOf(first, session),
      tokens: more.length === 0 ? undefined : tokens,
    };
    const answer = await ask<LoadAnswer>(this.#child, whole);
    if (answer.failed > 0 || answer.completed === 0)
      throw new Error(`${answer.failed} of the benchmark's calls failed`);
    return answer;
  }
}
