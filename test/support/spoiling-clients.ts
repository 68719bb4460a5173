/** Official clients whose next call of a tool is spoiled on its way out: what they do with the answer is theirs. */
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { MODERN } from './messages.ts';
import { type BodyRow, type Era, callOf } from './strict-bodies.ts';

export interface SpoilingClient {
  readonly name: string;
  call(name: string, args: Record<string, unknown>): Promise<unknown>;
  /** Calls `echo`; what goes out is the row under the client's own id. */
  callSpoiled(row: BodyRow): Promise<unknown>;
  close(): Promise<void>;
}

const INFO = { name: 'spoiling', version: '1.0.0' };

export const SPOILING_CLIENTS: readonly [name: string, connect: (url: string) => Promise<SpoilingClient>][] = [
  ['v1', connectV1],
  ['v2 in a session', async (url) => connectV2(url, 'legacy')],
  ['v2 in 2026-07-28', async (url) => connectV2(url, { pin: MODERN })],
];

async function connectV1(url: string): Promise<SpoilingClient> {
  const client = new ClientV1(INFO);
  const spoiler = new Spoiler('legacy');
  await client.connect(new HttpV1(new URL(url), { fetch: spoiler.fetch }));
  return spoiler.around('v1', client);
}

async function connectV2(url: string, mode: 'legacy' | { readonly pin: string }): Promise<SpoilingClient> {
  const client = new ClientV2(INFO, { versionNegotiation: { mode } });
  const spoiler = new Spoiler(mode === 'legacy' ? 'legacy' : 'modern');
  await client.connect(new HttpV2(new URL(url), { fetch: spoiler.fetch }));
  return spoiler.around('v2', client);
}

interface Caller {
  callTool(params: { name: string; arguments: Record<string, unknown> }): Promise<unknown>;
  close(): Promise<void>;
}

class Spoiler {
  readonly #era: Era;
  #row: BodyRow | undefined = undefined;

  constructor(era: Era) {
    this.#era = era;
  }

  readonly fetch = async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const row = this.#row;
    const message = typeof init.body === 'string' ? (JSON.parse(init.body) as { id?: number; params?: object }) : {};
    if (row === undefined || !JSON.stringify(message).includes('"echo"')) return fetch(url, init);
    this.#row = undefined;
    const headers = new Headers(init.headers);
    for (const [name, value] of row.headers ?? []) headers.set(name, value);
    const changed = row.change(callOf(this.#era, message.id ?? 0));
    return fetch(url, { ...init, headers, body: typeof changed === 'string' ? changed : new Uint8Array(changed) });
  };

  around(name: string, client: Caller): SpoilingClient {
    return {
      name,
      call: async (tool, args) => client.callTool({ name: tool, arguments: args }),
      callSpoiled: async (row) => {
        this.#row = row;
        return client.callTool({ name: 'echo', arguments: {} });
      },
      close: async () => client.close(),
    };
  }
}
