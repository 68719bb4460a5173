/** The official clients of a load, behind one form. */
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { requestInit, textOf } from '../../../support/clients.ts';
import { MODERN } from '../../../support/messages.ts';
import type { Wire } from './wire.ts';

/** SDK and era. */
export type Kind = 'v1 legacy' | 'v2 legacy' | 'v2 modern';

export interface OpenClient {
  /** False in the era without sessions. */
  readonly hasSession: boolean;
  /** Resolves with the text of the result, or rejects with what the SDK says. */
  call(tool: string, args: Record<string, unknown>, traceId: string): Promise<string>;
  /** Ends the session, where there is one and the server can be reached. */
  close(): Promise<void>;
}

const INFO = { name: 'load', version: '1.0.0' };
const CALL_LIMIT_MS = 15_000;

export async function openClient(kind: Kind, url: string, token: string, wire: Wire): Promise<OpenClient> {
  const options = { fetch: wire.fetch, requestInit: requestInit(token) };
  const limit = { timeout: CALL_LIMIT_MS };
  if (kind === 'v1 legacy') {
    const transport = new HttpV1(new URL(url), options);
    const client = new ClientV1(INFO);
    await client.connect(transport, limit);
    return opened(client, transport, true, async (params) => client.callTool(params, undefined, limit));
  }
  const mode = kind === 'v2 modern' ? { pin: MODERN } : ('legacy' as const);
  const transport = new HttpV2(new URL(url), options);
  const client = new ClientV2(INFO, { versionNegotiation: { mode } });
  await client.connect(transport, limit);
  return opened(client, transport, kind === 'v2 legacy', async (params) => client.callTool(params, limit));
}

interface CallParams {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
  readonly _meta: { readonly traceparent: string };
}

/** What both SDKs have in common. */
function opened(
  client: { close(): Promise<void> },
  transport: { terminateSession(): Promise<void> },
  hasSession: boolean,
  callTool: (params: CallParams) => Promise<unknown>,
): OpenClient {
  return {
    hasSession,
    async call(tool, args, traceId) {
      const traceparent = `00-${traceId}-${traceId.slice(16)}-01`;
      const answer = await callTool({ name: tool, arguments: args, _meta: { traceparent } });
      const text = textOf(answer);
      if ((answer as { isError?: boolean }).isError === true) throw new Error(text);
      return text;
    },
    async close() {
      if (hasSession) await transport.terminateSession().catch(() => {});
      await client.close().catch(() => {});
    },
  };
}
