/** A page of records: so many rows, and so many bytes of lines, since a line has anything from 100 bytes to a megabyte. */
import type { Row, Statements, Value } from './database.ts';

/** A few times what the longest line has, so that there are always some. */
const PAGE_BYTES = 8 * 1024 * 1024;

export interface PageQuestion {
  readonly where: string;
  readonly values: readonly Value[];
  readonly order: readonly ('time' | 'id' | 'seq')[];
  /** The same order, written so that no index is used for it. */
  readonly sorted?: string;
  readonly rows: number;
}

export interface Page {
  /** With `id`, `seq`, `time` and `line`. */
  readonly rows: readonly Row[];
  readonly hasMore: boolean;
}

/** How long lines are is looked at before they are read: of a text both databases know its length without it. */
export async function readPage(
  statements: Statements,
  { where, values, order, sorted, rows: most }: PageQuestion,
): Promise<Page> {
  const by = order.join(', ');
  const rows = await statements.all(
    `SELECT r.id, r.seq, r.time, r.line, p.found FROM (
      SELECT id, bytes, sum(bytes) OVER (ORDER BY ${by}) AS upto, count(*) OVER () AS found FROM (
        SELECT id, seq, time, octet_length(line) AS bytes FROM records WHERE ${where} ORDER BY ${sorted ?? by} LIMIT ${most}
      ) AS candidates
    ) AS p JOIN records AS r ON r.id = p.id
    WHERE p.upto - p.bytes < ${PAGE_BYTES} ORDER BY ${order.map((column) => `r.${column}`).join(', ')}`,
    values,
  );
  const found = Number(rows[0]?.['found'] ?? 0);
  return { rows, hasMore: found === most || rows.length < found };
}
