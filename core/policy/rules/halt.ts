/** What a pack halts. A gate that knows no halt has the same as rules, so that it denies every call of it. */
import * as z from 'zod';
import type { PolicyPack } from '../../api/policy-pack.ts';
import type { TargetKind } from '../../mcp/catalogue.ts';
import { strings } from './field.ts';
import { principals } from './principals.ts';

export const haltSchema = z.strictObject({
  /** As the API server knows them, or as they say. Absent: nobody says. */
  by: z.string().exactOptional(),
  principals: principals.schema,
  reason: z.string(),
  /** Names of tools, with `*`. Null: everything. */
  tools: strings.nullable(),
});
export type BundleHalt = Readonly<z.infer<typeof haltSchema>>;

type Spec = PolicyPack['spec'];

export function compileHalt({ halt: said }: Spec): { readonly halt?: BundleHalt } {
  if (said === undefined) return {};
  const by = said.by === undefined ? {} : { by: said.by };
  return {
    halt: { ...by, principals: principals.compile(said), reason: said.reason, tools: said.tools?.toSorted() ?? null },
  };
}

const EVERYTHING = [
  ['tool', '*'],
  ['resource', '**'],
  ['prompt', '*'],
] as const satisfies readonly (readonly [TargetKind, string])[];

/** `pack`: as namespace/name. */
export function haltRules(pack: string, spec: Spec) {
  const { halt } = compileHalt(spec);
  if (halt === undefined || spec.mode === 'Shadow') return [];
  const targets = halt.tools === null ? EVERYTHING : ([['tool', halt.tools]] as const);
  return targets.map(([target, patterns]) => ({
    id: haltId(pack),
    target,
    patterns: [patterns].flat(),
    effect: 'Deny' as const,
    principals: halt.principals,
    arguments: null,
    approval: null,
    reason: haltedSentence(halt),
  }));
}

/** As a rule of that name has it. */
export function haltId(pack: string): string {
  return `${pack}#halt`;
}

export function haltedSentence({ by, reason }: BundleHalt): string {
  return `halted${by === undefined ? '' : ` by ${by}`}: ${reason}`;
}
