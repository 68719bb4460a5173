/** Agents: the official SDK clients of both generations, each with a bearer token that can be exchanged while it runs. */
import { Client as Client2, StreamableHTTPClientTransport as Http2 } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as Http1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const self = { name: 'sallyport-demo', version: '1.0.0' };

/** What an agent holds: whoever changes `token` changes what its next request sends. */
export interface Credential {
  token: string;
}

function withToken(credential: Credential): typeof fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${credential.token}`);
    return fetch(input, { ...init, headers });
  };
}

/** `@modelcontextprotocol/sdk` 1.x over Streamable HTTP. */
export async function connectClient1(url: URL, credential: Credential): Promise<Client1> {
  const client = new Client1(self);
  await client.connect(new Http1(url, { fetch: withToken(credential) }));
  return client;
}

/** `@modelcontextprotocol/sdk` 1.x with the server as its child: no gate between the two. */
export async function connectDirectly(args: readonly string[]): Promise<Client1> {
  const client = new Client1(self);
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [...args], stderr: 'ignore' }));
  return client;
}

/** `@modelcontextprotocol/client` 2.x; it asks for the newest revision and takes what the server has. */
export async function connectClient2(url: URL, credential: Credential): Promise<Client2> {
  const client = new Client2(self, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new Http2(url, { fetch: withToken(credential) }));
  return client;
}

/** The text of a tool's result, or of what the gate answered in its place. */
export function textOf(result: { [key: string]: unknown }): string {
  const content = Array.isArray(result['content']) ? (result['content'] as { text?: string }[]) : [];
  return content.map(({ text }) => text ?? '').join('\n');
}

/** The message of the error that `work` has to end in. */
export async function errorOf(work: Promise<unknown>): Promise<string> {
  try {
    return `no error, but ${JSON.stringify(await work)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
