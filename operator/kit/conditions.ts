/** Status conditions as `metav1.Condition` defines them (KEP-1623). */
import { isDeepStrictEqual } from 'node:util';

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  observedGeneration: number;
  lastTransitionTime: string;
}

/** The API server refuses longer ones. */
const MAX_MESSAGE_LENGTH = 32_768;

/** The conditions with `next` in its place; lastTransitionTime moves only when the status does. */
export function setCondition(
  conditions: readonly Condition[],
  next: Omit<Condition, 'lastTransitionTime'>,
  now: Date,
): Condition[] {
  const at = conditions.findIndex((condition) => condition.type === next.type);
  const previous = conditions[at];
  const changed: Condition = {
    ...next,
    message:
      next.message.length <= MAX_MESSAGE_LENGTH ? next.message : `${next.message.slice(0, MAX_MESSAGE_LENGTH - 1)}…`,
    lastTransitionTime:
      previous?.status === next.status ? previous.lastTransitionTime : `${now.toISOString().slice(0, 19)}Z`,
  };
  return previous === undefined ? [...conditions, changed] : conditions.with(at, changed);
}

/** True when writing `b` over `a` would change nothing; a field that is undefined is one that is left out. */
export function sameStatus(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(asSent(a), asSent(b));
}

function asSent(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
