/** Plays a case through a gate: what it says that the server lists, then the call, and what the server says to it. */
import { definitionDigest, type DefinitionKind } from '../../core/inspect/definitions/definition.ts';
import { LIST_SHAPES } from '../../core/mcp/catalogue.ts';
import { isObject, type JsonObject } from '../../core/mcp/message.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { ANONYMOUS, type Principal } from '../../core/policy/principal.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import { ofAnswer, ofAsk, ofCall, ofLists } from '../rehearsal/outcome.ts';
import { type Exchange, Rehearsal, type Setting } from '../rehearsal/rehearsal.ts';
import { answerOf, askOf, messagesOf, requestOf } from './case-messages.ts';
import type { Lists } from './case-file.ts';
import { type EarlierCall, isAboutAnswer, type PolicyCase } from './case-schema.ts';

export interface Rehearsed {
  readonly verdict: Verdict;
  /** What the model reads; undefined where nothing is refused. */
  readonly refusal: string | undefined;
  /** Every text that arrives, or the name of everything listed that does. */
  readonly texts: readonly string[];
  /** The result or the error that the client gets. */
  readonly answer: unknown;
  /** The arguments that reached the server; undefined: none did. */
  readonly sent: unknown;
  /** Why nothing is known of what the case is about. */
  readonly problem: string | undefined;
}

const NOTHING = { answer: undefined, sent: undefined, problem: undefined } as const;

/** What is not said is as now, and as most clients have it. */
export function momentOf({ now, session }: Pick<PolicyCase, 'now' | 'session'>): Required<Omit<Setting, 'stage'>> {
  return { now: now === undefined ? undefined : Date.parse(now), protocol: session?.protocol };
}

export async function rehearse(one: PolicyCase, policy: Policy, as: PolicyCase['as']): Promise<Rehearsed> {
  const rehearsal = new Rehearsal(policy, principalOf(as), momentOf(one));
  try {
    await rehearsal.open();
    return await play(one, rehearsal);
  } finally {
    await rehearsal.close();
  }
}

export function principalOf(as: PolicyCase['as']): Principal {
  if (as === undefined) return ANONYMOUS;
  const { name, groups = [], issuer, scopes = [] } = as;
  return issuer === undefined ? { kind: 'token', name, groups } : { kind: 'jwt', name, groups, issuer, scopes };
}

async function play(one: PolicyCase, rehearsal: Rehearsal): Promise<Rehearsed> {
  const { before, lists, accepted, asks, earlier = [] } = one;
  if (before !== undefined) await list(before, rehearsal);
  if (accepted === true && lists !== undefined) rehearsal.accept(acceptedIn(lists));
  const listed = lists === undefined ? [] : await list(lists, rehearsal);
  if (asks !== undefined) {
    const exchange = await rehearsal.ask('ping', {}, { messages: [askOf(one, asks)] });
    return { ...ofAsk(exchange), texts: textsIn(exchange.heard), ...NOTHING };
  }
  const request = requestOf(one);
  if (request === undefined) return ofListed(lists ?? {}, listed);
  for (const call of earlier) {
    const stopped = await callBefore(call, rehearsal);
    if (stopped !== undefined) return stopped;
  }
  const answer = answerOf(one);
  const exchange = await rehearsal.ask(request.method, request.params, { messages: messagesOf(one), answer });
  return isAboutAnswer(one) ? ofAnswered(exchange) : ofCalled(exchange);
}

/** What became of it where it has not reached the server: then nothing came before. */
async function callBefore(call: EarlierCall, rehearsal: Rehearsal): Promise<Rehearsed | undefined> {
  const request = requestOf(call);
  if (request === undefined) return undefined;
  for (let i = 0; i < (call.times ?? 1); i++) {
    const exchange = await rehearsal.ask(request.method, request.params, { answer: answerOf(call) });
    // What the gate has kept answers it as well.
    if (exchange.got.length > 0 || exchange.lines.at(-1)?.decision.reason === 'cached') continue;
    const { verdict, refusal } = ofCall(exchange);
    const name = call.tool ?? call.resource ?? call.prompt;
    const problem = `the earlier call of ${name} is refused, so that it did not come before: ${refusal}; give it arguments that pass, or leave it out`;
    return { verdict, refusal, ...NOTHING, texts: [], problem };
  }
  return undefined;
}

function ofCalled(exchange: Exchange): Rehearsed {
  const [request] = exchange.got;
  const params = request?.['params'];
  const sent = isObject(params) ? (params['arguments'] ?? {}) : undefined;
  return { ...ofCall(exchange), ...NOTHING, texts: [], sent };
}

function ofAnswered(exchange: Exchange): Rehearsed {
  const texts = textsIn([...exchange.heard, exchange.answer]);
  const answer = exchange.answer['result'] ?? exchange.answer['error'];
  if (exchange.got.length > 0) return { ...ofAnswer(exchange), ...NOTHING, texts, answer };
  const { verdict, refusal } = ofCall(exchange);
  const problem = `the call itself is refused, so that there is no answer: ${refusal}; give it arguments and a principal that pass`;
  return { verdict, refusal, ...NOTHING, texts, problem };
}

function ofListed(lists: Lists, exchanges: readonly Exchange[]): Rehearsed {
  const results = exchanges.map(({ answer: { result } }) => (isObject(result) ? result : {}));
  const names = results.flatMap(namesIn);
  const outcome = ofLists(exchanges, namesIn(lists).length - names.length);
  return { ...outcome, ...NOTHING, texts: names };
}

const METHODS = {
  tools: 'tools/list',
  prompts: 'prompts/list',
  resources: 'resources/list',
  resourceTemplates: 'resources/templates/list',
} as const satisfies Record<(typeof LIST_SHAPES)[number]['items'], string>;

async function list(lists: Lists, rehearsal: Rehearsal): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  if (lists.instructions !== undefined) exchanges.push(await rehearsal.open(lists.instructions));
  for (const { items } of LIST_SHAPES) {
    const all = lists[items];
    if (all === undefined) continue;
    exchanges.push(await rehearsal.ask(METHODS[items], {}, { answer: { result: { [items]: all } } }));
  }
  return exchanges;
}

function namesIn(result: JsonObject): string[] {
  const { instructions } = result;
  const items = LIST_SHAPES.flatMap(({ items: member, key }) => {
    const all = result[member];
    return Array.isArray(all) ? all.map((item: unknown) => (isObject(item) ? String(item[key]) : '')) : [];
  });
  return typeof instructions === 'string' && instructions !== '' ? [...items, 'instructions'] : items;
}

const KINDS = {
  tools: 'tool',
  prompts: 'prompt',
  resources: 'resource',
  resourceTemplates: 'resourceTemplate',
} as const satisfies Record<keyof typeof METHODS, DefinitionKind>;

/** As a person would accept it. */
export function acceptedIn(lists: Lists): Parameters<Rehearsal['accept']>[0] {
  const { instructions } = lists;
  const own = instructions === undefined ? [] : [lineOf('instructions', '', { instructions })];
  const items = LIST_SHAPES.flatMap(({ items: member, key }) =>
    (lists[member] ?? []).map((value) => lineOf(KINDS[member], String(value[key]), value)),
  );
  return [...own, ...items];
}

function lineOf(kind: DefinitionKind, name: string, value: JsonObject): Parameters<Rehearsal['accept']>[0][number] {
  return { said: 'accepted', of: { kind, name, digest: definitionDigest({ kind, value }) }, definition: value };
}

/** Every text that a reader could see, names of members too. */
function textsIn(value: unknown, texts: string[] = []): string[] {
  if (typeof value === 'string' || typeof value === 'number') texts.push(String(value));
  else if (Array.isArray(value)) for (const one of value) textsIn(one, texts);
  else if (isObject(value)) {
    for (const [key, one] of Object.entries(value)) {
      texts.push(key);
      textsIn(one, texts);
    }
  }
  return texts;
}
