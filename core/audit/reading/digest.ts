/**
 * What an audit log says, put together for a document that a person reads from front to back: which policies were in force, what people
 * were asked and said, what was refused, what changed around it. In memory that is bounded; what found no room is counted.
 */
import { packsIn } from './changes.ts';
import { type AuditRecord, effectOf, isJson, rulesOf, textIn } from './read-record.ts';

export interface PolicyPeriod {
  readonly server: string;
  readonly revision: string;
  /** Milliseconds since the epoch, of the first and the last record that names it. */
  readonly from: number;
  until: number;
  decisions: number;
  /** As namespace/name, and `in shadow` where it only records. Empty where no record of its coming into force is here. */
  packs: readonly string[];
}

export interface Question {
  readonly name: string;
  readonly asked: number;
  what: string;
  caller: string;
  state: string;
  by: string;
  reason: string;
  /** When what became of it was recorded. */
  at: number;
}

export interface Refused {
  readonly at: number;
  readonly caller: string;
  readonly what: string;
  readonly reason: string;
  readonly rules: readonly string[];
}

/** In words; of anything else than a call. */
export interface Change {
  readonly at: number;
  readonly server: string;
  readonly event: string;
  readonly words: string;
}

export interface LogDigest {
  readonly decisions: number;
  readonly callers: number;
  readonly servers: readonly string[];
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** How many decisions, by what was decided and by how they ended; the most frequent first. */
  readonly effects: readonly Count[];
  readonly outcomes: readonly Count[];
  readonly policies: Bounded<PolicyPeriod>;
  readonly questions: Bounded<Question>;
  readonly refused: Bounded<Refused>;
  readonly changes: Bounded<Change>;
}

export interface Count {
  readonly what: string;
  readonly count: number;
}

/** `omitted`: how many there are besides. */
export interface Bounded<T> {
  readonly list: readonly T[];
  readonly omitted: number;
}

const MOST_POLICIES = 200;
const MOST_QUESTIONS = 1000;
const MOST_REFUSED = 500;
const MOST_CHANGES = 500;
/** What callers invent must not fill the memory. */
const MOST_NAMES = 10_000;

class Kept<K, T> {
  readonly #byKey = new Map<K, T>();
  readonly #most: number;
  omitted = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: K): T | undefined {
    return this.#byKey.get(key);
  }

  add(key: K, value: T): void {
    if (this.#byKey.size < this.#most) this.#byKey.set(key, value);
    else this.omitted++;
  }

  done(): Bounded<T> {
    return { list: [...this.#byKey.values()], omitted: this.omitted };
  }
}

/** `sayChange`: what happened, in words; undefined for what is no news to a reader. */
export class LogDigester {
  readonly #sayChange: (record: AuditRecord) => string | undefined;
  #decisions = 0;
  #first: number | undefined = undefined;
  #last: number | undefined = undefined;
  readonly #callers = new Set<string>();
  readonly #servers = new Set<string>();
  readonly #effects = new Map<string, number>();
  readonly #outcomes = new Map<string, number>();
  readonly #policies = new Kept<string, PolicyPeriod>(MOST_POLICIES);
  readonly #questions = new Kept<string, Question>(MOST_QUESTIONS);
  readonly #refused = new Kept<number, Refused>(MOST_REFUSED);
  readonly #changes = new Kept<number, Change>(MOST_CHANGES);
  #changed = 0;

  constructor(sayChange: (record: AuditRecord) => string | undefined) {
    this.#sayChange = sayChange;
  }

  add(record: AuditRecord): void {
    const { event, time, server } = record;
    this.#first = Math.min(this.#first ?? time, time);
    this.#last = Math.max(this.#last ?? time, time);
    if (this.#servers.size < MOST_NAMES) this.#servers.add(server);
    if (event === 'policy') this.#enforce(record);
    if (event === 'approval' || event === 'decision') this.#ask(record);
    if (event === 'decision') this.#decide(record);
    const words = event === 'decision' || event === 'intent' ? undefined : this.#sayChange(record);
    if (words !== undefined) this.#changes.add(this.#changed++, { at: time, server, event, words });
  }

  finish(): LogDigest {
    return {
      decisions: this.#decisions,
      callers: this.#callers.size,
      servers: [...this.#servers].sort(),
      first: this.#first,
      last: this.#last,
      effects: counted(this.#effects),
      outcomes: counted(this.#outcomes),
      policies: this.#policies.done(),
      questions: this.#questions.done(),
      refused: this.#refused.done(),
      changes: this.#changes.done(),
    };
  }

  #decide(record: AuditRecord): void {
    const { principal, outcome, reason, revision, server, time } = record;
    this.#decisions++;
    if (principal !== undefined && this.#callers.size < MOST_NAMES) this.#callers.add(principal.name);
    count(this.#effects, effectOf(record) ?? 'Allow');
    count(this.#outcomes, outcome);
    if (revision !== '') {
      const period = this.#periodOf(server, revision, time);
      period.decisions++;
      period.until = Math.max(period.until, time);
    }
    if (outcome !== 'refused') return;
    const caller = principal?.name ?? 'somebody who is not known';
    this.#refused.add(this.#decisions, { at: time, caller, what: whatOf(record), reason, rules: rulesOf(record) });
  }

  #enforce({ body, server, time }: AuditRecord): void {
    const policy = isJson(body['policy']) ? body['policy'] : {};
    const revision = textIn(policy['revision']);
    if (policy['state'] !== 'Enforced' || revision === '') return;
    this.#periodOf(server, revision, time).packs = packsIn(policy);
  }

  #periodOf(server: string, revision: string, time: number): PolicyPeriod {
    const key = `${server} ${revision}`;
    const known = this.#policies.get(key);
    if (known !== undefined) return known;
    const period: PolicyPeriod = { server, revision, from: time, until: time, decisions: 0, packs: [] };
    this.#policies.add(key, period);
    return period;
  }

  #ask(record: AuditRecord): void {
    const { approval, time, principal } = record;
    if (approval === undefined) return;
    const caller = principal?.name ?? '';
    const known = this.#questions.get(approval.name);
    const { name, state, by, reason } = approval;
    if (known === undefined) {
      this.#questions.add(name, { name, asked: time, what: whatOf(record), caller, state, by, reason, at: time });
      return;
    }
    known.at = time;
    known.state = state;
    if (by !== '') known.by = by;
    if (reason !== '') known.reason = reason;
  }
}

function whatOf({ method, target }: AuditRecord): string {
  return method === target ? method : `${method} ${target}`;
}

function count(counts: Map<string, number>, what: string): void {
  if (counts.size < MOST_NAMES || counts.has(what)) counts.set(what, (counts.get(what) ?? 0) + 1);
}

function counted(counts: ReadonlyMap<string, number>): Count[] {
  return [...counts]
    .map(([what, times]) => ({ what, count: times }))
    .toSorted((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1));
}
