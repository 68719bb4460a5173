/** Both kinds of database, for the one suite that each has to pass. */
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseSegment, type Segment } from '../../core/audit/archiving/segment.ts';
import type { Database } from '../store/database.ts';
import { SqliteDatabase } from '../store/sqlite-database.ts';

export const SERVER = 'default/files';

export interface TestDatabase {
  readonly database: Database;
  close(): Promise<void>;
}

export function sqliteForTest(): TestDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-sqlite-'));
  const database = new SqliteDatabase(join(folder, 'archive.db'));
  return {
    database,
    async close() {
      await database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Lines without their newlines, as a gate would send them. Throws where they are no segment. */
export function segmentOf(lines: readonly string[], server = SERVER): Segment {
  const segment = parseSegment(Buffer.from(lines.map((line) => `${line}\n`).join('')), server);
  if ('reason' in segment) throw new Error(`${segment.reason}: ${segment.detail}`);
  return segment;
}
