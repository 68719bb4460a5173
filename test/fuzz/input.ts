/** What the JSON layer feeds to the gate and to the servers: a body and the MCP headers that came with it. */
import type { McpHeaders } from '../../core/mcp/classify.ts';

export interface JsonInput {
  readonly body: Buffer;
  readonly headers: McpHeaders;
}

/** The headers as a client sends them; absent ones are left out. */
export function headerPairs({ protocolVersion, method, name }: McpHeaders): [name: string, value: string][] {
  const pairs: [string, string | undefined][] = [
    ['mcp-protocol-version', protocolVersion],
    ['mcp-method', method],
    ['mcp-name', name],
  ];
  return pairs.filter((pair): pair is [string, string] => pair[1] !== undefined);
}

const WITHOUT_HEADERS: McpHeaders = { protocolVersion: undefined, method: undefined, name: undefined };

export function inputOf(text: string | Buffer, headers: Partial<McpHeaders> = {}): JsonInput {
  return { body: Buffer.from(text), headers: { ...WITHOUT_HEADERS, ...headers } };
}
