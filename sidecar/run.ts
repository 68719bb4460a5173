/**
 * The gate of a pod, from its start to its end: a bundle of its own (`gate.mjs`), for commands to start without it. Configuration comes from the environment, everything that may change from mounted files:
 * a bundle, token digests. It holds no rights of its own and needs nobody to start.
 */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { standLastFence } from '../core/last-fence.ts';
import { LOOPBACKS } from '../core/loopback.ts';
import type { Policy } from '../core/policy/policy.ts';
import { version } from '../core/version.ts';
import { loadOrCreateKey } from './audit/digest-key.ts';
import { LineOutput } from './audit/line-output.ts';
import type { AuditLog } from './audit/log.ts';
import { policyChanged, tokensChanged } from './lifecycle/on-change.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { type SidecarConfig, readConfig } from './config.ts';
import { createGate } from './create-gate.ts';
import { ClientCertificate } from './lifecycle/client-certificate.ts';
import { ArchiveLink } from './lifecycle/archive-link.ts';
import { CredentialNews } from './lifecycle/credential-news.ts';
import { gateFacts } from './lifecycle/gate-facts.ts';
import { Gates } from './gates.ts';
import { endCalls } from './lifecycle/end-calls.ts';
import { Evidence } from './lifecycle/evidence.ts';
import { SAY_WHY_MS, failGate } from './lifecycle/fail-gate.ts';
import type { TokenSource } from './identity/token-source.ts';
import { TokenDirectory, type TokenState } from './identity/token-directory.ts';
import { TokenTable } from './identity/token-table.ts';
import { OperatorLink } from './lifecycle/operator-link.ts';
import { EarlyNotes, IdentityRecord, PolicyRecord, RevocationRecord } from './lifecycle/recorded-changes.ts';
import { HopCounts } from './hop/counts.ts';
import { Replicas } from './hop/replicas.ts';
import { linger } from './lifecycle/linger.ts';
import { openCluster } from './lifecycle/open-cluster.ts';
import { openHistory } from './lifecycle/open-history.ts';
import { shareInPod } from './lifecycle/shared-history.ts';
import { openDefinitions } from './lifecycle/open-definitions.ts';
import { openRevocations } from './lifecycle/open-revocations.ts';
import { openTelemetry } from './lifecycle/open-telemetry.ts';
import type { DefinitionFile } from './memory/definition-file.ts';
import type { SharedHistory } from './memory/history/shared/shared-history.ts';
import { Probes } from './probes/probes.ts';
import { BundleSource } from './policy/bundle-source.ts';
import { AdminServer } from './telemetry/admin-server.ts';
import { Metrics } from './telemetry/metrics.ts';
import { ClientTls } from './tls/client-tls.ts';
import { WitnessMetrics } from './telemetry/witness-metrics.ts';
import { MountedStore } from './upstream/credentials/mounted-store.ts';
import { HttpUpstream } from './upstream/http/server.ts';

const CREDENTIALS_EVERY_MS = 10_000;
/** Of a gate that failed, whose calls get no time. */
const END_WITHIN_MS = 15_000;

async function reopen(audit: AuditLog, log: Logger): Promise<void> {
  if (!(await audit.reopen())) log.info('SIGHUP: the audit file was not moved, so it is written to as before');
}

/** Resolves once it listens; from then on signals end it. Rejects where it cannot start, with a sentence that says why. */
export async function run(): Promise<void> {
  const config = readConfig(process.env);
  // A log that cannot be written, on a disk that is full for instance, must neither throw at whoever has something to say nor be kept
  // in memory for ever.
  const destination = pino.destination({ dest: 2, maxLength: 1024 * 1024 }).on('error', () => {});
  const log = pino({ name: 'sallyport-sidecar', level: config.logLevel }, destination);
  const metrics = new Metrics(config.server);
  let end = undefined as (() => Promise<void>) | undefined;
  standLastFence(
    process,
    {
      onError: (error) =>
        log.fatal({ err: error }, 'nothing caught this error: everything is refused, and the process ends'),
      refuseAll: (why) => {
        if (gates !== undefined) failGate(gates.first, why);
      },
      end: async () => end?.(),
    },
    setTimeout,
    END_WITHIN_MS,
  );
  // What changes is there before the gate that has to know of it.
  let gates: Gates | undefined = undefined as Gates | undefined;
  const hopCounts = config.operator === undefined ? undefined : new HopCounts(metrics.registry, config.server);
  const operator =
    config.operator === undefined
      ? undefined
      : new OperatorLink(config.operator, config, metrics, log, (key, others) => gates?.adopt(key, others));
  const tls = new ClientTls(metrics.registry, () => config.server);
  const certificate = new ClientCertificate({
    ...{ tls, directory: config.tlsDirectory, clock: SYSTEM_CLOCK, log },
    operator: operator && ((onRead) => operator.certificates(onRead)),
    onState: (state, mounted) => operator?.certificateRead(state, mounted),
  });
  const changes = new EarlyNotes();
  let credentials = undefined as CredentialNews | undefined;
  let history = undefined as SharedHistory | undefined;
  const policy: BundleSource = openPolicy(config, metrics, log, operator, new PolicyRecord(changes), (now) => {
    certificate.follow(now);
    gates?.each(policyChanged);
    credentials?.look();
    history?.follow();
  });
  const tokens = openTokens(config, log, operator, new IdentityRecord(changes), () => gates?.each(tokensChanged));
  const revoked = openRevocations(config, log, operator, new RevocationRecord(changes), () =>
    gates?.each(tokensChanged),
  );
  const cluster = openCluster(config.bundleDirectory, operator, log, () => gates?.each(tokensChanged));
  // The operator witnesses streams of many pods: that of one says whose it is, and when it began.
  const stream = `${config.server}/${config.podName ?? hostname()}/${new Date().toISOString()}`;
  const telemetry = await openTelemetry(process.env, { server: config.server, instance: stream, metrics, log });
  const output = config.auditToOutput ? new LineOutput(1, () => metrics.self.linesDropped(1)) : undefined;
  // A rate over a series that appears late misses its first step.
  if (output !== undefined) metrics.self.linesDropped(0);
  const auditFile = join(config.stateDirectory, 'audit.jsonl');
  const archive =
    config.archive === undefined
      ? undefined
      : new ArchiveLink(config.archive, config, metrics.registry, log, auditFile, (): string => evidence.audit.file);
  const evidence: Evidence = new Evidence({
    directory: config.stateDirectory,
    stream,
    archive,
    server: config.server,
    clock: SYSTEM_CLOCK,
    limits: config.audit,
    facts: gateFacts(config, process.env),
    operator: operator && ((tree, events) => operator.witness(tree, events)),
    metrics: () => new WitnessMetrics(metrics.registry, config.server),
    log,
    onState: (state, error) => log.error({ state, err: error }, 'audit log'),
    onLine: (line, body, span) => {
      output?.write(line);
      telemetry.onLine?.(line, body, span);
    },
  });
  const { audit } = evidence;
  operator?.onAnswer((answer) => evidence.take(answer));
  changes.goTo(audit);
  archive?.start();
  metrics.self.watchFiles(config.stateDirectory, config.audit.totalBytes);
  // What logrotate sends after it has moved the file. Without a handler it would end the process.
  process.on('SIGHUP', () => void reopen(audit, log));
  const { credentialDirectory } = config;
  const secrets =
    credentialDirectory === undefined ? undefined : new MountedStore(credentialDirectory, () => credentials?.look());
  const local = openHistory(join(config.stateDirectory, 'history.state'), SYSTEM_CLOCK, {
    onProblem: (sentence, error) => log.error({ err: error }, sentence),
  });
  history = shareInPod(config, { policy, secrets, local, registry: metrics.registry, log, operator });
  const gate = createGate({
    policy,
    tokens,
    revoked,
    audit,
    digestKey: loadOrCreateKey(join(config.stateDirectory, 'digest.key')),
    metrics,
    log,
    approvals: operator?.approvals,
    server: config.server,
    tls,
    cluster,
    onIssuers: (states) => operator?.issuersHeard(states),
    replicas: hopCounts && new Replicas(hopCounts, log),
    tracing: telemetry.tracing,
    upstream: () => new HttpUpstream(config.upstream, SYSTEM_CLOCK, true),
    secrets,
    history,
  });
  credentials = new CredentialNews(gate.credentials, log, (problems) => operator?.credentialsRead(problems));
  credentials.look();
  // A token that is fetched has no file to watch: it fails and is there again by itself.
  setInterval(() => credentials?.look(), CREDENTIALS_EVERY_MS).unref();
  gates = new Gates(gate, config, hopCounts, log);
  const all = gates;
  const definitions = keepDefinitions(gates, config, log, operator);
  // The Service of the pod must not lead to a server that does not listen yet; nobody else can probe one that is on loopback only.
  gate.awaitsServer = operator !== undefined;
  const leave = (): void => {
    if (gate.leaving) return;
    gate.leaving = true;
    all.drain();
    log.info('draining: what comes is served, and each answer ends its connection');
    // A Job serves until it is done, and there is no other replica to go to.
    if (!config.drainWithServer) setTimeout(() => (gate.sessionsOver = true), config.drainDelayMs).unref();
  };
  const admin = new AdminServer(gate, leave, new Probes(config.probes, [...LOOPBACKS, ...config.podIps]));
  const [port, ...furtherPorts] = await all.listen();
  const adminPort = await admin.listen(config.adminHost, config.adminPort);
  await all.listenToGates();
  const ports = furtherPorts.length === 0 ? { port } : { port, furtherPorts };
  log.info({ ...ports, adminPort, version, startMs: Math.round(performance.now()) }, 'listening');
  operator?.start(() => {
    gate.awaitsServer = false;
  });

  const close = async (graceMs: number, reason: string): Promise<void> => {
    await endCalls(gate, (refuseNew) => all.closeDownstream(graceMs, refuseNew), config.endWithinMs / 2);
    await all.close();
    await admin.close();
    await evidence.close(reason);
    await output?.close();
    certificate.close();
    await telemetry.close();
    await archive?.close();
    await operator?.close();
    all.closeFiles();
    history?.close();
    local.close();
    definitions?.close();
  };
  // What goes wrong on the way out is an unhandled rejection, and the last fence ends it.
  const stop = async (signal: string): Promise<void> => {
    // Whatever hangs, a disk among others: who sends SIGTERM wants an end.
    setTimeout(() => process.exit(1), config.drainMs + config.endWithinMs).unref();
    const begun = performance.now();
    leave();
    if (signal === 'SIGTERM') await linger(() => all.connectedAt, config.drainMs / 2, SYSTEM_CLOCK);
    await close(config.drainMs - (performance.now() - begun), signal);
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop('SIGTERM'));
  process.once('SIGINT', () => void stop('SIGINT'));
  end = async () => {
    await sleep(SAY_WHY_MS);
    await close(0, `failed: ${gate.failed ?? 'nothing caught an error'}`);
  };
}

/** Without the files what changes is told until the process ends. */
function keepDefinitions(
  gates: Gates,
  { stateDirectory }: SidecarConfig,
  log: Logger,
  operator: OperatorLink | undefined,
): DefinitionFile | undefined {
  const onProblem = (error: unknown): void => log.warn({ err: error }, 'definitions are not kept');
  const directory = join(stateDirectory, 'pins');
  const { definitions } = gates.first;
  operator?.sharePins(definitions, gates, directory, onProblem);
  try {
    return openDefinitions(directory, { definitions, streams: gates }, onProblem);
  } catch (error) {
    onProblem(error);
    return undefined;
  }
}

function openPolicy(
  { bundleDirectory }: SidecarConfig,
  metrics: Metrics,
  log: Logger,
  operator: OperatorLink | undefined,
  record: PolicyRecord,
  onChange: (policy: Policy) => void,
): BundleSource {
  return new BundleSource(bundleDirectory, {
    onPolicy(policy) {
      const { revision } = policy;
      // First of all: people wait for it.
      operator?.policyInForce(revision);
      record.taken(policy);
      onChange(policy);
      metrics.policyRevision(revision);
      log.info({ revision }, 'policy in force');
    },
    onProblem(problem) {
      operator?.policyNotTaken(problem);
      record.refused(problem);
      metrics.policyRejected();
      log.error({ problem }, 'policy not taken; the last good one stays in force');
    },
  });
}

function openTokens(
  { tokenDirectory }: SidecarConfig,
  log: Logger,
  operator: OperatorLink | undefined,
  record: IdentityRecord,
  onChange: () => void,
): TokenSource {
  if (tokenDirectory === undefined) return new TokenTable([]);
  return new TokenDirectory(tokenDirectory, (state: TokenState) => {
    operator?.tokensRead(state);
    record.read(state.known, state.problems);
    onChange();
    for (const problem of state.problems) log.error({ problem }, 'client token not taken');
    log.info({ clients: state.clients }, 'client tokens read');
  });
}
