/** The status of an MCPServer, put together from what was judged. */
import { type Condition, setCondition } from '../kit/conditions.ts';
import type { RawObject } from '../kit/resource.ts';
import type { Verdict } from './verdict.ts';

interface OlderPolicy {
  readonly revision: string;
  readonly pods: number;
  readonly enforced: number;
}

export interface ServerStatus {
  observedGeneration: number;
  endpoint?: string;
  selector?: string;
  pods?: { selected: number; injected: number; ready: number };
  policy?: { revision: string; packs: readonly string[]; enforced: number; summary: string; older?: OlderPolicy[] };
  conditions: Condition[];
}

export function withConditions(
  object: RawObject,
  verdicts: Readonly<Record<string, Verdict>>,
  rest: Omit<ServerStatus, 'conditions' | 'observedGeneration'>,
  now: Date,
): ServerStatus {
  const observedGeneration = object.metadata.generation ?? 0;
  const before = ((object.status?.['conditions'] ?? []) as Condition[]).filter(({ type }) =>
    Object.hasOwn(verdicts, type),
  );
  let conditions = before;
  for (const [type, { status, reason, message }] of Object.entries(verdicts)) {
    conditions = setCondition(conditions, { type, status, reason, message, observedGeneration }, now);
  }
  return { observedGeneration, ...rest, conditions };
}

/**
 * What is worth an event: how the summary moved, that an audit log was forked, and that a way around the gate opened or closed. The rest is in the message of
 * the summary, and in the conditions.
 */
export function news(before: readonly Condition[], after: readonly Condition[]): Condition[] {
  return after.filter(({ type, status, reason }) => {
    const previous = before.find((condition) => condition.type === type);
    if (type === 'Ready') return previous?.status !== status || previous.reason !== reason;
    if (type === 'AuditWitnessed') return status === 'False' && previous?.status !== 'False';
    return type === 'TrafficVerified' && previous !== undefined && previous.status !== status && reason !== 'NoPods';
  });
}
