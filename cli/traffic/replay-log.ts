/** Plays the calls of a traffic log again, through gates that another policy is in force at: their clock goes by the log. */
import type { JsonObject } from '../../core/mcp/message.ts';
import { LEGACY_VERSIONS } from '../../core/mcp/revisions/index.ts';
import type { Effect } from '../../core/policy/effect.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { ANONYMOUS, type Principal } from '../../core/policy/principal.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import type { ResultShape, TrafficCall, TrafficPrincipal } from '../../core/traffic/line.ts';
import { blindRules } from '../../core/traffic/replay/blind-rules.ts';
import { shapesAt } from '../../core/traffic/replay/leaves.ts';
import { type Untold, untoldOf } from '../../core/traffic/replay/untold.ts';
import { sampleOf } from '../../core/traffic/samples.ts';
import { type Extreme, standInFor } from '../../core/traffic/stand-in.ts';
import { requestOf } from '../policy-tests/case-messages.ts';
import { acceptedIn } from '../policy-tests/rehearse-case.ts';
import { ofAnswer, ofCall } from '../rehearsal/outcome.ts';
import { Rehearsal, VERSION } from '../rehearsal/rehearsal.ts';
import { Stage } from '../rehearsal/stage.ts';

/** What the policy makes of a call. */
export interface Replayed {
  readonly verdict: Verdict;
  /** Of its answer; undefined where there is none, or nothing is known of it. */
  readonly answer: Effect | undefined;
  readonly answerRules: readonly string[];
  readonly untold: readonly Untold[];
  readonly args: JsonObject | undefined;
}

/** Conversations that are open; the oldest ends. */
const MOST_OPEN = 128;

export class LogReplay {
  readonly #policy: Policy;
  readonly #blind: readonly Untold[];
  readonly #gates: Readonly<Record<Extreme, ReplayGate>>;

  /** `from`: milliseconds since the epoch of the first line. */
  constructor(policy: Policy, from: number) {
    this.#policy = policy;
    this.#blind = blindRules(policy.bundle);
    this.#gates = { least: new ReplayGate(policy, from), most: new ReplayGate(policy, from) };
  }

  async list(tools: readonly JsonObject[]): Promise<void> {
    for (const gate of Object.values(this.#gates)) await gate.list(tools);
  }

  async play(call: TrafficCall): Promise<Replayed> {
    const [least, most] = [await this.#gates.least.play(call, 'least'), await this.#gates.most.play(call, 'most')];
    const { verdict, args } = least;
    const principal = principalOf(call.principal);
    const moment = { now: Date.parse(call.time), session: { id: '', protocol: call.protocol ?? VERSION } };
    const target = { kind: call.kind, name: call.name, args };
    const untold = untoldOf({ policy: this.#policy, principal, target, shape: call.arguments, moment });
    const blind = this.#blind.filter(({ rule }) => verdict.rules.includes(rule));
    const lost = [...untold, ...blind, ...between(verdict, most.verdict), ...bySchema(verdict, call)];
    return { ...least, untold: isCertain(verdict, lost) ? [] : lost };
  }

  async close(): Promise<void> {
    for (const gate of Object.values(this.#gates)) await gate.close();
  }
}

/** A rule that is told of denies it: the others can change nothing. */
function isCertain({ effect, rules }: Verdict, lost: readonly Untold[]): boolean {
  return effect === 'Deny' && rules.some((id) => !lost.some(({ rule }) => rule === id));
}

function between(least: Verdict, most: Verdict): Untold[] {
  if (least.effect === most.effect) return [];
  // Every rule that carries either: neither is certain.
  const why = 'the smallest and the largest value of its class are decided on in different ways';
  return [...new Set([...least.rules, ...most.rules])].map((rule) => ({ rule, why }));
}

/** A made-up value is not what the schema of a tool asks for, beyond its type. */
function bySchema({ findings, effect }: Verdict, { arguments: shape }: TrafficCall): Untold[] {
  if (effect !== 'Deny') return [];
  const lost = findings.find(
    ({ detector, pointer }) =>
      detector === 'schema' && shapesAt(shape, pointer.split('/').slice(1)).some(({ is }) => is !== 'value'),
  );
  return lost === undefined
    ? []
    : [{ rule: lost.rule, why: `the schema of the tool asks more of ${lost.pointer} than is kept` }];
}

type Played = Omit<Replayed, 'untold'>;

class ReplayGate {
  readonly #policy: Policy;
  readonly #stage: Stage;
  readonly #open = new Map<string, Rehearsal>();

  constructor(policy: Policy, from: number) {
    this.#policy = policy;
    this.#stage = new Stage(policy, from);
  }

  /** What a server offers is taken for accepted: pins are about later changes of it. */
  async list(tools: readonly JsonObject[]): Promise<void> {
    const rehearsal = await this.#rehearsalFor('', ANONYMOUS, VERSION);
    rehearsal.accept(acceptedIn({ tools: [...tools] }));
    await rehearsal.ask('tools/list', {}, { answer: { result: { tools } } });
    rehearsal.forget();
  }

  async play(call: TrafficCall, extreme: Extreme): Promise<Played> {
    const { kind, name, time, protocol = VERSION, session = '', arguments: shape, result } = call;
    this.#stage.goOnTo(Date.parse(time));
    const version = LEGACY_VERSIONS.includes(protocol) ? protocol : VERSION;
    const rehearsal = await this.#rehearsalFor(session, principalOf(call.principal), version);
    const made = shape === undefined ? undefined : standInFor(shape, extreme);
    const args = typeof made === 'object' && made !== null ? (made as JsonObject) : undefined;
    const request = requestOf({ name, [kind]: name, arguments: args, expect: 'Allow' });
    if (request === undefined) throw new Error('a call names something');
    const exchange = await rehearsal.ask(request.method, request.params, { answer: answerFor(call) });
    const { verdict } = ofCall(exchange);
    const said = result === undefined || exchange.got.length === 0 ? undefined : ofAnswer(exchange).verdict;
    rehearsal.forget();
    return { verdict, answer: said?.effect, answerRules: said?.rules ?? [], args };
  }

  async close(): Promise<void> {
    for (const one of this.#open.values()) await one.close();
    this.#open.clear();
  }

  async #rehearsalFor(session: string, principal: Principal, protocol: string): Promise<Rehearsal> {
    const key = JSON.stringify([session, principal, protocol]);
    let rehearsal = this.#open.get(key);
    if (rehearsal === undefined) {
      const [oldest] = this.#open;
      if (oldest !== undefined && this.#open.size === MOST_OPEN) {
        this.#open.delete(oldest[0]);
        await oldest[1].close();
      }
      rehearsal = new Rehearsal(this.#policy, principal, { protocol, stage: this.#stage });
      await rehearsal.open();
    } else this.#open.delete(key);
    this.#open.set(key, rehearsal);
    return rehearsal;
  }
}

function answerFor({ kind, name, result }: TrafficCall): { readonly result: unknown } | { readonly error: unknown } {
  if (result?.error !== undefined) return { error: { code: result.error, message: 'x' } };
  const text = textFor(result);
  if (kind === 'resource') return { result: { contents: [{ uri: name, text }] } };
  if (kind === 'prompt') return { result: { messages: [{ role: 'user', content: { type: 'text', text } }] } };
  return { result: { content: [{ type: 'text', text }], ...(result?.isError === true ? { isError: true } : {}) } };
}

/** Of limits on the bytes of results, no more decides anything else. */
const LONGEST_RESULT = 1024 * 1024;

/** With what was found in it, and as long as it was. */
function textFor(result: ResultShape | undefined): string {
  const samples = (result?.found ?? [])
    .map(sampleOf)
    .filter((one) => one !== '')
    .join('\n');
  const missing = Math.min(result?.bytes ?? 1, LONGEST_RESULT) - samples.length;
  return missing > 1 ? `${samples}\n${'x'.repeat(missing - 1)}` : samples || 'x';
}

const KINDS = new Set(['token', 'jwt', 'serviceAccount', 'certificate', 'forwarded', 'local', 'anonymous']);

function principalOf(said: TrafficPrincipal | null): Principal {
  if (said === null) return ANONYMOUS;
  const { kind, name, groups, issuer, scopes } = said;
  const known = (KINDS.has(kind) ? kind : 'token') as Principal['kind'];
  return {
    ...{ kind: known, name, groups },
    ...(issuer === undefined ? {} : { issuer }),
    ...(scopes === undefined ? {} : { scopes }),
  };
}
