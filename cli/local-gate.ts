/** A gate on this machine: what a pod's sidecar is made of, with a folder for its policy and this user for an approver. */
import { dirname, resolve } from 'node:path';
import { pino } from 'pino';
import type { RefusalCount } from '../core/audit/gate-record.ts';
import type { DecisionInput } from '../core/audit/record.ts';
import type { MCPServer } from '../core/api/mcp-server.ts';
import type { Problem } from '../core/api/problem.ts';
import { API_VERSION } from '../core/api/common.ts';
import { fenced } from '../core/fence.ts';
import type { ApprovalRecord } from '../sidecar/approvals/approval.ts';
import { ApprovalBroker } from '../sidecar/approvals/broker.ts';
import { LocalApprovals } from '../sidecar/approvals/local-approvals.ts';
import { newApprovalName } from '../sidecar/approvals/name.ts';
import { fingerprints } from '../sidecar/identity/fingerprints.ts';
import { policyChanged } from '../sidecar/lifecycle/on-change.ts';
import { openTelemetry } from '../sidecar/lifecycle/open-telemetry.ts';
import { IdentityRecord, PolicyRecord, RevocationRecord } from '../sidecar/lifecycle/recorded-changes.ts';
import { SYSTEM_CLOCK } from '../sidecar/clock.ts';
import { answerRisk } from '../sidecar/telemetry/answer-risk.ts';
import { createGate } from '../sidecar/create-gate.ts';
import type { Gate } from '../sidecar/gate.ts';
import type { Notice } from '../sidecar/memory/notices.ts';
import type { SessionFile } from '../sidecar/memory/session-file.ts';
import { Metrics } from '../sidecar/telemetry/metrics.ts';
import { CertifiedUpstream } from '../sidecar/upstream/http/certified.ts';
import { type Upstream, UpstreamError } from '../sidecar/upstream/upstream.ts';
import { ApprovalsApi } from './approvals-api.ts';
import { UserError } from './errors.ts';
import { gateSocket } from './gate-socket.ts';
import { type LoadedFolder, soundServerIn } from './load-folder.ts';
import {
  checkCommand,
  type Destination,
  type DestinationOptions,
  LateUpstream,
  describeDestination,
  destinationOf,
} from './local-upstream.ts';
import { clientCertificateIn } from './local-certificate.ts';
import { localTls } from './local-tls.ts';
import { fetchCommon, withCredentials } from '../sidecar/upstream/credentials/program-env.ts';
import { keepDefinitions, keepHistory, keepSessions, openEvidence, shareLocally } from './local-evidence.ts';
import { runtimeDir } from './paths.ts';
import { openTraffic, type RecordOptions } from './local-traffic.ts';
import { PolicyFolder } from './policy-folder.ts';
import { ShownAudit } from './shown-audit.ts';

export interface LocalGateOptions extends DestinationOptions {
  readonly folder: string;
  readonly serverName: string | undefined;
  readonly auditFile: string | undefined;
  /** Undefined: no traffic is recorded. */
  readonly record?: RecordOptions | undefined;
}

/** What a person at the terminal is told. */
export interface LocalGateEvents {
  onPolicy(folder: LoadedFolder, previous: LoadedFolder | undefined): void;
  onProblems(problems: readonly Problem[]): void;
  onDecision(input: DecisionInput): void;
  onApproval(approval: ApprovalRecord): void;
  onServerLog(line: string): void;
  /** What becomes of a recording of traffic. */
  onTraffic(line: string): void;
  onNotice(notice: Notice): void;
  onAuditState(state: string, error: Error | undefined): void;
  /** Refusals of callers nobody knows that were counted instead of shown one by one. */
  onRefusals(refusals: readonly RefusalCount[]): void;
}

/** How the transport of the client reaches a stdio server: one child a session, or one for all. */
export type StdioFactory = (destination: Extract<Destination, { kind: 'stdio' }>, gate: Gate) => Upstream;

export interface LocalGate {
  readonly gate: Gate;
  readonly approvals: ApprovalBroker;
  readonly folder: PolicyFolder;
  readonly auditFile: string;
  readonly socket: string;
  readonly name: string;
  /** For SIGHUP: whether the audit file was moved, so that a new one is begun. */
  reopenAudit(): Promise<boolean>;
  /** `reason`: for the record. */
  close(reason?: string): Promise<void>;
}

export async function openLocalGate(
  options: LocalGateOptions,
  events: LocalGateEvents,
  stdio: StdioFactory,
): Promise<LocalGate> {
  const folder = openFolder(options, assumedServer(options));
  try {
    return await openBehind(folder, options, events, stdio);
  } catch (error) {
    // Its watcher would keep the process.
    folder.close();
    throw error;
  }
}

async function openBehind(
  folder: PolicyFolder,
  options: LocalGateOptions,
  events: LocalGateEvents,
  stdio: StdioFactory,
): Promise<LocalGate> {
  const upstream = new LateUpstream();
  const name = nameOf(options, folder.loaded);
  const socket = gateSocket(runtimeDir(), name, process.pid);
  const metrics = new Metrics(name);
  // One that cannot be written must neither throw at whoever has something to say nor be kept in memory for ever.
  const ownLog = pino(
    { level: 'error' },
    pino.destination({ dest: 2, maxLength: 1024 * 1024 }).on('error', () => {}),
  );
  const instance = `${name}/${process.pid}/${new Date().toISOString()}`;
  const telemetry = await openTelemetry(process.env, { server: name, instance, metrics, log: ownLog });
  const { log, digestKey, maxBytes } = openEvidence(name, options, {
    onLine: telemetry.onLine,
    onState: (state, error) => events.onAuditState(state, error),
    onRefusals: (refusals) => events.onRefusals(refusals),
  });
  const [policies, identities] = [new PolicyRecord(log), new IdentityRecord(log)];
  const revocations = new RevocationRecord(log);
  metrics.self.watchFiles(dirname(log.file), maxBytes);
  const approvals = new ApprovalBroker(SYSTEM_CLOCK, newApprovalName);
  const tls = localTls(metrics, (line) => events.onServerLog(line));
  const traffic = openTraffic(options.record, name, (line) => events.onTraffic(line));
  const keptHistory = keepHistory(name, (line) => events.onServerLog(line));
  const history = shareLocally(folder, keptHistory, metrics.registry, name, (line) => events.onServerLog(line));
  const gate = createGate({
    history,
    tls,
    traffic,
    policy: folder,
    tokens: folder,
    revoked: folder.revoked,
    audit: new ShownAudit(log, (input) => events.onDecision(input)),
    digestKey,
    metrics,
    log: ownLog,
    tracing: telemetry.tracing,
    approvals: new LocalApprovals(approvals, SYSTEM_CLOCK),
    upstream: () => upstream,
    secrets: folder,
    onNotice: (notice) => events.onNotice(notice),
  });
  const definitions = keepDefinitions(name, gate, (line) => events.onServerLog(line));
  const open = (destination: Destination): Upstream => {
    if (destination.kind === 'remote') {
      const shown = (): ReturnType<typeof clientCertificateIn> =>
        folder.loaded === undefined ? undefined : clientCertificateIn(folder.loaded.secrets, folder.loaded.server);
      return new CertifiedUpstream(destination.url, SYSTEM_CLOCK, shown, (problem) =>
        events.onServerLog(`nothing is sent to the server for want of the client certificate: ${problem}`),
      );
    }
    try {
      return stdio({ ...destination, command: withCredentials(destination.command, gate.credentials) }, gate);
    } catch (error) {
      // Of a program that is started at once.
      if (error instanceof UpstreamError) throw new UserError(error.message, 'do as the line above says');
      throw error;
    }
  };
  let connected: string | undefined;
  let kept: SessionFile | undefined;
  const connect = (from: LoadedFolder | undefined): void => {
    const destination = destinationOf(options, from?.server.spec);
    const described = destination === undefined ? undefined : describeDestination(destination);
    if (upstream.known) {
      if (described !== connected) events.onServerLog('the folder names another server now: restart to front that one');
      return;
    }
    connected = described;
    if (destination?.kind === 'stdio') checkCommand(destination.command);
    if (destination === undefined) return;
    // A server that is a program ends with the gate, and its sessions with it.
    if (destination.kind === 'remote')
      kept = keepSessions(name, destination.url, gate, (line) => events.onServerLog(line));
    upstream.become(open(destination));
  };
  /** After the start a wrong command is a message, not the end. */
  const connectLate = (loaded: LoadedFolder): void => {
    try {
      connect(loaded);
    } catch (error) {
      events.onServerLog(error instanceof Error ? error.message : String(error));
    }
  };
  // Telling a person is beside the point of a call: what goes wrong with it must not end the call, nor the process.
  approvals.observe(
    fenced(
      (approval: ApprovalRecord) => {
        gate.approvalNotes.changed(approval);
        events.onApproval(approval);
      },
      (error) => ownLog.error({ err: error }, 'an approval could not be shown'),
    ),
  );
  const api = new ApprovalsApi(
    socket,
    approvals,
    (error) => {
      ownLog.error({ err: error }, 'a request to the approvals socket failed');
    },
    (response) => answerRisk(response, gate.risk, folder.current()?.history),
  );
  const close = async (reason?: string): Promise<void> => {
    folder.close();
    definitions?.close();
    history.close();
    keptHistory.close();
    await upstream.close();
    await api.close();
    await traffic?.close();
    await log.close(reason);
    await telemetry.close();
    kept?.close();
  };
  try {
    await api.listen();
    // A program may be started at once, with what a command says.
    await fetchCommon(gate.credentials);
    connect(folder.loaded);
    folder.subscribe({
      onChange(loaded, previous) {
        // Also when it was not known at the start, since the folder was broken then.
        const known = nameOf(options, loaded);
        metrics.serve(known);
        log.serve(known);
        metrics.policyRevision(loaded.compiled.revision);
        policies.taken(loaded.compiled);
        identities.read(fingerprints(loaded.tokens), []);
        revocations.read(loaded.revocations.map(({ key }) => key).sort(), []);
        if (loaded.certificate !== undefined) tls.certificate.take(loaded.certificate);
        connectLate(loaded);
        if (previous !== undefined) policyChanged(gate);
        history.follow();
        events.onPolicy(loaded, previous);
      },
      onProblems(problems) {
        metrics.policyRejected();
        policies.refused(problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
        events.onProblems(problems);
      },
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { gate, approvals, folder, auditFile: log.file, socket, name, reopenAudit: () => log.reopen(), close };
}

function openFolder(options: LocalGateOptions, assumed: MCPServer | undefined): PolicyFolder {
  const { folder, serverName } = options;
  try {
    return new PolicyFolder({ path: resolve(folder), serverName, assumed });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new UserError(`the policy folder ${folder} does not exist`, `make one: sallyport init ${folder}`);
    if (code === 'EACCES')
      throw new UserError(`the policy folder ${folder} may not be read`, 'give yourself read permission on it');
    throw error;
  }
}

/** With a server named on the command line, a folder of packs alone will do; nobody is let in by it, though. */
function assumedServer({ command, upstream }: LocalGateOptions): MCPServer | undefined {
  const [file] = command;
  const url = upstream ?? 'http://127.0.0.1/mcp';
  if (file === undefined && upstream === undefined) return undefined;
  return {
    apiVersion: API_VERSION,
    kind: 'MCPServer',
    metadata: { name: 'local', namespace: 'default' },
    spec: file === undefined ? { remote: { url } } : { stdio: { command: [...command] } },
  };
}

/** In a broken folder the MCPServer may be sound all the same: then its log lies where it will be looked for. */
function nameOf({ serverName, folder }: LocalGateOptions, loaded: LoadedFolder | undefined): string {
  const metadata = loaded?.server.metadata ?? soundServerIn({ path: resolve(folder), serverName })?.metadata;
  return metadata === undefined ? `default/${serverName ?? 'local'}` : `${metadata.namespace}/${metadata.name}`;
}
