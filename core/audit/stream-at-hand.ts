/** What is known of the stream whose lines are being read. */
import type { KeptOfStream, StreamState } from './kept-checkpoints.ts';
import type { ChainFields } from './parse-line.ts';
import type { Place, StreamProof } from './report.ts';
import type { CompactRange } from './tree/compact-range.ts';

export interface Stream {
  readonly id: string;
  readonly first: number;
  /** Undefined while it is not known what the lines so far were. */
  tree: CompactRange | undefined;
  readonly kept: KeptOfStream | undefined;
  server: string;
  /** Another server that lines since the last checkpoint are of. */
  otherServer: string | undefined;
  next: number;
  /** Latest time of all its lines. */
  latest: number;
  /** Up to where lines are signed, or were elsewhere before. */
  signed: number;
  proof: StreamProof['signed'];
  /** Lines after the last checkpoint, and the earliest and latest time that they claim. */
  unsigned: number;
  unsignedFrom: number;
  unsignedTo: number;
  /** What they say was let go. */
  releases: string[];
  closed: boolean;
  last: Place;
  mismatch: boolean;
  /** It is a finding already whose lines these are. */
  isTold: boolean;
}

export const NOTHING_UNSIGNED = {
  unsigned: 0,
  unsignedFrom: Number.POSITIVE_INFINITY,
  unsignedTo: Number.NEGATIVE_INFINITY,
};

export function newStream(fields: ChainFields, kept: KeptOfStream | undefined, place: Place): Stream {
  return {
    id: fields.stream,
    first: fields.seq,
    tree: undefined,
    kept,
    server: fields.server,
    otherServer: undefined,
    next: fields.seq,
    latest: fields.at,
    signed: fields.seq,
    proof: null,
    ...NOTHING_UNSIGNED,
    releases: [],
    closed: false,
    last: place,
    mismatch: false,
    isTold: false,
  };
}

/** For checkpoints that were kept elsewhere. */
export function stateOf({ tree, next, signed, latest, isTold, last }: Stream): StreamState {
  return { tree, next, signed, latest, isTold, place: last };
}

/** For the report. */
export function proofOf({
  id,
  server,
  first,
  next,
  proof,
  kept,
  unsigned,
  unsignedFrom,
  unsignedTo,
}: Stream): StreamProof {
  const seen = kept?.witnessed;
  return {
    stream: id,
    server,
    first,
    last: next - 1,
    signed: proof,
    witnessed:
      seen === undefined
        ? null
        : { before: seen.size, by: seen.by.by.text, at: new Date(seen.by.time * 1000).toISOString() },
    unsigned:
      unsigned === 0
        ? null
        : { records: unsigned, from: new Date(unsignedFrom).toISOString(), to: new Date(unsignedTo).toISOString() },
  };
}
