/** The process that takes decisions from Slack and web hooks: `node hooks.mjs --config FILE`. Its identity may vote for people, and nothing else. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { pino } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { FAILED_EXIT_CODE, standLastFence } from '../../core/last-fence.ts';
import { version } from '../../core/version.ts';
import { ApiClient } from '../kit/api-client.ts';
import { readHooksConfig } from './config.ts';
import { createHooks } from './hooks.ts';

/** For the kubelet to see why. */
const SAY_WHY_MS = 2_000;
const END_WITHIN_MS = 29_000;
const NAME = 'sallyport-hooks';

async function run({ config: file, kubeconfig }: { config: string; kubeconfig?: string }): Promise<void> {
  const config = readHooksConfig(file);
  // A log that cannot be written must neither throw at whoever has something to say nor be kept in memory for ever.
  const destination = pino.destination({ dest: 2, maxLength: 1024 * 1024 }).on('error', () => {});
  const log = pino({ name: NAME, level: config.logLevel }, destination);
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const client = await ApiClient.fromKubeConfig({
    fieldManager: NAME,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    userAgent: `${NAME}/${version}`,
    log,
  });
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  process.once('SIGINT', () => stop.abort());
  const fallen: { why: string | undefined } = { why: undefined };
  const ended = Promise.withResolvers<void>();
  standLastFence(
    process,
    {
      onError: (error) =>
        log.fatal({ err: error }, 'nothing caught this error: everything is refused, and the process ends'),
      refuseAll: (why) => (fallen.why = why),
      async end() {
        await sleep(SAY_WHY_MS);
        stop.abort();
        await ended.promise;
      },
    },
    setTimeout,
    END_WITHIN_MS,
  );
  log.info({ version, server: client.server }, 'starting');
  await createHooks({ config, client, registry, log, fallen: () => fallen.why }).manager.run(stop.signal);
  await client.close();
  ended.resolve();
  log.info('stopped');
  if (fallen.why !== undefined) process.exitCode = FAILED_EXIT_CODE;
}

const command = new Command(NAME)
  .description('Takes decisions on ApprovalRequests from Slack and from web hooks, and casts them as votes of people.')
  .version(version)
  .requiredOption('--config <file>', 'YAML file with its configuration; the chart writes it')
  .option('--kubeconfig <file>', 'cluster to work on; default: the one this pod runs in')
  .action(run);

try {
  await command.parseAsync();
} catch (error) {
  process.stderr.write(`${NAME}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// A connection pool or a timer must not keep a process alive that has said it stopped.
process.exit();
