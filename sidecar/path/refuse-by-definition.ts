/** What the server says of what a call names: a tool whose definition may not be shown is not called either. */
import type { Target } from '../../core/mcp/catalogue.ts';
import { type Refusal, refuseInWords } from '../../core/mcp/refusals.ts';
import type { KnownDefinition, Pins } from '../../core/policy/definitions.ts';
import { explainRefusal } from '../../core/policy/explain.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Principal } from '../../core/policy/principal.ts';
import { Strictest } from '../../core/policy/strictest.ts';
import { about, NOTHING_TO_DECIDE, type Verdict } from '../../core/policy/verdict.ts';
import type { DefinitionTable } from '../memory/definitions.ts';

interface Decided {
  /** Undefined where there was none and definitions have nothing to say. */
  readonly verdict: Verdict | undefined;
  readonly refusal: Refusal | undefined;
}

/** `before`: the verdict on the same targets so far. */
export function refuseByDefinition(
  policy: Policy | undefined,
  table: DefinitionTable,
  targets: readonly Target[],
  before: Verdict | undefined,
  principal: Principal,
): Decided {
  const [target] = targets;
  if (policy === undefined || target === undefined || policy.definitions.isEmpty)
    return { verdict: before, refusal: undefined };
  const verdict = verdictOf(policy, table, targets, before);
  if (verdict?.effect !== 'Deny') return { verdict, refusal: undefined };
  const words = explainRefusal(verdict, target, principal);
  return { verdict, refusal: refuseInWords('denied', words, { rules: verdict.rules, revision: policy.revision }) };
}

function verdictOf(
  policy: Policy,
  table: DefinitionTable,
  targets: readonly Target[],
  before: Verdict | undefined,
): Verdict | undefined {
  const strictest = new Strictest();
  if (before !== undefined) strictest.add(before);
  for (const target of targets) {
    for (const [known, pins] of definitionsOf(table, target)) {
      const verdict = policy.definitions.judge(known, pins);
      if (verdict !== NOTHING_TO_DECIDE) strictest.add(targets.length === 1 ? verdict : about(target, verdict));
    }
  }
  return strictest.verdict();
}

/** A resource may be listed or not; of a template a URI is made, so that what is read does not tell which it was. */
function definitionsOf(table: DefinitionTable, { kind, name }: Target): readonly (readonly [KnownDefinition, Pins])[] {
  if (kind === 'method') return [];
  if (kind !== 'resource')
    return [[table.last(kind, name) ?? { kind, digest: undefined, findings: [] }, table.pinsOf(kind, name)]];
  return (['resource', 'resourceTemplate'] as const).flatMap((one) => {
    const known = table.last(one, name);
    return known === undefined ? [] : [[known, table.pinsOf(one, name)] as const];
  });
}
