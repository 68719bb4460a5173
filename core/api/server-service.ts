/** The Service at which clients in the cluster reach the gate of an MCPServer: one that the operator makes, or one that is there. */
import * as z from 'zod';
import { cel, listBy } from './kubernetes.ts';

/** RFC 1035 §2.3.1, as Kubernetes has it for Services. */
const SERVICE_NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
/** RFC 6335 §5.1, which is what a target port may be named. */
const PORT_NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const NOT_A_PORT = 'is not a port: a number from 1 to 65535; write for example 80';
const UNREAD = 'says nothing where the Service is made by somebody else; remove it, or `create: false`';
const SAME_NUMBER = 'has two entries of one port; keep one of them';

const servicePortSchema = z.strictObject({
  name: z
    .string()
    .max(15)
    .regex(
      PORT_NAME,
      'is not the name of a port: lower-case letters, digits and "-", a letter first; write for example mcp',
    )
    .describe('Name of the port. Required, at most 15 characters.'),
  port: z
    .int(NOT_A_PORT)
    .min(1, NOT_A_PORT)
    .max(65_535, NOT_A_PORT)
    .describe('Port of the Service, from 1 to 65535; it leads to the gate. Required.'),
});

const portsSchema = z
  .array(servicePortSchema)
  .min(1)
  .max(8)
  .superRefine((ports, ctx) => {
    for (const [index, { name, port }] of ports.entries()) {
      if (ports.findIndex((other) => other.name === name) !== index) {
        ctx.addIssue({ code: 'custom', path: [index, 'name'], message: 'is in the list already; keep one of the two' });
      }
      if (ports.findIndex((other) => other.port === port) !== index) {
        ctx.addIssue({ code: 'custom', path: [index, 'port'], message: 'is in the list already; keep one of the two' });
      }
    }
  })
  .meta(listBy('name'))
  .meta(cel({ rule: 'self.all(one, self.filter(other, other.port == one.port).size() == 1)', message: SAME_NUMBER }));

export const serviceSchema = z
  .strictObject({
    name: z
      .string()
      .max(63)
      .regex(
        SERVICE_NAME,
        'is not the name of a Service: lower-case letters, digits and "-", a letter first, a letter or digit last; write for example ledger',
      )
      .optional()
      .describe(
        'Name of the Service, in the same namespace. One of that name that is there already and leads to the gate is used as it is. At most 63 characters. Default: the name of the MCPServer.',
      ),
    create: z
      .boolean()
      .default(true)
      .describe('Whether the operator makes the Service where there is none of that name. Default: true.'),
    sessionAffinity: z
      .enum(['None', 'ClientIP'])
      .optional()
      .describe(
        'Whether the Service leads a client to the pod that it was led to before. None: no. ClientIP: yes, for three hours, by its address. Default: None.',
      ),
    ports: portsSchema
      .optional()
      .describe(
        'Ports of the Service, each of which leads to the gate; the first is in status.endpoint. 1 to 8 entries. Default: 80, named mcp.',
      ),
  })
  .superRefine((service, ctx) => {
    if (service.create) return;
    for (const field of ['sessionAffinity', 'ports'] as const) {
      if (service[field] !== undefined) ctx.addIssue({ code: 'custom', path: [field], message: UNREAD });
    }
  })
  .meta(
    cel(
      { rule: 'self.create || !has(self.sessionAffinity)', message: `sessionAffinity ${UNREAD}` },
      { rule: 'self.create || !has(self.ports)', message: `ports ${UNREAD}` },
    ),
  );

/** As parsed. */
export type ServerService = z.infer<typeof serviceSchema>;
