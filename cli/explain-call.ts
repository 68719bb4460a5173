/** Everything that can be said of one call and of what is answered to it, as data. */
import { isDeepStrictEqual } from 'node:util';
import { defaultDetector } from '../core/inspect/typing/defaults.ts';
import { inferType } from '../core/inspect/typing/infer.ts';
import { visitTexts } from '../core/inspect/typing/texts.ts';
import type { Target } from '../core/mcp/catalogue.ts';
import { isObject, type JsonObject } from '../core/mcp/message.ts';
import type { ContentPlace } from '../core/api/rules/content-places.ts';
import type { Moment } from '../core/policy/context.ts';
import type { Effect } from '../core/policy/effect.ts';
import type { PlacedFinding } from '../core/policy/findings.ts';
import { unescapePart } from '../core/json-pointer.ts';
import type { Policy } from '../core/policy/policy.ts';
import { type RuleTrace, traceRules } from '../core/policy/trace.ts';
import type { Would } from '../core/policy/verdict.ts';
import type { PolicyCase } from './policy-tests/case-schema.ts';
import { momentOf, principalOf, rehearse, type Rehearsed } from './policy-tests/rehearse-case.ts';
import { VERSION } from './rehearsal/rehearsal.ts';

export interface ExplainedText {
  readonly pointer: string;
  /** What it is taken for where no rule says; undefined: a text of which nothing is known. */
  readonly type: string | undefined;
  readonly because: string | undefined;
  /** What the detector of that type says of it, whether or not a pack asks. */
  readonly found: { readonly detector: string; readonly reason: string; readonly message: string } | undefined;
}

/** An entry of `dlp` that looks at it. */
export interface ExplainedContent {
  readonly id: string;
  readonly effect: Effect;
  readonly shadow: boolean;
  /** What it looks for. */
  readonly sought: readonly string[];
}

/** What becomes of a message, and why. */
export interface ExplainedDecision {
  readonly effect: Effect;
  /** What the model reads; undefined where it reads nothing. */
  readonly refusal: string | undefined;
  readonly decidedBy: readonly string[];
  readonly would: Would | undefined;
  readonly findings: readonly PlacedFinding[];
  /** Entries that look at it, whether or not they found anything. */
  readonly content: readonly ExplainedContent[];
}

export interface Explained extends ExplainedDecision {
  readonly call: { readonly kind: string; readonly name: string };
  readonly rules: readonly RuleTrace[];
  /** Packs that have detectors look at all arguments. */
  readonly detectors: readonly { readonly id: string; readonly shadow: boolean }[];
  readonly texts: readonly ExplainedText[];
  /** The arguments that the server gets, where they are others. */
  readonly sent: unknown;
  /** Of what the server says; undefined where nothing is given. */
  readonly answer: (ExplainedDecision & { readonly arrives: unknown }) | undefined;
}

export interface Question {
  readonly policy: Policy;
  readonly as: PolicyCase['as'];
  readonly target: Target;
  /** What the server lists; undefined: nothing is known of it. */
  readonly tools: readonly JsonObject[] | undefined;
  /** What it answers. */
  readonly answered?: Pick<PolicyCase, 'result' | 'error'> | undefined;
  /** When, and in which session, for conditions. */
  readonly moment?: Pick<PolicyCase, 'now' | 'session'> | undefined;
}

/** The same for both: rules are traced as the call was decided. */
function asAsked(moment: NonNullable<Question['moment']>): Moment {
  const { now = Date.now(), protocol = VERSION } = momentOf(moment);
  return { now, session: { id: '', protocol } };
}

export async function explainCall({ policy, as, target, tools, answered, moment = {} }: Question): Promise<Explained> {
  const { kind, name, args } = target;
  const lists = tools === undefined ? undefined : { tools: [...tools] };
  const call: PolicyCase = { name, [kind]: name, arguments: args, lists, ...moment, expect: 'Allow' };
  const rehearsed = await rehearse(call, policy, as);
  const isChanged = rehearsed.sent !== undefined && !isDeepStrictEqual(rehearsed.sent, args ?? {});
  return {
    call: { kind, name },
    ...decisionOf(rehearsed, contentOf(policy, 'arguments', target)),
    rules: traceRules(policy, principalOf(as), target, asAsked(moment)),
    detectors: policy.index(kind).detectors.map(({ id, shadow }) => ({ id, shadow })),
    texts: textsOf(target, kind === 'tool' ? tools?.find((tool) => tool['name'] === name) : undefined),
    sent: isChanged ? rehearsed.sent : undefined,
    answer: answered === undefined ? undefined : await explainAnswer({ ...call, ...answered }, policy, as, target),
  };
}

async function explainAnswer(
  call: PolicyCase,
  policy: Policy,
  as: PolicyCase['as'],
  target: Target,
): Promise<Explained['answer']> {
  const rehearsed = await rehearse(call, policy, as);
  // To a call that is refused there is none.
  if (rehearsed.problem !== undefined) return undefined;
  return { ...decisionOf(rehearsed, contentOf(policy, 'results', target)), arrives: rehearsed.answer };
}

function decisionOf({ verdict, refusal }: Rehearsed, content: readonly ExplainedContent[]): ExplainedDecision {
  const { effect, rules, findings, would } = verdict;
  return { effect, refusal, decidedBy: rules, would, findings, content };
}

function contentOf(policy: Policy, place: ContentPlace, { kind, name }: Target): ExplainedContent[] {
  const rules = policy.content(place).rulesFor(kind === 'tool' ? name : undefined);
  return rules.map(({ rule: { id, effect, detect, patterns, words }, shadow }) => {
    const own = [...patterns, ...words].map((one) => one.name);
    return { id, effect, shadow, sought: [...detect, ...own] };
  });
}

function textsOf({ name: toolName, args }: Target, tool: JsonObject | undefined): ExplainedText[] {
  const texts: ExplainedText[] = [];
  visitTexts(args, ({ pointer, name, value }) => {
    const inferred = inferType({ name, schema: schemaAt(tool?.['inputSchema'], pointer), tool: toolName });
    const found = inferred && defaultDetector(inferred.type, inferred.ending)?.(value, (reader, text) => reader(text));
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
