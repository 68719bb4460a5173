/** A part of all streams, in one ConfigMap of the operator's namespace: what is held of each, and what is left of those that ended. */
import { hash } from 'node:crypto';
import { isObject } from '../../core/mcp/message.ts';
import type { KubeObject, ObjectMeta, RawObject } from '../kit/resource.ts';
import type { Store } from '../kit/store.ts';
import { LABEL, witnessConfigMapName } from '../names.ts';
import { begunIn, type Entry, originIn, readEntry, seriesOf } from './entry.ts';

/** An object may hold 1 MiB of data. */
const MAX_BYTES = 900_000;
/** What is held grows, by a second cosignature and by a fork: beyond this the whole write would be refused, with all that is in it. */
const MAX_GROWN_BYTES = 1_000_000;
/** Of one pod: each restart of its gate is a stream. */
const MAX_PER_SERIES = 32;
const LEFT_KEY = 'left';

/** What is left of streams that are held no more. */
export interface Left {
  readonly count: number;
  /** SHA-256 in hex over the hash before, 64 zeros at first, a newline, and the note that left. */
  readonly hash: string;
  /** When the last one left: RFC 3339. */
  readonly time: string;
}

export interface Shard extends KubeObject {
  /** By key. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly left: Left | undefined;
}

export function metadataOf(shard: number, rootNamespace: string): ObjectMeta {
  return { namespace: rootNamespace, name: witnessConfigMapName(shard), labels: { [LABEL.witness]: 'true' } };
}

export function readShard({ apiVersion, kind, metadata, data }: RawObject): Shard {
  const { annotations: _, managedFields: __, ...meta } = metadata;
  const entries = new Map<string, Entry>();
  for (const [key, text] of Object.entries(data ?? {})) {
    const entry = key === LEFT_KEY ? undefined : readEntry(key, text);
    if (entry !== undefined) entries.set(key, entry);
  }
  return { apiVersion, kind, metadata: meta, entries, left: readLeft(data?.[LEFT_KEY]) };
}

function readLeft(text: string | undefined): Left | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return undefined;
    const { count, hash: last, time } = value;
    const isWhole = typeof count === 'number' && typeof last === 'string' && typeof time === 'string';
    return isWhole ? { count, hash: last, time } : undefined;
  } catch {
    return undefined;
  }
}

/** What is held of the gates of a server (`namespace/name`). */
export function entriesOf({ witness }: { readonly witness: Store<Shard> }, server: string): Entry[] {
  return [...witness.byIndex('server', server)].flatMap(({ entries }) =>
    [...entries.values()].filter((entry) => entry.server === server),
  );
}

export function serversIn({ entries }: Shard): string[] {
  return [...new Set([...entries.values()].map(({ server }) => server))];
}

/** The servers of which something else is to be said than before: it has become known, or something was not cosigned. */
export function serversToTell(shard: Shard, before: Shard | undefined): string[] {
  const [now, then] = [saidOf(shard), before === undefined ? new Map<string, string>() : saidOf(before)];
  return [...new Set([...now.keys(), ...then.keys()])].filter((server) => now.get(server) !== then.get(server));
}

function saidOf({ entries }: Shard): Map<string, string> {
  const said = new Map<string, string>();
  for (const [key, { server, fork }] of entries)
    said.set(server, `${said.get(server) ?? ''}${fork === undefined ? '' : `${key} ${fork.time};`}`);
  return said;
}

/** The whole data, where the object has to be made: of what is known, with the change made to it. */
export function wholeOf(shard: Shard | undefined, change: Change['data']): Record<string, string> {
  const data: Record<string, string | null> = {};
  for (const [key, entry] of shard?.entries ?? []) data[key] = JSON.stringify(entry);
  if (shard?.left !== undefined) data[LEFT_KEY] = JSON.stringify(shard.left);
  return Object.fromEntries(
    Object.entries({ ...data, ...change }).flatMap(([key, text]) => (text === null ? [] : [[key, text] as const])),
  );
}

export interface LeavingRules {
  readonly now: number;
  /** How long a stream that ended is held. */
  readonly keepEndedForMs: number;
  /** Whether the pod that has shown it is there. */
  readonly isThere: (of: Entry) => boolean;
}

export interface Change {
  /** A merge patch of the data; null takes out. */
  readonly data: Readonly<Record<string, string | null>>;
  /** Streams that are held no more. */
  readonly leaves: readonly Entry[];
  /** Keys that there was no room for. */
  readonly full: readonly string[];
}

/** What to write so that these are held too; streams that ended go after a time, or where there is no room for others. */
export function changeOf(
  shard: Pick<Shard, 'entries' | 'left'>,
  put: ReadonlyMap<string, Entry>,
  rules: LeavingRules,
): Change {
  const entries = new Map([...shard.entries, ...put]);
  const ended = endedOf(entries, rules);
  const leaving = new Map<string, Entry>();
  const leave = (key: string): void => {
    const entry = entries.get(key);
    if (entry === undefined || put.has(key)) return;
    entries.delete(key);
    leaving.set(key, entry);
  };
  for (const [key, { time }] of ended) if (Date.parse(time) + rules.keepEndedForMs <= rules.now) leave(key);
  for (const keys of crowded(entries)) for (const key of keys) leave(key);
  let bytes = sizeOf(entries);
  for (const [key, entry] of ended) {
    if (bytes <= MAX_BYTES) break;
    if (entries.has(key) && !put.has(key)) bytes -= bytesOf(key, entry);
    leave(key);
  }
  const full: string[] = [];
  for (const [key, entry] of [...put].toReversed()) {
    if (bytes <= MAX_BYTES) break;
    if (shard.entries.has(key)) continue;
    full.push(key);
    bytes -= bytesOf(key, entry);
  }
  for (const [key, entry] of [...put].toReversed()) {
    const before = shard.entries.get(key);
    if (bytes <= MAX_GROWN_BYTES) break;
    if (before === undefined) continue;
    full.push(key);
    bytes -= bytesOf(key, entry) - bytesOf(key, before);
  }
  const written = [...put].filter(([key]) => !full.includes(key));
  const data: Record<string, string | null> = Object.fromEntries(
    written.map(([key, entry]) => [key, JSON.stringify(entry)]),
  );
  for (const key of leaving.keys()) data[key] = null;
  const leaves = [...leaving.values()];
  if (leaves.length > 0) data[LEFT_KEY] = JSON.stringify(leftOf(shard.left, leaves, rules.now));
  return { data, leaves, full };
}

/**
 * Whose pod is gone, or has begun another stream since; those that were cosigned longest ago first. The one that began last stays, even where
 * another is shown more: it is what a new one has to have begun after.
 */
function endedOf(entries: ReadonlyMap<string, Entry>, { isThere }: LeavingRules): [string, Entry][] {
  const newest = new Map<string, number>();
  for (const entry of entries.values()) newest.set(entry.uid, Math.max(newest.get(entry.uid) ?? 0, begunOf(entry)));
  return [...entries]
    .filter(([, entry]) => !isThere(entry) || begunOf(entry) < (newest.get(entry.uid) ?? 0))
    .sort(([, a], [, b]) => Date.parse(a.time) - Date.parse(b.time));
}

function begunOf(entry: Entry): number {
  return begunIn(originIn(entry)) ?? Date.parse(entry.time);
}

/** Keys beyond what one pod may have, the oldest of it. */
function* crowded(entries: ReadonlyMap<string, Entry>): Generator<string[]> {
  const bySeries = new Map<string, [string, Entry][]>();
  for (const [key, entry] of entries) {
    const series = seriesOf(originIn(entry));
    bySeries.set(series, [...(bySeries.get(series) ?? []), [key, entry]]);
  }
  for (const list of bySeries.values()) {
    if (list.length <= MAX_PER_SERIES) continue;
    list.sort(([, a], [, b]) => Date.parse(a.time) - Date.parse(b.time));
    yield list.slice(0, list.length - MAX_PER_SERIES).map(([key]) => key);
  }
}

function leftOf(before: Left | undefined, leaves: readonly Entry[], now: number): Left {
  let [last, count] = [before?.hash ?? '0'.repeat(64), before?.count ?? 0];
  for (const { note } of leaves) {
    last = hash('sha256', `${last}\n${note}`, 'hex');
    count += 1;
  }
  return { count, hash: last, time: new Date(now).toISOString() };
}

function sizeOf(entries: ReadonlyMap<string, Entry>): number {
  let bytes = 0;
  for (const [key, entry] of entries) bytes += bytesOf(key, entry);
  return bytes;
}

function bytesOf(key: string, entry: Entry): number {
  return key.length + Buffer.byteLength(JSON.stringify(entry));
}
