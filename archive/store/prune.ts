/**
 * Deletes records that are older than they have to be kept, from the beginning of each stream, and keeps of them what it takes to verify
 * the rest: the hash that the first line left is linked to, and the tree over all before it. A record under a legal hold stays, and so does
 * what follows it in its stream.
 */
import { lineHash } from '../../core/audit/chain.ts';
import { decodeTree, encodeTree } from '../../core/audit/archiving/extend.ts';
import { parseLine } from '../../core/audit/parse-line.ts';
import { CompactRange, leafHash } from '../../core/audit/tree/compact-range.ts';
import type { Database, Row, Transaction } from './database.ts';
import { isHeld, listHolds, lockHolds } from './holds.ts';
import { readPage } from './page.ts';
import { readStreamRow, type StreamRow } from './stream-row.ts';

/** Lines that go with one commit: gates wait as long. */
const BATCH = 2000;

/** Resolves with the number of records that were deleted. `before`: milliseconds since the epoch. */
export async function prune(database: Database, before: number, signal?: AbortSignal): Promise<number> {
  let [pruned, after] = [0, 0];
  for (;;) {
    const step = signal?.aborted === true ? undefined : await pruneNext(database, before, after);
    if (step === undefined) return pruned;
    pruned += step.removed;
    // The same stream again, as long as something of it went.
    after = step.removed > 0 ? step.stream - 1 : step.stream;
  }
}

function pruneNext(
  database: Database,
  before: number,
  after: number,
): Promise<{ readonly stream: number; readonly removed: number } | undefined> {
  return database.transaction(async (transaction) => {
    await lockHolds(transaction, database.dialect);
    const [row] = await transaction.all(
      `SELECT * FROM streams WHERE kept_since < ? AND id > ? ORDER BY id LIMIT 1${database.dialect.forUpdate}`,
      [before, after],
    );
    if (row === undefined) return undefined;
    const stream = readStreamRow(row);
    return { stream: stream.id, removed: await pruneStream(transaction, stream, before) };
  });
}

async function pruneStream(transaction: Transaction, stream: StreamRow, before: number): Promise<number> {
  const holds = await listHolds(transaction);
  const { rows, hasMore } = await readPage(transaction, {
    ...{ where: 'stream = ? AND seq >= ?', values: [stream.id, stream.kept], order: ['seq'], rows: BATCH + 1 },
  });
  const stays = rows.findIndex((row, at) => {
    const time = Number(row['time']);
    return (hasMore && at === rows.length - 1) || time >= before || isHeld(holds, stream.server, time);
  });
  const going = stays === -1 ? rows : rows.slice(0, stays);
  const last = going.at(-1);
  if (last === undefined) return 0;
  let tree = decodeTree(stream.kept, stream.keptTree) ?? new CompactRange(stream.kept);
  for (const row of going) tree = grown(tree, row);
  const next = stays === -1 ? undefined : rows[stays];
  const prev = lineHash(String(last['line']));
  await transaction.run('DELETE FROM records WHERE stream = ? AND seq <= ?', [stream.id, Number(last['seq'])]);
  await transaction.run(
    'UPDATE streams SET kept = ?, kept_prev = ?, kept_tree = ?, kept_since = ? WHERE id = ?',
    keptFrom(next, tree, prev, stream.id),
  );
  return going.length;
}

/** The tree with one more line; where lines were never got, the first one after them says what it was. */
function grown(tree: CompactRange, { seq, line }: Row): CompactRange {
  const text = String(line);
  const before = Number(seq) === tree.end ? tree : (saidBefore(text) ?? tree);
  before.append(leafHash(lineHash(text)));
  return before;
}

function saidBefore(line: string): CompactRange | undefined {
  const fields = parseLine(line).fields;
  return fields?.tree === undefined ? undefined : decodeTree(fields.seq, fields.tree);
}

function keptFrom(next: Row | undefined, tree: CompactRange, prev: string, id: number): (string | number | null)[] {
  if (next === undefined) return [tree.end, prev, JSON.stringify(encodeTree(tree)), null, id];
  const [seq, time, line] = [Number(next['seq']), Number(next['time']), String(next['line'])];
  if (seq === tree.end) return [seq, prev, JSON.stringify(encodeTree(tree)), time, id];
  // Behind a gap: it names a line that is not here either.
  const fields = parseLine(line).fields;
  return [seq, fields?.prev ?? prev, JSON.stringify(fields?.tree ?? []), time, id];
}
