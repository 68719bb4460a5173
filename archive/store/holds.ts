/** Legal holds: what must not be pruned, however old it is. */
import type { Database, Dialect, Row, Statements } from './database.ts';

export interface Hold {
  readonly id: number;
  /** `namespace/name`, or `*` for all servers. */
  readonly server: string;
  /** Records from `since` on and before `until`, milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  readonly reason: string;
  readonly madeBy: string;
  readonly madeAt: number;
}

const ALL_SERVERS = '*';

function readHold(row: Row): Hold {
  return {
    id: Number(row['id']),
    server: String(row['server']),
    since: Number(row['since']),
    until: Number(row['until']),
    reason: String(row['reason']),
    madeBy: String(row['made_by']),
    madeAt: Number(row['made_at']),
  };
}

/** Pruning and new holds one after the other, whichever archive they are asked of: a hold that was confirmed holds. */
export async function lockHolds(transaction: Statements, dialect: Dialect): Promise<void> {
  if (dialect.name === 'postgres') await transaction.all('SELECT pg_advisory_xact_lock(7309453628)');
}

export async function listHolds(statements: Statements): Promise<Hold[]> {
  return (await statements.all('SELECT * FROM holds ORDER BY id')).map(readHold);
}

export function addHold(database: Database, hold: Omit<Hold, 'id'>): Promise<Hold> {
  const { server, since, until, reason, madeBy, madeAt } = hold;
  return database.transaction(async (transaction) => {
    await lockHolds(transaction, database.dialect);
    const [row] = await transaction.all(
      `INSERT INTO holds (server, since, until, reason, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?) RETURNING *`,
      [server, since, until, reason, madeBy, madeAt],
    );
    if (row === undefined) throw new Error('a hold that was written is not there');
    return readHold(row);
  });
}

/** False where there is none. */
export async function liftHold(database: Database, id: number): Promise<boolean> {
  return (await database.run('DELETE FROM holds WHERE id = ?', [id])) > 0;
}

export function isHeld(holds: readonly Hold[], server: string, time: number): boolean {
  return holds.some(
    (hold) => (hold.server === server || hold.server === ALL_SERVERS) && time >= hold.since && time < hold.until,
  );
}
