/**
 * What audit lines say together, rule by rule: what was refused, held, changed or marked, and what rules in shadow would have made of
 * it. Nothing is verified here; lines are taken for what they say.
 */
import { type Effect, EFFECTS } from '../api/effects.ts';
import { keepable } from './clip.ts';

/** What carried an effect, and where. */
export interface RuleSummary {
  /** Id of the rule; of what no rule says the reason of the refusal. */
  readonly rule: string;
  readonly effect: Effect;
  /** Of the call, or of what the server said. */
  readonly of: 'call' | 'answer';
  readonly count: number;
  /** What was called, who called, and what was found where: the most frequent first. */
  readonly targets: readonly Count[];
  readonly principals: readonly Count[];
  readonly findings: readonly Count[];
  readonly firstTime: string;
  readonly lastTime: string;
  /** Of the last one, to find it in the log. */
  readonly traceId: string;
}

export interface Count {
  readonly what: string;
  readonly count: number;
}

export interface Summary {
  readonly decisions: number;
  readonly firstTime: string | undefined;
  readonly lastTime: string | undefined;
  readonly effects: Readonly<Partial<Record<Effect, number>>>;
  /** The most frequent first. */
  readonly enforced: readonly RuleSummary[];
  /** What would have been. */
  readonly shadow: readonly RuleSummary[];
  /** Decisions that rules in shadow would have made stricter. */
  readonly wouldChange: number;
  /** Lines that are no record. */
  readonly unreadable: number;
}

/** What callers invent must not fill the memory: beyond so many, others are counted together. */
const MOST_NAMES = 1000;
const OTHERS = '(others)';

type Json = Readonly<Record<string, unknown>>;

export class Summariser {
  #decisions = 0;
  #wouldChange = 0;
  #unreadable = 0;
  #firstTime: string | undefined = undefined;
  #lastTime: string | undefined = undefined;
  readonly #effects: Partial<Record<Effect, number>> = {};
  readonly #enforced = new Map<string, Tally>();
  readonly #shadow = new Map<string, Tally>();

  /** One line of a log. */
  add(text: string): void {
    const line = recordIn(text);
    if (line === undefined) this.#unreadable++;
    else if (line['event'] === 'decision') this.#decide(line);
  }

  finish(): Summary {
    return {
      decisions: this.#decisions,
      firstTime: this.#firstTime,
      lastTime: this.#lastTime,
      // In the order of their strictness.
      effects: Object.fromEntries(
        EFFECTS.flatMap((effect) => (this.#effects[effect] === undefined ? [] : [[effect, this.#effects[effect]]])),
      ),
      enforced: sorted(this.#enforced),
      shadow: sorted(this.#shadow),
      wouldChange: this.#wouldChange,
      unreadable: this.#unreadable,
    };
  }

  #decide(line: Json): void {
    const { decision } = line;
    const effect = isJson(decision) ? effectIn(decision['effect']) : undefined;
    if (!isJson(decision) || effect === undefined) {
      this.#unreadable++;
      return;
    }
    const time = textIn(line['time']);
    this.#decisions++;
    this.#effects[effect] = (this.#effects[effect] ?? 0) + 1;
    if (this.#firstTime === undefined || time < this.#firstTime) this.#firstTime = time;
    if (this.#lastTime === undefined || time > this.#lastTime) this.#lastTime = time;
    const { answer } = decision;
    const wouldCall = this.#take(line, 'call', decision, textIn(decision['reason']));
    const wouldAnswer = isJson(answer) && this.#take(line, 'answer', answer, 'answer');
    if (wouldCall || wouldAnswer) this.#wouldChange++;
  }

  /** Whether rules in shadow would have made it stricter. `reason`: where no rule carries it. */
  #take(line: Json, of: 'call' | 'answer', said: Json, reason: string): boolean {
    const effect = effectIn(said['effect']);
    const would = effectIn(said['wouldEffect']);
    if (effect !== undefined && effect !== 'Allow') {
      const rules = textsIn(said['rules']);
      const carriers = rules.length === 0 ? [reason] : rules;
      for (const rule of carriers) count(this.#enforced, line, { rule, effect, of }, said['findings']);
    }
    if (would === undefined) return false;
    for (const rule of textsIn(said['wouldRules']))
      count(this.#shadow, line, { rule, effect: would, of }, said['wouldFindings']);
    return true;
  }
}

interface Carried {
  readonly rule: string;
  readonly effect: Effect;
  readonly of: 'call' | 'answer';
}

interface Tally extends Carried {
  count: number;
  readonly targets: Map<string, number>;
  readonly principals: Map<string, number>;
  readonly findings: Map<string, number>;
  firstTime: string;
  lastTime: string;
  traceId: string;
}

function count(tallies: Map<string, Tally>, line: Json, carried: Carried, findings: unknown): void {
  const time = textIn(line['time']);
  const tally = tallyOf(tallies, carried, time);
  tally.count++;
  if (time < tally.firstTime) tally.firstTime = time;
  if (time >= tally.lastTime) {
    tally.lastTime = time;
    tally.traceId = textIn(line['traceId']);
  }
  one(tally.targets, targetOf(line));
  one(tally.principals, principalOf(line['principal']));
  for (const finding of Array.isArray(findings) ? (findings as readonly unknown[]) : []) {
    if (isJson(finding) && finding['rule'] === carried.rule) one(tally.findings, findingOf(finding));
  }
}

function tallyOf(tallies: Map<string, Tally>, carried: Carried, time: string): Tally {
  const rule = tallies.size < MOST_NAMES ? carried.rule : OTHERS;
  const key = `${carried.effect} ${carried.of} ${rule}`;
  const known = tallies.get(`${carried.effect} ${carried.of} ${carried.rule}`) ?? tallies.get(key);
  if (known !== undefined) return known;
  const counts = { targets: new Map(), principals: new Map(), findings: new Map() };
  const tally: Tally = { ...carried, rule, count: 0, ...counts, firstTime: time, lastTime: time, traceId: '' };
  tallies.set(key, tally);
  return tally;
}

function one(counts: Map<string, number>, what: string): void {
  const name = counts.has(what) || counts.size < MOST_NAMES ? what : OTHERS;
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function targetOf(line: Json): string {
  return textIn(line['tool'] ?? line['resource'] ?? line['prompt'] ?? line['method']);
}

function principalOf(principal: unknown): string {
  return isJson(principal) ? textIn(principal['name']) : '(unknown)';
}

/** Entries of one list are one place. */
function findingOf({ detector, reason, pointer }: Json): string {
  const at = textIn(pointer).replaceAll(/\/\d+(?=\/|$)/g, '/*');
  return `${textIn(detector)} ${textIn(reason)}${at === '' ? '' : ` at ${at}`}`;
}

function sorted(tallies: ReadonlyMap<string, Tally>): RuleSummary[] {
  return [...tallies.values()].map(summaryOf).toSorted((a, b) => b.count - a.count || (a.rule < b.rule ? -1 : 1));
}

function summaryOf({ rule, effect, of, count: times, targets, principals, findings, ...rest }: Tally): RuleSummary {
  const counts = { targets: counted(targets), principals: counted(principals), findings: counted(findings) };
  return { rule, effect, of, count: times, ...counts, ...rest };
}

function counted(counts: ReadonlyMap<string, number>): Count[] {
  return [...counts]
    .map(([what, times]) => ({ what, count: times }))
    .toSorted((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1));
}

function recordIn(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function effectIn(value: unknown): Effect | undefined {
  return EFFECTS.find((effect) => effect === value);
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textIn) : [];
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? keepable(value) : '';
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
