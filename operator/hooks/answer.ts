/** What a door makes of a request: what the sender is told, and what is on record of it. */

/**
 * How a request ended. The first is a vote that counts; `ignored` needs nothing done; all others are refusals, of which the sender learns no
 * more than it has to: whoever has no good signature hears one sentence, whatever was wrong.
 */
export const HOOK_OUTCOMES = [
  'voted',
  'ignored',
  'refused',
  'mismatched',
  'gone',
  'unmapped',
  'not-allowed',
  'replayed',
  'stale',
  'forged',
  'malformed',
  'too-large',
  'slow',
  'busy',
  'unreachable',
  'failed',
] as const;
export type HookOutcome = (typeof HOOK_OUTCOMES)[number];

export const DOORS = ['slack', 'hook'] as const;
export type DoorName = (typeof DOORS)[number];

/** For the log and the counts. */
export interface Ended {
  readonly outcome: HookOutcome;
  /** Nothing of it is secret. */
  readonly about?: object;
}

export interface HookAnswer {
  readonly status: number;
  /** Undefined: nothing, as Slack wants it. */
  readonly body?: object;
  /** How it ended, or will: some go on after the answer. Never rejects. */
  readonly ended: Ended | Promise<Ended>;
}

/** One for all that is not proven: it does not say whether there is a sender, or what was nearly right. */
const UNPROVEN =
  'not signed by anybody who is known here, or not within the last five minutes; the log of sallyport-hooks says which';

export function unproven(outcome: 'forged' | 'stale', about: object = {}): HookAnswer {
  return refusal(401, outcome, UNPROVEN, about);
}

export function refusal(status: number, outcome: HookOutcome, error: string, about: object = {}): HookAnswer {
  return { status, body: { error }, ended: { outcome, about } };
}
