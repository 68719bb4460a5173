/** One segment into the tables, within a transaction: what is there already is compared, what is new has to go on from it. */
import type { SegmentAnswer, SegmentRefusal } from '../../core/audit/archiving/answer.ts';
import { extend, type Gap, type StreamState } from '../../core/audit/archiving/extend.ts';
import { searchKeys } from '../../core/audit/archiving/search-keys.ts';
import type { Run, Segment, SegmentLine } from '../../core/audit/archiving/segment.ts';
import type { Dialect, Transaction } from './database.ts';
import { RECORDS } from './schema.ts';
import { findStream, type StreamRow } from './stream-row.ts';

export interface Appended extends SegmentAnswer {
  /** Of the lines that were added, newlines not counted. */
  readonly bytes: number;
}

/** After a refusal some of it may be written: the caller undoes it. */
export async function appendSegment(
  transaction: Transaction,
  dialect: Dialect,
  server: string,
  { runs, last }: Segment,
): Promise<Appended | SegmentRefusal> {
  let [added, bytes] = [0, 0];
  for (const run of runs) {
    const fresh = await appendRun(transaction, dialect, server, run);
    if ('reason' in fresh) return fresh;
    added += fresh.lines.length;
    for (const { text } of fresh.lines) bytes += Buffer.byteLength(text);
  }
  return { stream: last.fields.stream, seq: last.fields.seq, hash: last.hash, added, bytes };
}

async function appendRun(
  transaction: Transaction,
  { forUpdate }: Dialect,
  server: string,
  run: Run,
): Promise<{ readonly lines: readonly SegmentLine[] } | SegmentRefusal> {
  const known = await findStream(transaction, server, run.stream, forUpdate);
  const due = known?.next ?? 0;
  const lines = run.lines.filter(({ fields }) => fields.seq >= due);
  if (known !== undefined) {
    const fork = await findFork(transaction, known, run.lines.slice(0, run.lines.length - lines.length));
    if (fork !== undefined) return fork;
  }
  let id = known?.id;
  if (lines.length > 0) {
    const extended = extend(known, lines, known?.gaps.length);
    if ('reason' in extended) return extended;
    id = known === undefined ? await insertStream(transaction, server, run, extended) : known.id;
    if (known !== undefined) await updateStream(transaction, known, lines, extended);
    const stream = id;
    await transaction.insert(
      RECORDS,
      lines.map(({ text, fields, record }) => {
        const keys = searchKeys(record);
        return [
          ...[stream, fields.seq, keys.time, keys.decision, keys.server, keys.principal, keys.target, keys.session],
          ...[keys.trace, keys.effect, text],
        ];
      }),
    );
  }
  if (run.torn !== undefined && id !== undefined && known?.torn === undefined)
    await transaction.run('UPDATE streams SET torn = ? WHERE id = ?', [run.torn, id]);
  return { lines };
}

/** Lines that were sent before have to be what is here, as far as that was not pruned. */
async function findFork(
  transaction: Transaction,
  known: StreamRow,
  repeated: readonly SegmentLine[],
): Promise<SegmentRefusal | undefined> {
  const [first] = repeated;
  const end = repeated.at(-1);
  if (first === undefined || end === undefined) return undefined;
  const rows = await transaction.all('SELECT seq, line FROM records WHERE stream = ? AND seq >= ? AND seq <= ?', [
    known.id,
    first.fields.seq,
    end.fields.seq,
  ]);
  const here = new Map(rows.map(({ seq, line }) => [seq, line]));
  for (const { fields, text, hash } of repeated) {
    const place = `number ${fields.seq} of ${fields.stream}`;
    if (fields.seq === known.next - 1 && hash !== known.head) return forked(place);
    const line = here.get(fields.seq);
    if (line !== undefined && line !== text) return forked(place);
    const gap = known.gaps.find(({ from, to }) => fields.seq >= from && fields.seq < to);
    if (gap !== undefined)
      return { reason: 'gap', detail: `${place} came after number ${gap.to}, which said that it was let go` };
  }
  return undefined;
}

function forked(place: string): SegmentRefusal {
  return { reason: 'fork', detail: `another line than the one that is here has ${place}` };
}

interface Grown {
  readonly state: StreamState;
  readonly gap: Gap | undefined;
}

async function insertStream(
  transaction: Transaction,
  server: string,
  run: Run,
  { state, gap }: Grown,
): Promise<number> {
  const [first] = run.lines;
  const last = run.lines.at(-1);
  if (first === undefined || last === undefined) throw new Error('a run has no line');
  const { fields } = first;
  // A stream whose beginning was let go before it could be sent is here from the line that says so.
  const begins = gap === undefined ? [] : (fields.tree ?? []);
  await transaction.run(
    `INSERT INTO streams (server, name, opened, last, first_prev, due, head, tree, keys, closed, gaps, kept, kept_prev,
      kept_tree, kept_since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...[server, run.stream, fields.at, last.fields.at, fields.prev, state.next, state.head],
      ...[JSON.stringify(state.tree), JSON.stringify(state.keys), Number(state.closed)],
      JSON.stringify(gap === undefined ? [] : [gap]),
      ...[fields.seq, fields.prev, JSON.stringify(begins), fields.at],
    ],
  );
  const made = await findStream(transaction, server, run.stream);
  if (made === undefined) throw new Error('a stream that was written is not there');
  return made.id;
}

async function updateStream(
  transaction: Transaction,
  { id, gaps, kept, next, keptSince }: StreamRow,
  lines: readonly SegmentLine[],
  { state, gap }: Grown,
): Promise<void> {
  const first = lines[0]?.fields;
  const last = lines.at(-1)?.fields;
  await transaction.run(
    'UPDATE streams SET last = ?, due = ?, head = ?, tree = ?, keys = ?, closed = ?, gaps = ? WHERE id = ?',
    [
      ...[last?.at ?? 0, state.next, state.head, JSON.stringify(state.tree), JSON.stringify(state.keys)],
      ...[Number(state.closed), JSON.stringify(gap === undefined ? gaps : [...gaps, gap]), id],
    ],
  );
  // All that came before was pruned, so what is kept begins here.
  if (kept === next && keptSince === undefined && first !== undefined)
    await transaction.run('UPDATE streams SET kept = ?, kept_prev = ?, kept_tree = ?, kept_since = ? WHERE id = ?', [
      ...[first.seq, first.prev, JSON.stringify(gap === undefined ? [] : (first.tree ?? [])), first.at, id],
    ]);
}
