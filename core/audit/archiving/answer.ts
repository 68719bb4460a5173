/** What the archive answers to a segment, and how a gate reads it: shared, so that both mean the same. */

/** The last line of the segment, by which the gate sees that the archive speaks of what it was sent. */
export interface SegmentAnswer {
  readonly stream: string;
  readonly seq: number;
  /** SHA-256 of that line, hex. */
  readonly hash: string;
  /** Lines that the archive did not have yet. */
  readonly added: number;
}

/**
 * Why a segment was not taken:
 * - `bad-line`, `bad-chain`: it is not what a gate writes;
 * - `not-yours`: of another server than the sender has proven to be a gate of;
 * - `fork`: the archive has another line with this number in this stream;
 * - `gap`: lines before it are missing, and no `continue` line says what they were;
 * - `checkpoint`: a checkpoint in it does not hold for the lines before it, or is signed by somebody else.
 */
export type RefusalReason = 'bad-line' | 'bad-chain' | 'not-yours' | 'fork' | 'gap' | 'checkpoint';

export const REFUSAL_REASONS: readonly RefusalReason[] = [
  'bad-line',
  'bad-chain',
  'not-yours',
  'fork',
  'gap',
  'checkpoint',
];

export interface SegmentRefusal {
  readonly reason: RefusalReason;
  /** A sentence for people. */
  readonly detail: string;
}

/** RFC 9110 §15.5: 409 for what conflicts with what is there, 403 for what is somebody else's, 422 for what is wrong in itself. */
export function statusOf({ reason }: SegmentRefusal): 403 | 409 | 422 {
  if (reason === 'fork' || reason === 'gap') return 409;
  return reason === 'not-yours' ? 403 : 422;
}

/** Undefined for what is no answer of an archive. */
export function readAnswer(body: unknown): SegmentAnswer | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { stream, seq, hash, added } = body as Record<string, unknown>;
  if (typeof stream !== 'string' || typeof seq !== 'number' || typeof hash !== 'string' || typeof added !== 'number')
    return undefined;
  return { stream, seq, hash, added };
}
