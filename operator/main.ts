/** The operator process: `node operator.mjs --config FILE`. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { pino } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { FAILED_EXIT_CODE, standLastFence } from '../core/last-fence.ts';
import { version } from '../core/version.ts';
import { readConfig } from './config.ts';
import { ApiClient } from './kit/api-client.ts';
import { ControllerMetrics } from './kit/metrics.ts';
import { FIELD_MANAGER } from './names.ts';
import { openTelemetry } from './open-telemetry.ts';
import { createOperator } from './operator.ts';

/** For the kubelet to see why, and for the API server to go to another replica. */
const SAY_WHY_MS = 2_000;
/** The manager stops its parts within 25 s. */
const END_WITHIN_MS = 29_000;

async function run({ config: file, kubeconfig }: { config: string; kubeconfig?: string }): Promise<void> {
  const config = readConfig(file);
  // A log that cannot be written, on a disk that is full for instance, must neither throw at whoever has something to say nor be kept
  // in memory for ever.
  const destination = pino.destination({ dest: 2, maxLength: 1024 * 1024 }).on('error', () => {});
  const log = pino({ name: 'sallyport-operator', level: config.logLevel }, destination);
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = new ControllerMetrics(registry);
  const client = await ApiClient.fromKubeConfig({
    fieldManager: FIELD_MANAGER,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    userAgent: `sallyport-operator/${version}`,
    metrics,
    log,
  });
  // The pod's name alone would be the same after a restart of the container, within the lease.
  const identity = `${process.env['POD_NAME'] ?? hostname()}_${randomUUID().slice(0, 8)}`;
  const telemetry = await openTelemetry(process.env, { registry, log, instance: identity });
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
  log.info({ version, server: client.server, namespace: config.namespace, identity }, 'starting');
  await createOperator({ config, client, metrics, log, identity, fallen: () => fallen.why, env: process.env }).run(
    stop.signal,
  );
  await client.close();
  await telemetry.close();
  ended.resolve();
  log.info('stopped');
  if (fallen.why !== undefined) process.exitCode = FAILED_EXIT_CODE;
}

const command = new Command('sallyport-operator')
  .description('Reconciles MCPServers, PolicyPacks and ApprovalRequests, and puts a gate into the pods of MCP servers.')
  .version(version)
  .requiredOption('--config <file>', 'YAML file with its configuration; the chart writes it')
  .option('--kubeconfig <file>', 'cluster to work on; default: the one this pod runs in')
  .action(run);

try {
  await command.parseAsync();
} catch (error) {
  process.stderr.write(`sallyport-operator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// A connection pool or a timer must not keep a process alive that has said it stopped.
process.exit();
