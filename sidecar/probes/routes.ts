/** What the kubelet may have the gate ask the server: nothing but what the pod's probes say, as operator/injection/probes.ts writes it. */
import * as z from 'zod';

const portSchema = z.int().min(1).max(65_535);

/** Kubernetes v1, HTTPGetAction, TCPSocketAction and GRPCAction; the API server writes out what they leave unsaid. */
const routeSchema = z
  .object({
    /** Where the kubelet asks. */
    path: z.string().startsWith('/probes/'),
    timeoutSeconds: z.number().positive(),
    httpGet: z
      .object({
        path: z.string().nullish(),
        port: portSchema,
        scheme: z.enum(['HTTP', 'HTTPS']).nullish(),
        httpHeaders: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
      })
      .optional(),
    tcpSocket: z.object({ port: portSchema }).optional(),
    grpc: z.object({ port: portSchema, service: z.string().nullish() }).optional(),
  })
  .refine(({ httpGet, tcpSocket, grpc }) => [httpGet, tcpSocket, grpc].filter(Boolean).length === 1);

export type ProbeRoute = z.infer<typeof routeSchema>;
export type HttpGet = NonNullable<ProbeRoute['httpGet']>;

/** Of the variable `name`, by path; throws an Error that names it. */
export function readRoutes(name: string, text: string | undefined): ReadonlyMap<string, ProbeRoute> {
  if (text === undefined || text === '') return new Map();
  const parsed = z.array(routeSchema).safeParse(jsonOf(text));
  if (parsed.success) return new Map(parsed.data.map((route) => [route.path, route]));
  throw new Error(`${name} is not a list of probes, as the operator writes it: ${parsed.error.issues[0]?.message}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
