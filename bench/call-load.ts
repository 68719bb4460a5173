/** Calls as an official client of the most used revision sends them, from a process of their own. */
import { ask, startChild, stopChild } from './children.ts';
import { TOKEN } from './gate.ts';
import type { LoadAnswer, LoadRequest } from './load.ts';
import { headersOf, INITIALIZE } from './mcp-headers.ts';

const MAX_MS = 30_000;
export class CallLoad {
  readonly #child = startChild({ script: `${import.meta.dirname}/load.ts` });

  /** The server gives the first session that is opened the id that `send` uses; the gate has to have seen it given. */
  async openSession(port: number): Promise<void> {
    await this.#run({ port, body: INITIALIZE, connections: 1, requests: 1, headers: headersOf(TOKEN) });
  }

  /** Rejects unless every answer was a 200: anything else would compare two different things. */
  send(port: number, body: string, connections: number, requests: number): Promise<LoadAnswer> {
    return this.#run({ port, body, connections, requests, headers: headersOf(TOKEN, 'bench-session') });
  }

  stop(): Promise<void> {
    return stopChild(this.#child);
  }

  async #run({
    port,
    ...request
  }: Pick<LoadRequest, 'body' | 'connections' | 'requests' | 'headers'> & { port: number }): Promise<LoadAnswer> {
    const whole: LoadRequest = { ...request, origin: `http://127.0.0.1:${port}`, path: '/mcp', maxMs: MAX_MS };
    const answer = await ask<LoadAnswer>(this.#child, whole);
    if (answer.failed > 0 || answer.completed === 0)
      throw new Error(`${answer.failed} of the benchmark's calls failed`);
    return answer;
  }
}
