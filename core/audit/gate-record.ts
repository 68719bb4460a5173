/**
 * What the writer of an audit log says of itself: a stream begins and ends, a file goes on from another, a file is let go, refusals were
 * counted, what was written so far is signed, and with which key. The same rules as for the record of a call (record.ts) hold for the order of fields.
 */
import { AUDIT_SCHEMA_VERSION } from './record.ts';
import { isoTime } from './times.ts';

/** Why a file was begun: what the writer itself decided, or what somebody did to the file before. */
export type BeginReason = 'start' | 'size' | 'age' | 'moved' | 'removed' | 'truncated';

export interface Continues {
  /** Name of the file whose last line the next one is linked to, where the writer knows it. */
  file?: string | undefined;
  reason: BeginReason;
  /** Of `continue`: the largest complete subtrees over the lines of the stream so far, base64, from left to right. */
  tree?: readonly string[] | undefined;
}

export interface Released {
  /** False where there is an archive that has not got all of it: what is missing there is missing for good. */
  archived?: false | undefined;
  bytes: number;
  /** Name of the file that is deleted after this line is on the disk. */
  file: string;
  /** SHA-256 of its last line. */
  last: string;
}

/** Further refusals of one kind, by nobody who is known, that were counted instead of recorded. */
export interface RefusalCount {
  count: number;
  reason: string;
  /** Address or /64 network; `*` stands for those that were too many to tell apart. */
  source: string;
}

interface Said {
  /** A signed note (C2SP tlog-checkpoint) over the lines of the stream before this one. */
  readonly checkpoint?: string;
  /** Of `open` and `continue`. */
  readonly continues?: Continues | undefined;
  /** Of `refusals`: when counting began. */
  readonly from?: number;
  /** Of `open`, `continue` and `key`: the verifier key (C2SP signed-note) of whoever signs from here on. */
  readonly key?: string | undefined;
  readonly refusals?: readonly RefusalCount[];
  /** Of `release`. */
  readonly released?: Released;
}

type GateEvent = 'open' | 'close' | 'continue' | 'release' | 'refusals' | 'checkpoint' | 'key';

/** `continues`: where the first line of the file is linked to the last one of another. */
export function openRecord(time: number, continues?: Continues, key?: string) {
  return gateRecord('open', time, { continues, key });
}

export function closeRecord(time: number) {
  return gateRecord('close', time, {});
}

export function continueRecord(time: number, continues: Continues, key?: string) {
  return gateRecord('continue', time, { continues, key });
}

export function releaseRecord(time: number, released: Released) {
  return gateRecord('release', time, { released });
}

export function refusalsRecord(time: number, from: number, refusals: readonly RefusalCount[]) {
  return gateRecord('refusals', time, { from, refusals });
}

export function checkpointRecord(time: number, checkpoint: string) {
  return gateRecord('checkpoint', time, { checkpoint });
}

/** Another key signs from here on. The one before signs this line, where there was one. */
export function keyRecord(time: number, key: string) {
  return gateRecord('key', time, { key });
}

function gateRecord(event: GateEvent, time: number, { checkpoint, continues, from, key, refusals, released }: Said) {
  return {
    checkpoint,
    continues,
    event,
    from: from === undefined ? undefined : isoTime(from),
    key,
    prev: '',
    refusals,
    released,
    seq: 0,
    server: '',
    stream: '',
    time: isoTime(time),
    v: AUDIT_SCHEMA_VERSION,
  };
}
