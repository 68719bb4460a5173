/** More MCP ports of the pod than one, each behind a listener of this gate: as operator/injection/further-ports.ts writes them. */
import * as z from 'zod';

const portSchema = z.int().min(0).max(65_535);

const furtherPortSchema = z.object({
  /** Of the MCPServer's `workload.ports`; a part of file names here. */
  name: z.string().regex(/^[a-z0-9-]{1,15}$/),
  /** Where clients are listened to, and other gates that pass on what is for this one. */
  port: portSchema,
  hopPort: portSchema,
  /** URL of the MCP endpoint behind it. */
  upstream: z.url({ protocol: /^https?$/ }),
});

export type FurtherPort = z.infer<typeof furtherPortSchema>;

/** Of the variable `name`; throws an Error that names it. */
export function readFurtherPorts(name: string, text: string | undefined): readonly FurtherPort[] {
  if (text === undefined || text === '') return [];
  const parsed = z.array(furtherPortSchema).safeParse(jsonOf(text));
  if (!parsed.success)
    throw new Error(`${name} is not a list of ports, as the operator writes it: ${parsed.error.issues[0]?.message}`);
  const names = parsed.data.map((port) => port.name);
  const twice = names.find((one, index) => names.indexOf(one) !== index);
  if (twice !== undefined) throw new Error(`${name} has two ports named ${twice}`);
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
