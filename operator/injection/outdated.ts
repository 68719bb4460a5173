/** Whether a pod that was injected earlier would get another sidecar now: it keeps the one it has until it is made anew. */
import type { MCPServer } from '../../core/api/mcp-server.ts';
import { type Endpoint, endpointOf, furtherEndpointsOf } from '../placement.ts';
import { furtherPorts } from './further-ports.ts';
import { type InjectionRecord, recordOf } from './record.ts';
import { type InjectionSettings, render } from './render.ts';

export function isOutdated(record: InjectionRecord, server: MCPServer, settings: InjectionSettings): boolean {
  const endpoint = endpointOf(server);
  if (endpoint === undefined) return true;
  const { moved, ending, probes, container, further: before = [] } = record;
  const found = [record, ...before].map(({ port }) => {
    const names = [...new Set(moved.filter((one) => one.port === port).map(({ name }) => name))];
    return { kind: 'found' as const, port, container, names };
  });
  const wanted: Endpoint[] = [endpoint, ...furtherEndpointsOf(server)];
  const [first, ...rest] = found;
  if (first === undefined || wanted.length !== found.length) return true;
  const isMeant = ({ port }: Endpoint, index: number): boolean =>
    typeof port === 'number' ? port === found[index]?.port : found[index]?.names.includes(port) === true;
  if (!wanted.every(isMeant)) return true;
  const { namespace } = server.metadata;
  const [further, portNames, { path }] = [furtherPorts(server, rest), first.names, endpoint];
  const overlay = render({ namespace, server, port: first.port, portNames, path, further, ending, probes, settings });
  return recordOf(overlay, record).settings !== record.settings;
}
