/** The status of an MCPServer, or of a PolicyPack, put together from what was judged. */
import { type Condition, setCondition } from '../kit/conditions.ts';
import type { RawObject } from '../kit/resource.ts';
import type { PolicyStatus } from './policy-status.ts';
import type { ServiceAccountsStatus } from './service-accounts-status.ts';
import type { Verdict } from './verdict.ts';

export interface ServerStatus {
  observedGeneration: number;
  endpoint?: string;
  selector?: string;
  serviceAccounts?: ServiceAccountsStatus;
  pods?: { selected: number; injected: number; ready: number };
  policy?: PolicyStatus;
  conditions: Condition[];
}

/** The status of an object of which this was judged, with what else it is to say. */
export function withConditions<T extends object>(
  object: RawObject,
  verdicts: Readonly<Record<string, Verdict>>,
  rest: T,
  now: Date,
): T & Pick<ServerStatus, 'observedGeneration' | 'conditions'> {
  const observedGeneration = object.metadata.generation ?? 0;
  const all = { ...verdicts, ...progressOf(verdicts) };
  const before = ((object.status?.['conditions'] ?? []) as Condition[]).filter(({ type }) => Object.hasOwn(all, type));
  let conditions = before;
  for (const [type, { status, reason, message }] of Object.entries(all)) {
    conditions = setCondition(conditions, { type, status, reason, message, observedGeneration }, now);
  }
  return { observedGeneration, ...rest, conditions };
}

/**
 * The two conditions that kstatus knows (sigs.k8s.io/cli-utils, pkg/kstatus): Reconciling while the object is on its way to what is wanted,
 * Stalled where it gets no further until somebody does something. Each is there only while it is true. `kubectl wait`, Helm, Flux and Argo CD
 * go by them, and tell a server that starts from one that never will.
 */
export function progressOf({ Ready, ...parts }: Readonly<Record<string, Verdict>>): Record<string, Verdict> {
  if (Ready === undefined) return {};
  if (Ready.status !== 'True') {
    return { [Ready.passes === true ? 'Reconciling' : 'Stalled']: { ...Ready, status: 'True' } };
  }
  const [type, onItsWay] = Object.entries(parts).find(([, { passes }]) => passes === true) ?? [];
  if (onItsWay === undefined) return {};
  return { Reconciling: { status: 'True', reason: onItsWay.reason, message: `${type}: ${onItsWay.message}` } };
}

/**
 * What is worth an event: how the summary moved, that an audit log was forked, that the keys of an issuer cannot be read, that the store of the gates is away, that a policy has arrived, and that a way around the gate opened or closed. The rest is in
 * the message of the summary, and in the conditions.
 */
export function news(before: readonly Condition[], after: readonly Condition[]): Condition[] {
  const wasReady = before.find(({ type }) => type === 'Ready')?.status === 'True';
  return after.filter(({ type, status, reason }) => {
    const previous = before.find((condition) => condition.type === type);
    // Of a server that was not ready meanwhile, Ready says it.
    if (type === 'PolicyEnforced') return wasReady && status === 'True' && previous?.reason === 'Delivering';
    if (type === 'Ready') return previous?.status !== status || previous.reason !== reason;
    if (type === 'IdentityReady' || type === 'StateShared')
      return status !== previous?.status && (status === 'False' || previous !== undefined);
    if (type === 'AuditWitnessed') return status === 'False' && previous?.status !== 'False';
    return type === 'TrafficVerified' && previous !== undefined && previous.status !== status && reason !== 'NoPods';
  });
}
