/** A gate in this process: every part of it as it is shipped, put together as a pod's sidecar is. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Policy } from '../../core/policy/policy.ts';
import { ApprovalBroker } from '../../sidecar/approvals/broker.ts';
import { LocalApprovals } from '../../sidecar/approvals/local-approvals.ts';
import { newApprovalName } from '../../sidecar/approvals/name.ts';
import type { ApprovalService } from '../../sidecar/approvals/service.ts';
import { AuditLog, type AuditLogOptions } from '../../sidecar/audit/log.ts';
import { policyChanged, tokensChanged } from '../../sidecar/lifecycle/on-change.ts';
import { SYSTEM_CLOCK } from '../../sidecar/clock.ts';
import { createGate } from '../../sidecar/create-gate.ts';
import type { Passthrough } from '../../sidecar/downstream/http/passed-paths.ts';
import { HttpServer } from '../../sidecar/downstream/http/server.ts';
import { HopCounts } from '../../sidecar/hop/counts.ts';
import { Replicas } from '../../sidecar/hop/replicas.ts';
import type { Gate } from '../../sidecar/gate.ts';
import type { RevocationSource } from '../../sidecar/identity/revoked/revocation-table.ts';
import type { TokenSource } from '../../sidecar/identity/token-source.ts';
import { TokenTable } from '../../sidecar/identity/token-table.ts';
import type { SessionTable } from '../../sidecar/memory/sessions.ts';
import type { Waits } from '../../sidecar/memory/byte-budget.ts';
import { ClientTls } from '../../sidecar/tls/client-tls.ts';
import { readPair } from '../../sidecar/tls/pair.ts';
import { Metrics } from '../../sidecar/telemetry/metrics.ts';
import { HttpUpstream } from '../../sidecar/upstream/http/server.ts';
import type { SecretStore } from '../../sidecar/upstream/credentials/store.ts';
import type { Upstream } from '../../sidecar/upstream/upstream.ts';
import { type AuditLine, decisionsIn, readAudit } from './audit-file.ts';
import { eventually } from './eventually.ts';
import { ALLOW_ALL, policyOf } from './policy.ts';

export interface GateOptions {
  /** URL of the server, or what makes the upstream. */
  readonly upstream: string | ((sessions: SessionTable) => Upstream);
  readonly policy?: Policy | undefined;
  /** Token by client name. */
  readonly clients?: Readonly<Record<string, string>>;
  /** Who is asked about held calls; default: the gate itself, through `approvals` of the test gate. */
  readonly approvals?: ApprovalService | false;
  /** How the audit log writes, how much it may queue, and what of its files: a disk that is full or slow. */
  readonly audit?: Pick<AuditLogOptions, 'write' | 'sync' | 'maxQueuedBytes' | 'retryMs' | 'countMs' | 'limits'>;
  readonly tokens?: TokenSource;
  readonly revoked?: RevocationSource;
  /** Bytes that the gate may hold for others, and how long what finds no room waits. */
  readonly heldBytes?: number;
  readonly waits?: Waits;
  /** The key that gates of one server share: with it others can pass on to this one, and this one to them. */
  readonly sharedKey?: Buffer;
  /** Where the keys lie that the server is shown. */
  readonly secrets?: SecretStore;
  /** In PEM, by which clients know it; they are to come by TLS where the policy says so. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** What passes beside MCP. */
  readonly passthrough?: Passthrough;
}

export interface TestGate {
  readonly url: string;
  readonly port: number;
  readonly gate: Gate;
  readonly tls: ClientTls;
  readonly approvals: ApprovalBroker;
  setPolicy(policy: Policy | undefined): void;
  setClients(clients: Readonly<Record<string, string>>): void;
  /** The decisions on record, once there are at least so many. */
  decisions(atLeast?: number): Promise<AuditLine[]>;
  close(): Promise<void>;
}

export async function startGate(options: GateOptions): Promise<TestGate> {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-gate-'));
  const file = join(directory, 'audit.jsonl');
  const log = AuditLog.open({
    file,
    stream: 'test',
    server: 'finance/ledger',
    clock: SYSTEM_CLOCK,
    // Many tests refuse the same over and over at one gate, and look at each: a millisecond later it is the first of its kind again.
    countMs: 1,
    ...options.audit,
  });
  const approvals = new ApprovalBroker(SYSTEM_CLOCK, newApprovalName);
  const service = options.approvals ?? new LocalApprovals(approvals, SYSTEM_CLOCK);
  let policy = 'policy' in options ? options.policy : policyOf(ALLOW_ALL);
  let tokens = tableOf(options.clients ?? {});
  const { upstream } = options;
  const metrics = new Metrics('finance/ledger');
  const quiet = pino({ level: 'silent' });
  const { sharedKey } = options;
  const tls = new ClientTls(metrics.registry, () => 'finance/ledger');
  if (options.certificate !== undefined) showCertificate(tls, options.certificate);
  const replicas =
    sharedKey === undefined ? undefined : new Replicas(new HopCounts(metrics.registry, 'finance/ledger'), quiet);
  const gate = createGate({
    server: 'finance/ledger',
    replicas,
    tls,
    policy: { current: () => policy },
    tokens: options.tokens ?? { find: (token) => tokens.find(token) },
    revoked: options.revoked,
    audit: log,
    digestKey: randomBytes(32),
    metrics,
    log: quiet,
    approvals: service === false ? undefined : service,
    heldBytes: options.heldBytes,
    waits: options.waits,
    secrets: options.secrets,
    upstream: (sessions) =>
      typeof upstream === 'string' ? new HttpUpstream(upstream, SYSTEM_CLOCK) : upstream(sessions),
  });
  const server = new HttpServer(gate, options.passthrough);
  const port = await server.listen('127.0.0.1', 0);
  if (replicas !== undefined && sharedKey !== undefined) {
    replicas.adopt(sharedKey, []);
    gate.handles.adopt(sharedKey, []);
    gate.possession.adopt(sharedKey, []);
    const address = '127.0.0.1';
    await replicas.listen({ host: address, port: 0, address }, gate.handles, (socket) => server.takeFromGate(socket));
  }
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    port,
    gate,
    tls,
    approvals,
    setPolicy(next) {
      policy = next;
      policyChanged(gate);
    },
    setClients(clients) {
      tokens = tableOf(clients);
      tokensChanged(gate);
    },
    decisions: (atLeast = 0) =>
      eventually(`${atLeast} decisions in the audit file`, () => {
        const lines = decisionsIn(file);
        return lines.length >= atLeast && log.queuedBytes === 0 ? lines : undefined;
      }),
    async close() {
      await server.close(0, () => {}, replicas?.stopListening());
      await replicas?.close();
      await gate.upstream.close();
      await log.close();
      // Whatever it was about: each line is what the published schema says.
      readAudit(file);
      rmSync(directory, { recursive: true });
    },
  };
}

export function showCertificate({ certificate }: ClientTls, { cert, key }: { cert: string; key: string }): void {
  certificate.take(readPair(cert, key, Date.now()));
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function tableOf(clients: Readonly<Record<string, string>>): TokenTable {
  return new TokenTable(
    Object.entries(clients).map(([name, token]) => ({ name, groups: [], digests: [sha256Hex(token)] })),
  );
}
