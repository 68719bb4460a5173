/**
 * Takes records that are older than they have to be kept out of the database, from the beginning of each stream, and keeps of them what it
 * takes to verify the rest: the hash that the first line left is linked to, and the tree over all before it. Where there is a bucket they
 * go there; else they are deleted. A record under a legal hold stays, and so does what follows it in its stream.
 */
import { lineHash } from '../../core/audit/chain.ts';
import { decodeTree, encodeTree } from '../../core/audit/archiving/extend.ts';
import { parseLine } from '../../core/audit/parse-line.ts';
import { CompactRange, leafHash } from '../../core/audit/tree/compact-range.ts';
import type { Bucket } from '../objects/bucket.ts';
import { insertObject, putObject, type StoredObject } from '../objects/old-records.ts';
import type { Database, Row, Statements, Transaction } from './database.ts';
import { type Hold, isHeld, listHolds, lockHolds } from './holds.ts';
import { readPage } from './page.ts';
import { readStreamRow, type StreamRow } from './stream-row.ts';

/** Lines that go with one commit, and into one object: gates wait as long. */
const BATCH = 2000;

export interface PruneOptions {
  readonly bucket?: Bucket | undefined;
  readonly signal?: AbortSignal;
}

interface Step {
  readonly stream: number;
  readonly removed: number;
}

/** Resolves with the number of records that went. `before`: milliseconds since the epoch. Rejects with the error of the database or bucket. */
export async function prune(database: Database, before: number, options: PruneOptions = {}): Promise<number> {
  let [pruned, after] = [0, 0];
  for (;;) {
    const step =
      options.signal?.aborted === true ? undefined : await pruneNext(database, before, after, options.bucket);
    if (step === undefined) return pruned;
    pruned += step.removed;
    // The same stream again, as long as something of it went.
    after = step.removed > 0 ? step.stream - 1 : step.stream;
  }
}

async function pruneNext(
  database: Database,
  before: number,
  after: number,
  bucket: Bucket | undefined,
): Promise<Step | undefined> {
  const sql = 'SELECT * FROM streams WHERE kept_since < ? AND id > ? ORDER BY id LIMIT 1';
  const [row] = await database.all(sql, [before, after]);
  if (row === undefined) return undefined;
  const stream = readStreamRow(row);
  const going = await whatGoes(database, stream, before, await listHolds(database));
  if (going.length === 0) return { stream: stream.id, removed: 0 };
  // Before the transaction: gates must not wait for a bucket.
  const object = bucket === undefined ? undefined : await putObject(bucket, objectOf(stream, going));
  const removed = await database.transaction((transaction) => take(transaction, database, stream, going, object));
  return { stream: stream.id, removed };
}

async function whatGoes(
  statements: Statements,
  { id, kept, server }: StreamRow,
  before: number,
  holds: readonly Hold[],
): Promise<Row[]> {
  const { rows } = await readPage(statements, {
    ...{ where: 'stream = ? AND seq >= ?', values: [id, kept], order: ['seq'], rows: BATCH },
  });
  const stays = rows.findIndex(({ time, seq }, at) => {
    const isBehindGap = Number(seq) !== kept + at;
    return Number(time) >= before || isBehindGap || isHeld(holds, server, Number(time));
  });
  return stays === -1 ? [...rows] : rows.slice(0, stays);
}

/** What was to go goes, unless it is held by now, or another archive was faster. */
async function take(
  transaction: Transaction,
  { dialect }: Database,
  planned: StreamRow,
  going: readonly Row[],
  object: StoredObject | undefined,
): Promise<number> {
  await lockHolds(transaction, dialect);
  const [row] = await transaction.all(`SELECT * FROM streams WHERE id = ?${dialect.forUpdate}`, [planned.id]);
  const stream = row === undefined ? undefined : readStreamRow(row);
  if (stream?.kept !== planned.kept || stream.keptSince !== planned.keptSince) return 0;
  const holds = await listHolds(transaction);
  if (going.some(({ time }) => isHeld(holds, stream.server, Number(time)))) return 0;
  const last = Number(going.at(-1)?.['seq']);
  const tree = decodeTree(stream.kept, stream.keptTree) ?? new CompactRange(stream.kept);
  for (const { line } of going) tree.append(leafHash(lineHash(String(line))));
  if (object !== undefined) await insertObject(transaction, object);
  await transaction.run('DELETE FROM records WHERE stream = ? AND seq <= ?', [stream.id, last]);
  const sql = 'SELECT seq, time, line FROM records WHERE stream = ? AND seq > ? ORDER BY seq LIMIT 1';
  const [next] = await transaction.all(sql, [stream.id, last]);
  const prev = lineHash(String(going.at(-1)?.['line']));
  await transaction.run(
    'UPDATE streams SET kept = ?, kept_prev = ?, kept_tree = ?, kept_since = ? WHERE id = ?',
    keptFrom(next, tree, prev, stream.id),
  );
  return going.length;
}

function objectOf({ id, name, server, kept, keptPrev, keptTree }: StreamRow, going: readonly Row[]) {
  const times = going.map(({ time }) => Number(time));
  return {
    ...{ stream: id, name, server, first: kept, behind: kept + going.length, prev: keptPrev, tree: keptTree },
    since: times.reduce((a, b) => Math.min(a, b)),
    until: times.reduce((a, b) => Math.max(a, b)),
    lines: going.map(({ line }) => String(line)),
  };
}

function keptFrom(next: Row | undefined, tree: CompactRange, prev: string, id: number): (string | number | null)[] {
  if (next === undefined) return [tree.end, prev, JSON.stringify(encodeTree(tree)), null, id];
  const [seq, time, line] = [Number(next['seq']), Number(next['time']), String(next['line'])];
  if (seq === tree.end) return [seq, prev, JSON.stringify(encodeTree(tree)), time, id];
  // Behind lines that were never got: it names a line that is not here, and says what was before it.
  const fields = parseLine(line).fields;
  return [seq, fields?.prev ?? prev, JSON.stringify(fields?.tree ?? []), time, id];
}
