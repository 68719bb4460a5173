/** `workload.targetRef`: the pods of a server named by what runs them, instead of by their labels. */
import * as z from 'zod';
import { subdomainSchema } from './common.ts';
import { cel } from './kubernetes.ts';

/** Who runs pods of an MCP server: of each API group the versions and the kind that are known here. */
export const TARGET_KINDS = [
  { group: 'apps', versions: ['v1'], kind: 'Deployment' },
  { group: 'apps', versions: ['v1'], kind: 'StatefulSet' },
  { group: 'mcp.x-k8s.io', versions: ['v1beta1', 'v1alpha1'], kind: 'MCPServer' },
  { group: 'kagent.dev', versions: ['v1alpha1'], kind: 'MCPServer' },
  { group: 'toolhive.stacklok.dev', versions: ['v1beta1', 'v1alpha1'], kind: 'MCPServer' },
] as const;

export type TargetKind = (typeof TARGET_KINDS)[number];

export interface TargetRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** Undefined: nothing that is known here. */
export function targetKindOf({ apiVersion, kind }: Omit<TargetRef, 'name'>): TargetKind | undefined {
  return TARGET_KINDS.find(
    (known) => known.kind === kind && known.versions.some((version) => apiVersion === `${known.group}/${version}`),
  );
}

const KNOWN = TARGET_KINDS.flatMap(({ group, versions, kind }) =>
  versions.map((version) => `${group}/${version} ${kind}`),
);
const NOT_KNOWN = `is not a kind whose pods can be found; name one of ${KNOWN.join(', ')}, or write selector instead`;

export const targetRefSchema = z
  .strictObject({
    apiVersion: z.string().max(253).describe('API group and version, such as apps/v1. Required.'),
    kind: z.string().max(63).describe('Kind, such as Deployment. Required.'),
    name: subdomainSchema('object', 'ledger').describe('Name of the object, in the same namespace. Required.'),
  })
  .superRefine((ref, ctx) => {
    if (targetKindOf(ref) === undefined) ctx.addIssue({ code: 'custom', path: ['kind'], message: NOT_KNOWN });
  })
  .meta(
    cel({
      rule: `(self.apiVersion + ' ' + self.kind) in [${KNOWN.map((known) => `'${known}'`).join(', ')}]`,
      message: `kind ${NOT_KNOWN}`,
    }),
  );

const ONE_OF = 'needs exactly one of selector and targetRef; keep or add one';
const NO_PORT =
  'is needed where the pods are named by selector or by a kind of apps/v1; write the container port of the server';

/** What the parts of a workload say together. Also on one with other faults, so that one run names them all. */
export function checkTarget(workload: unknown, ctx: z.RefinementCtx): void {
  if (typeof workload !== 'object' || workload === null) return;
  if ('selector' in workload === 'targetRef' in workload) {
    ctx.addIssue({ code: 'custom', message: ONE_OF });
  } else if (!('port' in workload) && !isOfOthers('targetRef' in workload ? workload.targetRef : undefined)) {
    ctx.addIssue({ code: 'custom', path: ['port'], message: NO_PORT });
  }
}

/** Of a kind whose spec says the port. */
function isOfOthers(ref: unknown): boolean {
  const { apiVersion } = (ref ?? {}) as { apiVersion?: unknown };
  return typeof apiVersion === 'string' && !apiVersion.startsWith('apps/');
}

export const TARGET_RULES = cel(
  { rule: 'has(self.selector) != has(self.targetRef)', message: ONE_OF },
  {
    rule: "has(self.port) || has(self.targetRef) && !self.targetRef.apiVersion.startsWith('apps/')",
    message: `port ${NO_PORT}`,
  },
);
