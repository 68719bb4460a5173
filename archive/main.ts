/** The archive process: `node archive.mjs --config FILE`. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { type Logger, pino } from 'pino';
import { collectDefaultMetrics } from 'prom-client';
import { FAILED_EXIT_CODE, standLastFence } from '../core/last-fence.ts';
import { version } from '../core/version.ts';
import { Archive } from './archive.ts';
import { type ArchiveConfig, readConfig } from './config.ts';
import { ArchiveMetrics } from './metrics.ts';
import { PostgresDatabase } from './store/postgres-database.ts';
import { SqliteDatabase } from './store/sqlite-database.ts';
import type { Database } from './store/database.ts';

const END_WITHIN_MS = 20_000;

function openDatabase({ store: { sqlite, postgres } }: ArchiveConfig): Database {
  if (postgres !== undefined) return new PostgresDatabase(readFileSync(postgres.urlFile, 'utf8').trim());
  if (sqlite !== undefined) return new SqliteDatabase(sqlite.file);
  throw new Error('no store is named');
}

function createLog(config: ArchiveConfig): Logger {
  // A log that cannot be written, on a disk that is full for instance, must neither throw at whoever has something to say nor be kept
  // in memory for ever.
  const destination = pino.destination({ dest: 2, maxLength: 1024 * 1024 }).on('error', () => {});
  return pino({ name: 'sallyport-archive', level: config.logLevel }, destination);
}

async function run({ config: file }: { config: string }): Promise<void> {
  const config = readConfig(file);
  const log = createLog(config);
  const metrics = new ArchiveMetrics();
  collectDefaultMetrics({ register: metrics.registry });
  const stop = new AbortController();
  const ended = Promise.withResolvers<void>();
  let fallen = false;
  standLastFence(
    process,
    {
      onError: (error) => log.fatal({ err: error }, 'nothing caught this error: the process ends'),
      refuseAll: () => (fallen = true),
      async end() {
        stop.abort();
        await ended.promise;
      },
    },
    setTimeout,
    END_WITHIN_MS,
  );
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      setTimeout(() => process.exit(1), END_WITHIN_MS).unref();
      stop.abort();
    });
  }
  log.info({ version }, 'starting');
  const archive = new Archive({ config, metrics, log, openDatabase: () => openDatabase(config), env: process.env });
  await archive.run(stop.signal, sleep);
  ended.resolve();
  log.info('stopped');
  if (fallen) process.exitCode = FAILED_EXIT_CODE;
}

const command = new Command('sallyport-archive')
  .description('Takes audit records from gates, verifies them, and keeps them to be searched.')
  .version(version)
  .requiredOption('--config <file>', 'YAML file with its configuration; the chart writes it')
  .action(run);

try {
  await command.parseAsync();
} catch (error) {
  process.stderr.write(`sallyport-archive: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// A connection pool or a timer must not keep a process alive that has said it stopped.
process.exit();
