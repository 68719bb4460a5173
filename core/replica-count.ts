/**
 * How many gates a server has, as the operator tells them: a file beside the bundle, and not a part of it, since another number is no other
 * policy. Each of them divides its limits by it while the store that they share is away.
 */
export const REPLICAS_FILE = 'replicas';

/** More pods than a cluster has. */
const MAX_REPLICAS = 1_000_000;

export function replicasText(count: number): string {
  return String(Math.max(1, count));
}

/** Undefined: it is no such text. */
export function readReplicas(text: string): number | undefined {
  if (!/^[1-9][0-9]{0,6}\n?$/.test(text)) return undefined;
  const count = Number(text);
  return count <= MAX_REPLICAS ? count : undefined;
}
