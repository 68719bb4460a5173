/**
 * Paths of a server that clients ask for beside MCP, such as `/metrics`: the gate passes them on and records that it did, and decides
 * nothing. So none may be a way to MCP, however a server reads a path, and none takes a body, in which messages would be.
 */
import * as z from 'zod';
import { cel, listBy } from './kubernetes.ts';

/** Where a gate serves MCP, whatever its server calls it. */
export const MCP_PATH = '/mcp';

/** Segments of unreserved characters (RFC 3986 §2.3) that do not begin with a dot: such a path is its own normal form (§6.2.2). */
const PLAIN = /^([/][A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/;
const NOT_PLAIN =
  'is not a plain path: "/", then letters, digits, "-", "_", "~" and "." in each part, a dot never first, no "/" at the end; write for example /metrics';

const METHODS = ['GET', 'HEAD'] as const;

/** An MCP path that some server may read as another one. */
const UNPLAIN = /%|;|[/][/]|[/][.]/;

const LEADS_TO_MCP = 'is at or below the MCP endpoint, where every request is decided on; take it out';
const NOT_COMPARABLE =
  'stands beside a path of MCP that is written with "%", ";", "//" or "/.", so that nobody can say what leads to it; write that path plainly, or take passthrough out';

const passedPathSchema = z.strictObject({
  path: z
    .string()
    .max(256)
    .regex(PLAIN, NOT_PLAIN)
    .describe('Path, which a request has to have byte for byte, with any query. Required, at most 256 characters.'),
  methods: z
    .array(z.enum(METHODS))
    .min(1)
    .max(METHODS.length)
    .default([...METHODS])
    .describe(
      'HTTP methods that pass. None that has a body can: it could hold messages of MCP. Default: GET and HEAD.',
    ),
  anonymous: z
    .boolean()
    .default(false)
    .describe(
      'Whether it passes without a token, as Prometheus and load balancers ask. Default: false, so that who may call is who may look.',
    ),
});

export type PassedPath = z.infer<typeof passedPathSchema>;

export const passthroughSchema = z
  .array(passedPathSchema)
  .max(16)
  .superRefine((paths, ctx) => {
    for (const [index, { path }] of paths.entries()) {
      if (paths.findIndex((other) => other.path === path) === index) continue;
      ctx.addIssue({ code: 'custom', path: [index, 'path'], message: 'is in the list already; keep one of the two' });
    }
  })
  .meta(listBy('path'))
  .describe(
    'Paths on the port of the server that the gate passes on undecided and on record, such as /metrics. What answers with an event stream does not pass. At most 16. Default: none.',
  );

/** Whether a server might take a path for its MCP endpoint: routers ignore case and a slash at the end, and mount what is below. */
export function leadsToMcp(path: string, mcpPath: string): boolean {
  const asked = path.toLowerCase();
  return [MCP_PATH, mcpPath].some((endpoint) => {
    const known = endpoint.toLowerCase().replace(/[/]$/, '');
    return asked === known || asked.startsWith(`${known}/`);
  });
}

/** A refinement for what has both; it also runs beside other faults, so that one run names them all. */
export function checkPassthrough(pods: unknown, ctx: z.RefinementCtx): void {
  if (typeof pods !== 'object' || pods === null || !('path' in pods) || !('passthrough' in pods)) return;
  const { path, passthrough } = pods;
  if (typeof path !== 'string' || !Array.isArray(passthrough)) return;
  if (passthrough.length > 0 && UNPLAIN.test(path)) {
    ctx.addIssue({ code: 'custom', path: ['passthrough'], message: NOT_COMPARABLE });
    return;
  }
  for (const [index, passed] of (passthrough as ({ path?: unknown } | null | undefined)[]).entries()) {
    const asked = passed?.path;
    if (typeof asked !== 'string' || !leadsToMcp(asked, path)) continue;
    ctx.addIssue({ code: 'custom', path: ['passthrough', index, 'path'], message: LEADS_TO_MCP });
  }
}

/** The same for the API server. A path of MCP that is "/" has everything below it. */
export const PASSTHROUGH_RULES = cel(
  {
    rule: `!has(self.passthrough) || self.passthrough.size() == 0 || !self.path.matches('${UNPLAIN.source}')`,
    message: `passthrough ${NOT_COMPARABLE}`,
  },
  {
    rule: `!has(self.passthrough) || self.passthrough.all(one, ['${MCP_PATH}', self.path.lowerAscii()].all(known, !(one.path.lowerAscii() + '/').startsWith(known.endsWith('/') ? known : known + '/')))`,
    message: `passthrough ${LEADS_TO_MCP}`,
  },
);
