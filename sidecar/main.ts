/**
 * The sidecar process of a pod. Configuration comes from the environment, everything that may change from mounted files:
 * a bundle, token digests. It holds no rights of its own and needs nobody to start.
 */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { version } from '../core/version.ts';
import { loadOrCreateKey } from './audit/digest-key.ts';
import { AuditLog } from './audit/log.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { readConfig } from './config.ts';
import { createGate } from './create-gate.ts';
import { HttpServer } from './downstream/http-server.ts';
import { TokenDirectory } from './identity/token-directory.ts';
import { TokenTable } from './identity/token-table.ts';
import { BundleSource } from './policy/bundle-source.ts';
import { AdminServer } from './telemetry/admin-server.ts';
import { Metrics } from './telemetry/metrics.ts';
import { HttpUpstream } from './upstream/http.ts';

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = pino({ name: 'sallyport-sidecar', level: config.logLevel }, pino.destination(2));
  const metrics = new Metrics(config.server);
  const policy = new BundleSource(config.bundleDirectory, {
    onPolicy({ revision }) {
      metrics.policyRevision(revision);
      log.info({ revision }, 'policy in force');
    },
    onProblem(problem) {
      metrics.policyRejected();
      log.error({ problem }, 'policy not taken; the last good one stays in force');
    },
  });
  const onTokenProblem = (problem: string): void => log.error({ problem }, 'client token not taken');
  const tokens =
    config.tokenDirectory === undefined
      ? new TokenTable([])
      : new TokenDirectory(config.tokenDirectory, onTokenProblem);
  const audit = AuditLog.open({
    file: join(config.stateDirectory, 'audit.jsonl'),
    stream: `${hostname()}/${new Date().toISOString()}`,
    server: config.server,
    clock: SYSTEM_CLOCK,
    onState: (state, error) => log.error({ state, err: error }, 'audit log'),
  });
  const gate = createGate({
    policy,
    tokens,
    audit,
    digestKey: loadOrCreateKey(join(config.stateDirectory, 'digest.key')),
    metrics,
    log,
    approvals: false,
    upstream: () => new HttpUpstream(config.upstream, SYSTEM_CLOCK),
  });
  const server = new HttpServer(gate);
  const admin = new AdminServer(gate);
  const [port, adminPort] = [
    await server.listen(config.host, config.port),
    await admin.listen(config.adminHost, config.adminPort),
  ];
  log.info({ port, adminPort, version, startMs: Math.round(performance.now()) }, 'listening');

  const stop = async (): Promise<void> => {
    gate.draining = true;
    gate.holds.cancelAll();
    await server.close(config.drainMs);
    await gate.upstream.close();
    await admin.close();
    await audit.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
}

if (process.argv.includes('--version')) {
  process.stdout.write(`${version}\n`);
} else {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`sallyport-sidecar: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
