/** Whether a pod that was injected earlier would get another sidecar now: it keeps the one it has until it is made anew. */
import type { MCPServer } from '../../core/api/mcp-server.ts';
import { endpointOf } from '../placement.ts';
import { type InjectionRecord, recordOf } from './record.ts';
import { type InjectionSettings, render } from './render.ts';

export function isOutdated(record: InjectionRecord, server: MCPServer, settings: InjectionSettings): boolean {
  const endpoint = endpointOf(server);
  if (endpoint === undefined) return true;
  const { port, moved, ending, probes } = record;
  const names = [...new Set(moved.map(({ name }) => name))];
  const isSamePort = typeof endpoint.port === 'number' ? endpoint.port === port : names.includes(endpoint.port);
  if (!isSamePort) return true;
  const { namespace } = server.metadata;
  const { path } = endpoint;
  const overlay = render({ namespace, server, port, portNames: names, path, ending, probes, settings });
  return recordOf(overlay, record).settings !== record.settings;
}
