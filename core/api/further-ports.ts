/** `workload.ports`: more ports of the same pods at which MCP is served, each behind a listener of the gate of its own. */
import * as z from 'zod';
import { cel, listBy } from './kubernetes.ts';

/** As many as the gate has numbers for. */
const MAX_FURTHER_PORTS = 3;

/** RFC 1035 §2.3.1: also the name of a port of the Service. */
const NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
/** What the first port is called where nobody names it (server-service.ts). */
const FIRST = 'mcp';
const FIRST_TAKEN = `is what the Service calls the first port; write another name, for example ${FIRST}-admin`;
const SAME_PORT = 'is in the list already, or the first one; keep one of the two';

/** `port`, `path`: as of the first port. */
export function furtherPortsSchema<P extends z.ZodType, Q extends z.ZodType>(port: P, path: Q) {
  const entry = z.strictObject({
    name: z
      .string()
      .max(15)
      .regex(
        NAME,
        'is not the name of a port: lower-case letters, digits and "-", a letter first, a letter or digit last; write for example admin',
      )
      .refine((name) => name !== FIRST, FIRST_TAKEN)
      .meta(cel({ rule: `self != '${FIRST}'`, message: FIRST_TAKEN }))
      .describe('Name of the port in the Service of the server. Required, at most 15 characters.'),
    port: port.describe('Container port, by number or by name. Required.'),
    path,
  });
  return z
    .array(entry)
    .max(MAX_FURTHER_PORTS)
    .superRefine((ports, ctx) => {
      for (const [index, { name }] of (ports as { name: string }[]).entries()) {
        if (ports.findIndex((other) => (other as { name: string }).name === name) === index) continue;
        ctx.addIssue({ code: 'custom', path: [index, 'name'], message: 'is in the list already; keep one of the two' });
      }
    })
    .meta(listBy('name'))
    .describe(
      'More ports of the same pods at which MCP is served. Policy, tokens and audit log are those of the server; the gate listens for each of them. At most 3. Default: none.',
    );
}

/** A refinement for what has both; it also runs beside other faults, so that one run names them all. */
export function checkFurtherPorts(workload: unknown, ctx: z.RefinementCtx): void {
  if (typeof workload !== 'object' || workload === null || !('ports' in workload)) return;
  const { ports } = workload;
  if (!Array.isArray(ports)) return;
  const numbers = [
    'port' in workload ? workload.port : undefined,
    ...(ports as ({ port?: unknown } | null)[]).map((one) => one?.port),
  ];
  for (const [index, port] of numbers.entries()) {
    if (port === undefined || numbers.indexOf(port) === index) continue;
    ctx.addIssue({ code: 'custom', path: ['ports', index - 1, 'port'], message: SAME_PORT });
  }
}

/** The same for the API server. */
export const FURTHER_PORTS_RULES = cel({
  rule: '!has(self.ports) || self.ports.all(one, self.ports.filter(other, other.port == one.port).size() == 1 && (!has(self.port) || self.port != one.port))',
  message: `a port of ports ${SAME_PORT}`,
});
