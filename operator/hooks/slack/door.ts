/** Clicks on buttons in Slack: proven, looked up, cast as a vote of the person, and answered to that person alone. */
import type { IncomingHttpHeaders } from 'node:http';
import { proveSlack } from '../../../core/hooks/signed-hook.ts';
import type { Clock } from '../../../core/clock.ts';
import { type Ended, type HookAnswer, refusal, unproven } from '../answer.ts';
import type { SlackConfig } from '../config.ts';
import type { People, Person } from '../people.ts';
import { headerOf } from '../header.ts';
import { secretLines } from '../secret-file.ts';
import { Seen } from '../seen.ts';
import { saidOf, type Vote, type VoteOutcome } from '../vote.ts';
import { readSlackAction, type SlackAction } from './action.ts';
import type { Replies } from './replies.ts';

export interface SlackDoorParts {
  readonly config: SlackConfig;
  readonly people: People;
  readonly cast: (vote: Vote) => Promise<VoteOutcome>;
  readonly replies: Pick<Replies, 'tell'>;
  readonly clock: Clock;
}

export class SlackDoor {
  readonly #parts: SlackDoorParts;
  readonly #seen: Seen<true>;

  constructor(parts: SlackDoorParts) {
    this.#parts = parts;
    this.#seen = new Seen(parts.clock);
  }

  async answer(headers: IncomingHttpHeaders, body: Buffer): Promise<HookAnswer> {
    const { config, clock } = this.#parts;
    const signature = headerOf(headers, 'x-slack-signature');
    const timestamp = headerOf(headers, 'x-slack-request-timestamp');
    const proofs = new Set(
      secretLines(config.secretFile).map((secret) => proveSlack(secret, { timestamp, signature }, body, clock.now())),
    );
    if (!proofs.has('proven')) return unproven(proofs.has('stale') ? 'stale' : 'forged');
    // Over the time and the whole body, so that no two clicks have the same.
    const key = signature ?? '';
    if (this.#seen.get(key) !== undefined) return refusal(409, 'replayed', 'this click has come before');
    this.#seen.set(key, true);
    const reading = readSlackAction(body);
    if ('problem' in reading) return refusal(400, 'malformed', reading.problem);
    if ('ignored' in reading) return { status: 200, ended: { outcome: 'ignored' } };
    return this.#decide(reading.action);
  }

  /** Slack waits for three seconds, and shows no words of an answer: the person is told by a message, whatever becomes of it. */
  #decide(action: SlackAction): HookAnswer {
    const { config, people } = this.#parts;
    const person = action.team === config.team ? people.ofSlack(action.user) : undefined;
    return { status: 200, ended: person === undefined ? this.#refuse(action) : this.#vote(action, person) };
  }

  async #vote(action: SlackAction, person: Person): Promise<Ended> {
    const { target, decision, reason, responseUrl } = action;
    const outcome = await this.#parts.cast({ target, person, decision, reason });
    await this.#parts.replies.tell(responseUrl, wordsFor(action, person, outcome));
    return { outcome: outcome.kind, about: { ...aboutOf(action), user: person.user, ...saidOf(outcome) } };
  }

  async #refuse(action: SlackAction): Promise<Ended> {
    const words = `Not counted: nobody in Kubernetes is known here for your Slack user ${action.user}. Whoever runs Sallyport can add you to its value approvals.hooks.people.`;
    await this.#parts.replies.tell(action.responseUrl, words);
    return { outcome: 'unmapped', about: { ...aboutOf(action), slackTeam: action.team } };
  }
}

function wordsFor({ target, decision }: SlackAction, { user }: Person, outcome: VoteOutcome): string {
  if (outcome.kind !== 'voted') return `Not counted: ${outcome.words}.`;
  const votes = outcome.votes === 1 ? 'the first vote' : `vote number ${outcome.votes}`;
  return `Counted: ${decision}, as ${user}, on ${target.namespace}/${target.name}. It is ${votes} on this request.`;
}

function aboutOf({ target, decision, user }: SlackAction): object {
  return { request: `${target.namespace}/${target.name}`, decision, slackUser: user };
}
