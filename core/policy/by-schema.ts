/** What the schema that a server listed for a tool says of the arguments of a call, for the packs that ask for it. */
import { violationsOf } from '../inspect/input-schema/evaluate.ts';
import type { InputSchema } from '../inspect/input-schema/prepare.ts';
import type { Violation } from '../inspect/input-schema/violation.ts';
import type { JsonObject } from '../mcp/message.ts';
import type { PlacedFinding } from './findings.ts';
import type { Inspection } from './inspection.ts';
import { Strictest } from './strictest.ts';
import { brokenVerdict, NOTHING_TO_DECIDE, OVER_BUDGET, type Verdict } from './verdict.ts';

export interface SchemaRule {
  readonly id: string;
  readonly shadow: boolean;
}

/** `before`, or what is stricter. */
export function heldAgainst(
  input: InputSchema,
  args: JsonObject,
  rules: readonly SchemaRule[],
  before: Verdict | undefined,
  inspection: Inspection,
): Verdict | undefined {
  const isEnforced = rules.some(({ shadow }) => !shadow);
  const meter = isEnforced ? inspection.enforced : inspection.shadow;
  const violations =
    input.schema === undefined
      ? [unusable(input.problem)]
      : inspection.time(() => violationsOf(input.schema, args, (work) => meter.spend(work)));
  // What only records says nothing where it has no time.
  if (violations === undefined) return isEnforced ? OVER_BUDGET : before;
  if (violations.length === 0) return before;
  const strictest = new Strictest();
  if (before !== undefined) strictest.add(before);
  for (const { id, shadow } of rules) {
    const denied = brokenVerdict(
      id,
      violations.map((violation) => placed(id, violation)),
    );
    strictest.add(shadow ? { ...NOTHING_TO_DECIDE, would: denied } : denied);
  }
  return strictest.verdict();
}

function placed(rule: string, { reason, pointer, message }: Violation): PlacedFinding {
  return { detector: 'schema', reason, message, span: undefined, evidence: '', rule, pointer };
}

function unusable(problem: string): Violation {
  const message = `The schema of the tool cannot be used: ${problem}. Do not retry; the owner of the server has to mend it.`;
  return { reason: 'unusable', pointer: '', message };
}
