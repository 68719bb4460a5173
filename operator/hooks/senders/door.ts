/**
 * Decisions from other systems, such as one for tickets, by web hook in the form of Standard Webhooks. Each sender has secrets of its own, and
 * people that it may speak for.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../../core/clock.ts';
import { sha256 } from '../../../core/digest.ts';
import { type HookHeaders, type Proof, proveHook, readHookSecret } from '../../../core/hooks/signed-hook.ts';
import { type HookAnswer, type HookOutcome, refusal, unproven } from '../answer.ts';
import type { SenderConfig } from '../config.ts';
import { headerOf } from '../header.ts';
import type { People, Person } from '../people.ts';
import { secretLines } from '../secret-file.ts';
import { Seen } from '../seen.ts';
import { saidOf, type Vote, type VoteOutcome } from '../vote.ts';
import { type HookMessage, readHookMessage } from './message.ts';

export interface SendersDoorParts {
  readonly senders: readonly SenderConfig[];
  readonly people: People;
  readonly cast: (vote: Vote) => Promise<VoteOutcome>;
  readonly clock: Clock;
}

/** Of outcomes that are no vote. Senders try again on all that are not 2xx, which harms nobody: a person has one vote. */
const STATUS: Readonly<Record<Exclude<VoteOutcome['kind'], 'voted'>, number>> = {
  refused: 403,
  'not-allowed': 403,
  gone: 404,
  mismatched: 409,
  unreachable: 503,
};

interface Delivery {
  readonly digest: string;
  readonly answer: Promise<HookAnswer>;
}

export class SendersDoor {
  readonly #parts: SendersDoorParts;
  readonly #seen: Seen<Delivery>;

  constructor(parts: SendersDoorParts) {
    this.#parts = parts;
    this.#seen = new Seen(parts.clock);
  }

  async answer(headers: IncomingHttpHeaders, body: Buffer): Promise<HookAnswer> {
    const signed = {
      id: headerOf(headers, 'webhook-id'),
      timestamp: headerOf(headers, 'webhook-timestamp'),
      signature: headerOf(headers, 'webhook-signature'),
    };
    const proofs = this.#parts.senders.map((sender) => ({ sender, proof: this.#prove(sender, signed, body) }));
    const [proven, another] = proofs.filter(({ proof }) => proof === 'proven').map(({ sender }) => sender);
    const stale = proofs.find(({ proof }) => proof === 'stale')?.sender.name;
    if (proven === undefined) return stale === undefined ? unproven('forged') : unproven('stale', { sender: stale });
    // Who sent it cannot be told, and so not for whom it may speak.
    if (another !== undefined) return unproven('forged', { sameSecret: [proven.name, another.name] });
    return this.#once(proven, signed.id ?? '', body);
  }

  #prove({ secretFile }: SenderConfig, signed: HookHeaders, body: Buffer): Proof {
    const secrets = secretLines(secretFile).flatMap((line) => readHookSecret(line) ?? []);
    return proveHook(secrets, signed, body, this.#parts.clock.now());
  }

  /** A sender that heard no answer sends again, with the same id; it gets the answer of the first time. */
  async #once(sender: SenderConfig, id: string, body: Buffer): Promise<HookAnswer> {
    const key = `${sender.name} ${sha256(id)}`;
    const digest = sha256(body);
    const before = this.#seen.get(key);
    const about = { sender: sender.name, id: id.slice(0, 100) };
    if (before !== undefined && before.digest !== digest) {
      return refusal(
        409,
        'replayed',
        'another message has come under this webhook-id; give each an id of its own',
        about,
      );
    }
    if (before !== undefined) {
      const { status, body: said } = await before.answer;
      return { status, ...(said === undefined ? {} : { body: said }), ended: { outcome: 'replayed', about } };
    }
    const answer = this.#decide(sender, body);
    this.#seen.set(key, { digest, answer });
    try {
      const first = await answer;
      // Nothing may have been done: the next try has to.
      if (first.status >= 500) this.#seen.forget(key);
      return first;
    } catch (error) {
      this.#seen.forget(key);
      throw error;
    }
  }

  async #decide(sender: SenderConfig, body: Buffer): Promise<HookAnswer> {
    const about = { sender: sender.name };
    const reading = readHookMessage(body);
    if ('problem' in reading) return refusal(400, 'malformed', reading.problem, about);
    const { message } = reading;
    const { target, decision, reason } = message;
    const named = { ...about, request: `${target.namespace}/${target.name}`, decision };
    const whose = this.#whose(sender, message);
    if ('problem' in whose) return refusal(403, 'unmapped', whose.problem, { ...named, as: message.as });
    const { person } = whose;
    const outcome = await this.#parts.cast({ target, person, decision, reason });
    return answerOf(outcome, decision, { ...named, user: person.user, ...saidOf(outcome) });
  }

  #whose({ speaksFor }: SenderConfig, { as }: HookMessage): { person: Person } | { problem: string } {
    if (as === undefined && speaksFor.length > 1) {
      return { problem: 'does not say whose decision it is; add "as", a name that this sender may speak for' };
    }
    const user = as ?? speaksFor[0] ?? '';
    const person = speaksFor.includes(user) ? this.#parts.people.ofUser(user) : undefined;
    return person === undefined
      ? { problem: 'this sender may not speak for that person; see the value approvals.hooks.senders' }
      : { person };
  }
}

function answerOf(outcome: VoteOutcome, decision: string, about: object): HookAnswer {
  if (outcome.kind === 'voted') {
    return { status: 200, body: { decision, votes: outcome.votes }, ended: { outcome: 'voted', about } };
  }
  const kind: HookOutcome = outcome.kind;
  return refusal(STATUS[outcome.kind], kind, outcome.words, about);
}
