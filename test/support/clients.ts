/** The official clients, of both generations, connected to a URL. */
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { MODERN } from './messages.ts';

const INFO = { name: 'e2e', version: '1.0.0' };

export interface Capabilities {
  readonly sampling?: Record<string, never>;
  readonly elicitation?: Record<string, never>;
}

export function requestInit(token: string | undefined): { headers: Record<string, string> } {
  return { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } };
}

export async function connectV1(url: string, token?: string, capabilities: Capabilities = {}): Promise<ClientV1> {
  const client = new ClientV1(INFO, { capabilities });
  await client.connect(new HttpV1(new URL(url), { requestInit: requestInit(token) }));
  return client;
}

export type Negotiation = 'legacy' | 'auto' | 'modern';

export async function connectV2(
  url: string,
  negotiation: Negotiation,
  token?: string,
  capabilities: Capabilities = {},
): Promise<ClientV2> {
  const mode = negotiation === 'modern' ? { pin: MODERN } : negotiation;
  const client = new ClientV2(INFO, { capabilities, versionNegotiation: { mode } });
  await client.connect(new HttpV2(new URL(url), { requestInit: requestInit(token) }));
  return client;
}

interface ToolResult {
  readonly content?: unknown;
  readonly isError?: boolean | undefined;
}

/** The text a model would read. */
export function textOf(result: unknown): string {
  const { content } = result as ToolResult;
  const items = Array.isArray(content) ? (content as { text?: string }[]) : [];
  return items.map(({ text }) => text ?? '').join('\n');
}
