/** What a gate passes on beside MCP, as its environment says it: sidecar/downstream/http/passed-paths.ts reads it. Pure. */
import type { MCPServer } from '../../core/api/mcp-server.ts';

export function passthroughEnv({ spec }: MCPServer): { name: string; value: string }[] {
  const { passthrough = [] } = spec.workload ?? spec.run ?? {};
  return passthrough.length === 0 ? [] : [{ name: 'SALLYPORT_PASSTHROUGH', value: JSON.stringify(passthrough) }];
}
