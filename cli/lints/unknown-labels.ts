/** Labels that rules speak of and that no pack of the same files gives to any tool. */
import type { PolicyPack } from '../../core/api/policy-pack.ts';
import { nearest } from '../../core/nearest.ts';
import type { LintFinding } from './finding.ts';

/** Whose rules speak of labels, at any depth. */
const LISTS = ['taint', 'sequences'];

type Path = readonly (string | number)[];

/** `all`: the packs whose labels count, this one among them. */
export function unknownLabels(pack: PolicyPack, all: readonly PolicyPack[]): LintFinding[] {
  const given = [...new Set(all.flatMap(({ spec }) => Object.keys(spec.labels ?? {})))];
  const spec: Readonly<Record<string, unknown>> = pack.spec;
  const spoken = LISTS.flatMap((list) => Array.from(spokenOf(spec[list], ['spec', list])));
  return spoken.flatMap(({ label, path }) => {
    if (given.includes(label)) return [];
    const near = nearest(label, given);
    const message = `no tool has the label ${JSON.stringify(label)}, so nothing is meant by it`;
    const mend = near === undefined ? `give it to tools in \`labels\` of a pack` : `did you mean ${near}?`;
    return [{ code: 'unknown-label' as const, path: [...path], message, mend }];
  });
}

function* spokenOf(value: unknown, path: Path): Generator<{ readonly label: string; readonly path: Path }> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    if (path.at(-1) === 'labels' && typeof inner === 'string') yield { label: inner, path: at };
    else yield* spokenOf(inner, at);
  }
}
