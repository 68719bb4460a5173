/** Looks for what a `targetRef` names, in the API server: the object, then what runs its pods. Reads these two, by their names. */
import type { TargetRef } from '../../core/api/target-ref.ts';
import { ApiError, type ApiClient } from '../kit/api-client.ts';
import { defineResource, type RawObject, type Resource } from '../kit/resource.ts';
import type { Labels } from '../labels.ts';
import { adapterOf, type KnownTarget, type Runner } from './adapters.ts';
import type { LostReason, Resolution } from './resolution.ts';

type Reader = Pick<ApiClient, 'find'>;

/** Whom each kind is from, for people. */
const FROM: Readonly<Partial<Record<string, string>>> = {
  'mcp.x-k8s.io': 'the MCP Lifecycle Operator',
  'kagent.dev': 'kmcp',
  'toolhive.stacklok.dev': 'ToolHive',
};

const RUNNERS: Readonly<Record<Runner['kind'], Resource<RawObject>>> = {
  Deployment: defineResource('apps/v1', 'Deployment', 'deployments'),
  StatefulSet: defineResource('apps/v1', 'StatefulSet', 'statefulsets'),
};

/** Rejects where the API server does not answer, or not about the object. */
export async function resolveTarget(
  namespace: string,
  ref: TargetRef,
  hasPort: boolean,
  client: Reader,
): Promise<Resolution> {
  const adapter = adapterOf(ref);
  if (adapter === undefined)
    return lost('TargetNotUsable', `spec.workload.targetRef names a kind that is not known here.`);
  const what = `${ref.kind}${adapter.group === 'apps' ? '' : `.${adapter.group}`} ${ref.name}`;
  try {
    const object = await client.find(adapter.resource, { namespace, name: ref.name });
    if (object === undefined) {
      return lost(
        'TargetNotFound',
        `spec.workload.targetRef: there is no ${what} in namespace ${namespace}. Create it, or mend the name.`,
      );
    }
    const port = adapter.port(object);
    if (port === undefined && !hasPort)
      return lost('TargetNotUsable', `${what} does not say its port. Write it in spec.workload.port.`);
    const runner = adapter.runner(ref.name, object);
    const running =
      adapter.group === 'apps' ? object : await client.find(RUNNERS[runner.kind], { namespace, name: runner.name });
    if (running === undefined) {
      return lost(
        'TargetPending',
        `Waiting for the ${runner.kind} ${runner.name} that ${FROM[adapter.group]} makes for ${what}; see kubectl -n ${namespace} describe ${adapter.plural}.${adapter.group} ${ref.name}.`,
      );
    }
    const selector = selectorIn(running);
    if (selector === undefined) {
      return lost(
        'TargetNotUsable',
        `The selector of ${runner.kind} ${runner.name} is not one of labels alone. Name its pods by spec.workload.selector instead.`,
      );
    }
    return { kind: 'found', selector, port, path: adapter.path(object) };
  } catch (error) {
    const refusal = refusalOf(error, adapter, what);
    if (refusal === undefined) throw error;
    return refusal;
  }
}

function refusalOf(error: unknown, { group, plural }: KnownTarget, what: string): Resolution | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.missingKind) {
    const from = FROM[group] ?? 'its operator';
    return lost(
      'TargetKindMissing',
      `The cluster has no ${plural}.${group}, so ${what} cannot be there. Install ${from}, or mend apiVersion in spec.workload.targetRef.`,
    );
  }
  if (error.status !== 403) return undefined;
  return lost(
    'TargetForbidden',
    `The operator may not read ${plural}.${group}, so ${what} is not found. Add ${group} to the value adapters of the chart sallyport.`,
  );
}

function lost(reason: LostReason, message: string): Resolution {
  return { kind: 'lost', reason, message };
}

/** Undefined where it has expressions, or nothing at all: another selector would find pods of somebody else. */
function selectorIn({ spec }: RawObject): Labels | undefined {
  const { matchLabels = {}, matchExpressions = [] } = (spec?.['selector'] ?? {}) as {
    matchLabels?: Labels;
    matchExpressions?: readonly unknown[];
  };
  return matchExpressions.length > 0 || Object.keys(matchLabels).length === 0 ? undefined : matchLabels;
}
