/** What every kind of channel is, and how it says that it could not take a message. */
import type { StoredRequest } from '../custom-resources.ts';
import type { Habits } from './due.ts';
import type { News, Told } from './told.ts';

export interface Notice {
  /** As the API server has it now, with all that a person may see. */
  readonly request: StoredRequest;
  readonly news: News;
  /** What this channel was told of the request before. */
  readonly told: Told;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Channel extends Habits {
  readonly name: string;
  /** Resolves once the other side has taken it. Rejects with a NotTakenError where it has not. */
  send(notice: Notice, signal: AbortSignal): Promise<Sent>;
}

export interface Sent {
  /** What the other side calls the message by. */
  readonly ref?: string | undefined;
  /** What was not as it should be, all the same. */
  readonly remark?: string | undefined;
}

export interface NotTaken {
  /** `Later`: it may be taken another time. `Never`: this message will not be, whenever it comes. */
  readonly again: 'Later' | 'Never';
  /** What the other side asked to wait at least. Default: nothing. */
  readonly afterMs?: number | undefined;
}

/** The message says what the other side answered, and never by which URL or token it was asked. */
export class NotTakenError extends Error {
  override readonly name = 'NotTakenError';
  readonly again: NotTaken['again'];
  readonly afterMs: number | undefined;

  constructor(message: string, { again, afterMs }: NotTaken) {
    super(message);
    this.again = again;
    this.afterMs = afterMs;
  }
}
