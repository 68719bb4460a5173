/** Why a condition says neither yes nor no of a call. */

export const FAILURE_REASONS = [
  'missing',
  'wrong-type',
  'spelled-otherwise',
  'unreadable',
  'no-result',
  'too-costly',
  'failed',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

export class Failure extends Error {
  readonly reason: FailureReason;
  /** JSON Pointer into the arguments (RFC 6901); empty where it is about none of them. */
  readonly pointer: string;

  /** `message`: sentences for a model, without anything that only the policy knows. */
  constructor(reason: FailureReason, message: string, pointer = '') {
    // Where it was thrown tells nobody anything, and to find that out takes most of what a failure costs.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.reason = reason;
    this.pointer = pointer;
  }
}

/** What of a call an expression takes, so that a sentence can name it; undefined: nothing that the caller has sent. */
export type Place = string | undefined;

export function wrongType(is: string, wanted: string, place: Place): Failure {
  return new Failure('wrong-type', `It is of the type ${is}, where ${wanted} is needed.`, place);
}

export const TOO_COSTLY = 'The arguments hold more than the condition can go through. Call again with less in them.';
