/** `fetch` for one client of a load: led to an address, over connections that are kept or not, and watched. */
import { Agent, fetch as undiciFetch } from 'undici';
import type { OnTheWire } from './outcome.ts';

export interface WireOptions {
  /** Where the name of the URL leads: of a Service, which this machine's DNS does not know. */
  readonly address: string;
  /** False: each request has a connection of its own, as behind balancers that spread requests. */
  readonly keepsConnections: boolean;
}

export class Wire {
  /** Of the last POST. */
  last: OnTheWire = {};
  readonly #agent: Agent;

  constructor({ address, keepsConnections }: WireOptions) {
    this.#agent = new Agent({
      ...(keepsConnections ? {} : { pipelining: 0 }),
      connect: {
        timeout: 5_000,
        // Both of its forms: undici asks for all addresses, or for one.
        lookup(_host, options, callback) {
          if (options.all === true) callback(null, [{ address, family: 4 }]);
          else callback(null, address, 4);
        },
      },
    });
  }

  readonly fetch = (async (input: string, init: { method?: string } = {}) => {
    const isPost = init.method === 'POST';
    try {
      const response = await undiciFetch(input, { ...init, dispatcher: this.#agent });
      if (isPost) this.last = { status: response.status };
      return response;
    } catch (error) {
      if (isPost) this.last = { code: codeOf(error) };
      throw error;
    }
  }) as unknown as typeof fetch;

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

/** The code of the first cause that has one. */
function codeOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return error instanceof Error ? error.name : 'unknown';
}
