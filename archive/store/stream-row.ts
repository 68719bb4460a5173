/** What is kept of a stream, as its row has it. */
import type { Gap, StreamState } from '../../core/audit/archiving/extend.ts';
import type { Row, Statements, Value } from './database.ts';

export interface StreamRow extends StreamState {
  readonly id: number;
  readonly server: string;
  readonly name: string;
  /** Of its first and last line that ever came, milliseconds since the epoch. */
  readonly opened: number;
  readonly last: number;
  /** What its first line is linked to. */
  readonly firstPrev: string;
  /** Base64. */
  readonly torn: string | undefined;
  readonly gaps: readonly Gap[];
  /** `seq` of the first line that is still here; the same as `next` where none is. */
  readonly kept: number;
  readonly keptPrev: string;
  readonly keptTree: readonly string[];
  /** Time of that line; undefined where there is none. */
  readonly keptSince: number | undefined;
}

export function readStreamRow(row: Row): StreamRow {
  return {
    id: Number(row['id']),
    server: String(row['server']),
    name: String(row['name']),
    opened: Number(row['opened']),
    last: Number(row['last']),
    firstPrev: String(row['first_prev']),
    next: Number(row['due']),
    head: String(row['head']),
    tree: textsIn(row['tree']),
    keys: textsIn(row['keys']),
    closed: row['closed'] === 1,
    torn: typeof row['torn'] === 'string' ? row['torn'] : undefined,
    gaps: JSON.parse(String(row['gaps'])) as Gap[],
    kept: Number(row['kept']),
    keptPrev: String(row['kept_prev']),
    keptTree: textsIn(row['kept_tree']),
    keptSince: typeof row['kept_since'] === 'number' ? row['kept_since'] : undefined,
  };
}

function textsIn(value: Value | undefined): string[] {
  return JSON.parse(String(value)) as string[];
}

export async function findStream(
  statements: Statements,
  server: string,
  name: string,
  lock = '',
): Promise<StreamRow | undefined> {
  const [row] = await statements.all(`SELECT * FROM streams WHERE server = ? AND name = ?${lock}`, [server, name]);
  return row === undefined ? undefined : readStreamRow(row);
}
