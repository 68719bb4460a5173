/** The server that packs are held against where there is none at hand. */
import { API_VERSION } from '../core/api/common.ts';
import type { MCPServer } from '../core/api/mcp-server.ts';

export function assumedServer(namespace = 'default', labels: Readonly<Record<string, string>> = {}): MCPServer {
  return {
    apiVersion: API_VERSION,
    kind: 'MCPServer',
    metadata: { name: 'any', namespace, labels: { ...labels } },
    spec: { remote: { url: 'http://127.0.0.1/mcp' } },
  };
}
