/** Everything that can be said of one call, as data. */
import { defaultDetector } from '../core/inspect/typing/defaults.ts';
import { inferType } from '../core/inspect/typing/infer.ts';
import { visitTexts } from '../core/inspect/typing/texts.ts';
import type { Target } from '../core/mcp/catalogue.ts';
import { isObject } from '../core/mcp/message.ts';
import { decideCall } from '../core/policy/decide-call.ts';
import type { Effect } from '../core/policy/effect.ts';
import { explainRefusal } from '../core/policy/explain.ts';
import type { PlacedFinding } from '../core/policy/findings.ts';
import { unescapePart } from '../core/json-pointer.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Principal } from '../core/policy/principal.ts';
import { type RuleTrace, traceRules } from '../core/policy/trace.ts';
import type { Would } from '../core/policy/verdict.ts';
import type { ListedTool } from './tool-list.ts';

export interface ExplainedText {
  readonly pointer: string;
  /** What it is taken for where no rule says; undefined: a text of which nothing is known. */
  readonly type: string | undefined;
  readonly because: string | undefined;
  /** What the detector of that type says of it, whether or not a pack asks. */
  readonly found: { readonly detector: string; readonly reason: string; readonly message: string } | undefined;
}

export interface Explained {
  readonly call: { readonly kind: string; readonly name: string };
  readonly effect: Effect;
  /** What the model reads; undefined where it reads nothing. */
  readonly refusal: string | undefined;
  readonly decidedBy: readonly string[];
  readonly would: Would | undefined;
  readonly rules: readonly RuleTrace[];
  readonly findings: readonly PlacedFinding[];
  /** Packs that have detectors look at all arguments. */
  readonly detectors: readonly { readonly id: string; readonly shadow: boolean }[];
  readonly texts: readonly ExplainedText[];
}

export function explainCall(
  policy: Policy,
  principal: Principal,
  target: Target,
  tool: ListedTool | undefined,
): Explained {
  const verdict = decideCall(policy, { principal, targets: [target], inspection: undefined }, tool?.inputSchema);
  const { effect, rules, findings, would } = verdict;
  return {
    call: { kind: target.kind, name: target.name },
    effect,
    refusal: effect === 'Deny' ? explainRefusal(verdict, target, principal) : undefined,
    decidedBy: rules,
    would,
    rules: traceRules(policy, principal, target),
    findings,
    detectors: policy.index(target.kind).detectors.map(({ id, shadow }) => ({ id, shadow })),
    texts: textsOf(target, tool),
  };
}

function textsOf({ name: toolName, args }: Target, tool: ListedTool | undefined): ExplainedText[] {
  const texts: ExplainedText[] = [];
  visitTexts(args, ({ pointer, name, value }) => {
    const inferred = inferType({ name, schema: schemaAt(tool?.inputSchema, pointer), tool: toolName });
    const found = inferred && defaultDetector(inferred.type)?.(value, (reader, text) => reader(text));
    const said = found && { detector: found.detector, reason: found.reason, message: found.message };
    texts.push({ pointer, type: inferred?.type, because: inferred?.because, found: said });
    return true;
  });
  return texts;
}

/** Through `properties` and `items`; what a schema says in another way is not looked for. */
function schemaAt(schema: unknown, pointer: string): unknown {
  let at = schema;
  for (const part of pointer.split('/').slice(1)) {
    if (!isObject(at)) return undefined;
    const { properties, items } = at;
    const key = unescapePart(part);
    at = isObject(properties) && Object.hasOwn(properties, key) ? properties[key] : items;
  }
  return at;
}
