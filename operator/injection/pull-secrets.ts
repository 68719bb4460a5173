/**
 * Secrets by which the kubelet fetches the image of the gate. They are named in the pod and have to be in its namespace; nobody copies
 * them there: for that the operator would need to write Secrets everywhere, and to read the one that it copies.
 */
import type { RawPod } from './pod.ts';

interface Named {
  readonly name?: string;
}

/** Those that the pod has not got already: what an earlier pass, or its ServiceAccount, did not bring. */
export function secretsToAdd(bare: RawPod, wanted: readonly string[]): string[] {
  const there = new Set(secretsOf(bare).map(({ name }) => name));
  return wanted.filter((name) => !there.has(name));
}

export function addSecrets({ spec }: RawPod, names: readonly string[]): void {
  if (names.length === 0) return;
  spec['imagePullSecrets'] = [...secretsOf({ spec }), ...names.map((name) => ({ name }))];
}

/** `names`: what was added before, as the pod's annotation says it. */
export function removeSecrets({ spec }: RawPod, names: readonly string[]): void {
  if (names.length === 0) return;
  const rest = secretsOf({ spec }).filter(({ name }) => name === undefined || !names.includes(name));
  if (rest.length === 0) delete spec['imagePullSecrets'];
  else spec['imagePullSecrets'] = rest;
}

function secretsOf({ spec }: RawPod): readonly Named[] {
  const list = spec['imagePullSecrets'];
  return Array.isArray(list) ? (list as Named[]) : [];
}
