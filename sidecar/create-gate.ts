/** Puts a gate together from its parts, with those that are the same everywhere. */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { ApprovalNotes } from './approvals/approval-notes.ts';
import { ApprovalDigests } from './approvals/digests.ts';
import type { ApprovalService } from './approvals/service.ts';
import type { Call } from './call/call.ts';
import { endForgotten } from './call/end-session.ts';
import { countEcho } from './call/note-echo.ts';
import { KeptResults } from './memory/results/kept-results.ts';
import { ResultStore } from './memory/results/result-store.ts';
import { Holds } from './memory/holds.ts';
import { recordIntent } from './call/record.ts';
import { hmacSha256Hex } from '../core/digest.ts';
import type { Clock } from '../core/clock.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import type { AuditSink } from './audit/sink.ts';
import type { Gate } from './gate.ts';
import type { IssuerState, KeyNews } from './identity/jwt/issuer-keys.ts';
import { Possession } from './identity/dpop/possession.ts';
import { JwtSource } from './identity/jwt/jwt-source.ts';
import type { RevocationSource } from './identity/revoked/revocation-table.ts';
import { AccountSource } from './identity/service-accounts/account-source.ts';
import { type Cluster, NO_CLUSTER } from './identity/service-accounts/cluster.ts';
import type { TokenSource } from './identity/token-source.ts';
import { ServerOAuth } from './oauth/server-oauth.ts';
import type { PolicySource } from './policy/source.ts';
import { DefinitionTable } from './memory/definitions.ts';
import { InputSchemas } from './memory/input-schemas.ts';
import { HeldTasks } from './memory/held-tasks.ts';
import { HandleSeal } from './memory/handle-seal.ts';
import { PodHandles } from './memory/pod-handles.ts';
import type { Replicas } from './hop/replicas.ts';
import { AbandonedCalls } from './memory/abandoned-calls.ts';
import { ByteBudget, type Waits } from './memory/byte-budget.ts';
import { budgetBytes } from './memory/budget-size.ts';
import { GiveBack } from './memory/give-back.ts';
import { MAX_OPEN_CALLS, OpenCalls } from './memory/open-calls.ts';
import { DispatchedCalls } from './memory/dispatched-calls.ts';
import type { History } from './memory/history/history.ts';
import { Leases } from './memory/history/leases.ts';
import { RiskView } from './memory/history/risk-view.ts';
import { LocalHistory } from './memory/history/local-history.ts';
import { InFlight } from './memory/in-flight.ts';
import { type Notice, Notices } from './memory/notices.ts';
import { SessionTable } from './memory/sessions.ts';
import { Streams } from './memory/streams.ts';
import type { ClientTls } from './tls/client-tls.ts';
import { TaskTable } from './memory/tasks.ts';
import type { Tracing } from './telemetry/call-span.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { TrafficTap } from './traffic/tap.ts';
import { UpstreamCredentials } from './upstream/credentials/credentials.ts';
import { GuardedUpstream } from './upstream/credentials/guarded-upstream.ts';
import { sourcesFrom } from './upstream/credentials/sources.ts';
import { NO_SECRETS, type SecretStore } from './upstream/credentials/store.ts';
import type { Upstream } from './upstream/upstream.ts';

/** Of what is kept for others: no caller has such a key (core/policy/principal.ts). */
const OWNER_OF_RESULTS = 'results';

export const HANDLE_KEY = Buffer.from('sallyport handle key v1');

export interface GateParts {
  readonly policy: PolicySource;
  readonly tokens: TokenSource;
  /** Default: no token of an issuer is revoked. */
  readonly revoked?: RevocationSource | undefined;
  readonly audit: AuditSink;
  readonly digestKey: Buffer;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Who is asked; without, calls that need approval are refused. */
  readonly approvals: ApprovalService | undefined;
  /** Told what is worth a line for whoever runs the gate; without, it goes to the log. */
  readonly onNotice?: (notice: Notice) => void;
  /** The server may have something to say about sessions, so it is made with the table. */
  readonly upstream: (sessions: SessionTable) => Upstream;
  /** Where the keys lie that the server is shown; default: nowhere. */
  readonly secrets?: SecretStore | undefined;
  /** Bytes that may be held for clients and the server; default: what this process has room for. */
  readonly heldBytes?: number | undefined;
  /** How long what finds no room waits for some; default: ten seconds a body, a minute an answer. */
  readonly waits?: Waits | undefined;
  /** Default: TLS is not spoken with clients. */
  readonly tls?: ClientTls | undefined;
  /** Default: no traffic is recorded. */
  readonly traffic?: TrafficTap | undefined;
  /** Default: nothing is traced. */
  readonly tracing?: Tracing | undefined;
  /** `namespace/name`, as names that are given to clients are bound to it. */
  readonly server?: string;
  /** Default: there are no other gates of this server. */
  readonly replicas?: Replicas | undefined;
  /** Told how it stands with the keys of issuers, whenever that changes. */
  readonly onIssuers?: (states: readonly IssuerState[]) => void;
  /** Whose ServiceAccounts may be let in. Default: there is none. */
  readonly cluster?: Cluster | undefined;
  /** What came before. Default: what this process remembers. */
  readonly history?: History | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

export function createGate({
  upstream: upstreamOf,
  secrets = NO_SECRETS,
  onNotice,
  heldBytes,
  waits,
  server = '',
  replicas,
  revoked,
  tls,
  cluster = NO_CLUSTER,
  onIssuers = () => {},
  history: given,
  clock = SYSTEM_CLOCK,
  ...parts
}: GateParts): Gate {
  const giveBack = new GiveBack();
  const history = given ?? new LocalHistory(clock);
  const bytes = new ByteBudget(heldBytes ?? budgetBytes(), (released) => giveBack.released(released), waits);
  const sessions = new SessionTable(clock);
  const jwts = new JwtSource(
    clock,
    (news) => tellOfKeys(parts.log, news),
    () => onIssuers(jwts.states()),
    revoked,
  );
  const credentials = new UpstreamCredentials(
    parts.policy,
    sourcesFrom(secrets, clock, (problem) => gate.notices.say(problem, { about: 'keys', sentence: problem })),
  );
  const upstream = new GuardedUpstream(upstreamOf(sessions), credentials, (echo) => countEcho(parts.metrics, echo));
  const risk = new RiskView(history);
  const gate: Gate = {
    ...parts,
    clock,
    jwts,
    accounts: new AccountSource(clock, cluster, revoked),
    // As for handles.
    possession: new Possession(clock, randomBytes(32)),
    approvalDigests: new ApprovalDigests(parts.digestKey),
    approvalNotes: new ApprovalNotes((note) => parts.audit.note(note)),
    sessions,
    streams: new Streams(),
    tasks: new TaskTable(),
    heldTasks: new HeldTasks(clock, bytes.large.total / 4),
    definitions: new DefinitionTable(),
    inputSchemas: new InputSchemas(),
    results: new KeptResults(new ResultStore(clock, bytes.lease(OWNER_OF_RESULTS))),
    // Until there is one that all replicas share; a key for one purpose does not tell that for another (RFC 5869).
    seal: new HandleSeal(Buffer.from(hmacSha256Hex(parts.digestKey, HANDLE_KEY), 'hex')),
    handles: new PodHandles(server),
    replicas,
    tls,
    bytes,
    openCalls: new OpenCalls(),
    holds: new Holds(bytes.large.total / 2),
    dispatched: new DispatchedCalls<Call>(
      () => clock.monotonic(),
      (call) => recordIntent(call, gate, 'still-open', () => {}),
    ),
    abandoned: new AbandonedCalls(),
    inFlight: new InFlight(),
    history,
    leases: new Leases(history),
    risk,
    notices: new Notices(clock, onNotice ?? (({ about, sentence }) => parts.log.warn({ about }, sentence))),
    upstream,
    oauth: new ServerOAuth(upstream, clock),
    credentials,
    leaving: false,
    sessionsOver: false,
    awaitsServer: false,
    draining: false,
    failed: undefined,
  };
  parts.metrics.watch(() => ({
    bytes: gate.bytes.used,
    maxBytes: gate.bytes.total,
    waiting: gate.bytes.waiting,
    calls: gate.openCalls.size,
    maxCalls: MAX_OPEN_CALLS,
  }));
  parts.metrics.self.watch(() => ({
    audit: gate.audit.state,
    auditQueuedBytes: gate.audit.queuedBytes,
    upstreamAvoided: gate.upstream.isAvoided,
    issuers: jwts.states(),
  }));
  const { store } = gate.results;
  const giveBackResults = (): void => store.giveBack();
  bytes.onShort = giveBackResults;
  parts.metrics.self.cache.watch(store);
  parts.metrics.history.watchRisk(() => risk.standings(parts.policy.current()?.history));
  gate.jwts.follow(parts.policy.current());
  gate.accounts.follow(parts.policy.current());
  gate.definitions.onPin = (note) => parts.audit.note(note);
  sessions.onEvicted = (session) => endForgotten(gate, session);
  return gate;
}

function tellOfKeys(log: Logger, { issuer, problem, usable }: KeyNews): void {
  if (problem === undefined) log.info({ issuer }, 'the keys of an issuer were read');
  else if (usable)
    log.warn({ issuer, problem }, 'the keys of an issuer cannot be refreshed; those of before are good for a day');
  else log.error({ issuer, problem }, 'the keys of an issuer cannot be read: its tokens are not taken');
}
