/** What is held of a stream: the last checkpoint that was cosigned, and whose it is. One value of a ConfigMap. */
import { hash } from 'node:crypto';
import { parseCheckpoint, type Checkpoint } from '../../core/audit/note/checkpoint.ts';
import { parseNote } from '../../core/audit/note/signed-note.ts';
import { isObject } from '../../core/mcp/message.ts';
import { objectIn } from '../object-in.ts';

/** A checkpoint that was not cosigned, since it does not go on from the one that was. */
export interface Fork {
  /** RFC 3339. */
  readonly time: string;
  readonly pod: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  readonly why: string;
}

export interface Entry {
  /** `namespace/name` of the MCPServer. */
  readonly server: string;
  /** Who has shown it: nobody else goes on with the stream. */
  readonly pod: string;
  readonly uid: string;
  /** When it was cosigned: RFC 3339. */
  readonly time: string;
  /** The checkpoint with the signature of the gate and the cosignature, as a note (C2SP signed-note). */
  readonly note: string;
  /** The first of them. */
  readonly fork?: Fork;
}

/** Of which stream: the first line of a checkpoint (C2SP tlog-checkpoint). */
export function originIn({ note }: Pick<Entry, 'note'>): string {
  return note.slice(0, Math.max(0, note.indexOf('\n')));
}

/** Streams of one pod are in one shard, and may be counted there. */
export function seriesOf(origin: string): string {
  return origin.slice(0, Math.max(0, origin.lastIndexOf('/')));
}

/** `2026-11-21T10:15:00.000Z`: the last part of a stream's name is when it began. */
const BEGUN = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/;

/** Milliseconds since the epoch; undefined where the name does not say. */
export function begunIn(origin: string): number | undefined {
  const begun = origin.slice(origin.lastIndexOf('/') + 1);
  const at = BEGUN.test(begun) ? Date.parse(begun) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

export const SHARDS = 8;

export function shardOf(origin: string): number {
  return Number.parseInt(hash('sha256', seriesOf(origin), 'hex').slice(0, 8), 16) % SHARDS;
}

/** A key of a ConfigMap has letters, digits, `-`, `_` and `.` only. */
export function keyOf(origin: string): string {
  return hash('sha256', origin, 'hex').slice(0, 40);
}

export function checkpointOf({ note }: Pick<Entry, 'note'>): Checkpoint | undefined {
  const parsed = parseNote(note);
  return parsed === undefined ? undefined : parseCheckpoint(parsed.text);
}

/** Undefined for what is no entry: people may write in this namespace. */
export function readEntry(key: string, text: string): Entry | undefined {
  const value = objectIn(text);
  if (value === undefined) return undefined;
  const { server, pod, uid, time, note, fork } = value;
  if (![server, pod, uid, time, note].every((one) => typeof one === 'string')) return undefined;
  const entry = { server, pod, uid, time, note } as Entry;
  const origin = checkpointOf(entry)?.origin;
  // One that was copied to another key would stand for a stream of its own.
  if (origin === undefined || keyOf(origin) !== key || Number.isNaN(Date.parse(entry.time))) return undefined;
  const read = readFork(fork);
  return read === undefined ? entry : { ...entry, fork: read };
}

function readFork(value: unknown): Fork | undefined {
  if (!isObject(value)) return undefined;
  const { time, pod, size, root, why } = value;
  if (![time, pod, root, why].every((one) => typeof one === 'string') || typeof size !== 'number') return undefined;
  return { time, pod, size, root, why } as Fork;
}
