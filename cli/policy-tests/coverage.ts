/** Which rules of a policy no case has had a say from. */
import type { Bundle } from '../../core/policy/bundle.ts';
import type { FileResult } from './run-cases.ts';

export interface Coverage {
  /** Of all policies that were tested. */
  readonly rules: number;
  /** Ids in the order of the policies, without those that some case has touched. */
  readonly untouched: readonly string[];
}

/** A rule is touched where it carries a decision, would have, or has found something. */
export function coverageOf(files: readonly Pick<FileResult, 'policy' | 'touched'>[]): Coverage {
  const ids = new Set(files.flatMap(({ policy }) => (policy === undefined ? [] : idsIn(policy.bundle))));
  const touched = new Set(files.flatMap((file) => [...file.touched]));
  return { rules: ids.size, untouched: [...ids].filter((id) => !touched.has(id)) };
}

/** Whatever carries a name in decisions: rules, requests of servers, detectors, content, definitions, schemas. */
export function idsIn(bundle: Bundle): string[] {
  return bundle.packs.flatMap(idsBelow);
}

function idsBelow(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(idsBelow);
  if (typeof value !== 'object' || value === null) return [];
  const { id, ...rest } = value as Readonly<Record<string, unknown>>;
  const own = typeof id === 'string' && id.includes('#') ? [id] : [];
  return [...own, ...Object.values(rest).flatMap(idsBelow)];
}
