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
  if (kind === 'v1 legacy') {
    const transport = new HttpV1(new URL(url), options);
    return connected(new ClientV1(INFO), transport, true);
  }
  const mode = kind === 'v2 modern' ? { pin: MODERN } : ('legacy' as const);
  const client = new ClientV2(INFO, { versionNegotiation: { mode } });
  return connected(client, new HttpV2(new URL(url), options), kind === 'v2 legacy');
}

/** What both SDKs have in common. */
interface SdkClient<T> {
  connect(transport: T, options?: { timeout: number }): Promise<void>;
  callTool(params: object, ...options: object[]): Promise<unknown>;
  close(): Promise<void>;
  onerror?: ((error: Error) => void) | undefined;
}

async function connected<T extends { terminateSession(): Promise<void> }>(
  client: ClientV1 | ClientV2,
  transport: T,
  hasSession: boolean,
): Promise<OpenClient> {
  const sdk = client as unknown as SdkClient<T>;
  // Streams that are only listened to come and go.
  sdk.onerror = () => {};
  await sdk.connect(transport, { timeout: CALL_LIMIT_MS });
  return {
    hasSession,
    async call(tool, args, traceId) {
      const traceparent = `00-${traceId}-${traceId.slice(16)}-01`;
      const params = { name: tool, arguments: args, _meta: { traceparent } };
      const limit = { timeout: CALL_LIMIT_MS };
      // The first SDK has the schema of the result in between.
      const result =
        client instanceof ClientV1 ? sdk.callTool(params, undefined as never, limit) : sdk.callTool(params, limit);
      const answer = await result;
      const text = textOf(answer);
      if ((answer as { isError?: boolean }).isError === true) throw new Error(text);
      return text;
    },
    async close() {
      if (hasSession) await transport.terminateSession().catch(() => {});
      await sdk.close().catch(() => {});
    },
  };
}
