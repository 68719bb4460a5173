/** Everything a call can meet on its path, assembled once per process. */
import type { Logger } from 'pino';
import type { DecisionInput, IntentInput } from '../core/audit/record.ts';
import type { Clock } from '../core/clock.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Principal } from '../core/policy/principal.ts';
import type { ApprovalService } from './approvals/service.ts';
import type { Call } from './call/call.ts';
import type { Holds } from './memory/holds.ts';
import type { DispatchedCalls } from './memory/dispatched-calls.ts';
import type { HandleSeal } from './memory/handle-seal.ts';
import type { AbandonedCalls } from './memory/abandoned-calls.ts';
import type { ByteBudget } from './memory/byte-budget.ts';
import type { OpenCalls } from './memory/open-calls.ts';
import type { InFlight } from './memory/in-flight.ts';
import type { Notices } from './memory/notices.ts';
import type { SessionTable } from './memory/sessions.ts';
import type { Streams } from './memory/streams.ts';
import type { TaskTable } from './memory/tasks.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { Upstream } from './upstream/upstream.ts';

export interface PolicySource {
  /** The policy in force; undefined as long as there has never been a valid one. */
  current(): Policy | undefined;
}

export interface TokenSource {
  /** Whose bearer token this is. */
  find(token: string): Principal | undefined;
}

export interface AuditSink {
  /** `ok` while every decision made is also recorded. */
  readonly state: 'ok' | 'behind' | 'failed';
  append(input: DecisionInput): void;
  /** A call is, or is about to be, with the server; returns what the record of its end names. See AuditLog. */
  intend(input: IntentInput, durable?: (error?: Error) => void): number;
  /** A refusal of somebody who is not known; true when it was recorded whole instead of counted. */
  refuseUnknown(input: DecisionInput, source: string): boolean;
}

export interface Gate {
  readonly clock: Clock;
  readonly policy: PolicySource;
  readonly tokens: TokenSource;
  readonly sessions: SessionTable;
  readonly streams: Streams;
  readonly tasks: TaskTable;
  /** Binds the state of servers without sessions to its principal. */
  readonly seal: HandleSeal;
  /** Undefined where nobody can approve; calls that need it are refused then. */
  readonly approvals: ApprovalService | undefined;
  readonly audit: AuditSink;
  /** Keys the digests of arguments in the audit line. */
  readonly digestKey: Buffer;
  readonly metrics: Metrics;
  readonly upstream: Upstream;
  /** Of everything that is held for clients and the server. */
  readonly bytes: ByteBudget;
  readonly openCalls: OpenCalls;
  readonly holds: Holds;
  /** With the server now. */
  readonly dispatched: DispatchedCalls<Call>;
  readonly abandoned: AbandonedCalls;
  readonly inFlight: InFlight;
  readonly notices: Notices;
  readonly log: Logger;
  /** True once the pod is on its way out: calls are still served, but nothing is begun that is meant to last. */
  leaving: boolean;
  /** The server of the pod has not accepted a connection yet: not ready, though every call would get an answer. */
  awaitsServer: boolean;
  /** True once no new call is let in. */
  draining: boolean;
  /** Why nothing passes any more and the process ends: something was thrown that nothing caught. Undefined as long as all is well. */
  failed: string | undefined;
}
