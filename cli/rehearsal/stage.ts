/** The gate of a rehearsal: all of one but the network, the disk, the person who approves, and a clock that goes on by itself. */
import { pino } from 'pino';
import type { Policy } from '../../core/policy/policy.ts';
import { ApprovalBroker } from '../../sidecar/approvals/broker.ts';
import { LocalApprovals } from '../../sidecar/approvals/local-approvals.ts';
import { newApprovalName } from '../../sidecar/approvals/name.ts';
import { createGate } from '../../sidecar/create-gate.ts';
import type { Gate } from '../../sidecar/gate.ts';
import { Metrics } from '../../sidecar/telemetry/metrics.ts';
import { KeptAudit } from './kept-audit.ts';
import { ScriptedServer } from './scripted-server.ts';

/** More than any message has. */
const HELD_BYTES = 64 * 1024 * 1024;

export class Stage {
  readonly gate: Gate;
  readonly server = new ScriptedServer();
  readonly audit = new KeptAudit();
  #now: number | undefined;
  readonly #began: number | undefined;

  /** `now`: milliseconds since the epoch at which it stands still; undefined: the time of the machine, for conditions alone. */
  constructor(policy: Policy, now?: number) {
    this.#now = this.#began = now;
    // Budgets are those of a gate, and run out at the same place every time.
    const clock = {
      now: () => this.#now ?? Date.now(),
      monotonic: () => (this.#now ?? 0) - (this.#began ?? 0),
    };
    const approvals = new ApprovalBroker(clock, newApprovalName);
    approvals.observe(({ name, state }) => {
      if (state === 'Pending') setImmediate(() => approvals.decide(name, 'Approved', 'rehearsal', undefined));
    });
    this.gate = createGate({
      policy: { current: () => policy },
      tokens: { find: () => undefined },
      audit: this.audit,
      digestKey: Buffer.alloc(32),
      metrics: new Metrics('default/rehearsal'),
      log: pino({ level: 'silent' }),
      approvals: new LocalApprovals(approvals, clock),
      upstream: () => this.server,
      onNotice() {},
      heldBytes: HELD_BYTES,
      clock,
    });
  }

  /** It is later now; never earlier, as of every clock that durations are measured by. */
  goOnTo(now: number): void {
    if (this.#now !== undefined && now > this.#now) this.#now = now;
  }

  forget(): void {
    this.server.got.length = 0;
    this.audit.lines.length = 0;
  }
}
