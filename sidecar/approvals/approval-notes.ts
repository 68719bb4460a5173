/**
 * Questions to people on record: that one was asked, and what became of it. The record of a call says it too, but later, and not at all
 * where its client has not come back.
 */
import type { GateNote } from '../../core/audit/gate-record.ts';
import { BoundedMap } from '../memory/bounded-map.ts';
import type { Approval } from './approval.ts';

/** As many as are ever shown. */
const MAX_KNOWN = 1000;

/** The call for which it was asked first. */
interface Asked {
  readonly traceId: string;
  readonly session: string | undefined;
  /** What was said of it last. */
  state: Approval['state'];
}

export class ApprovalNotes {
  readonly #note: (note: GateNote) => void;
  readonly #known = new BoundedMap<string, Asked>(MAX_KNOWN);

  constructor(note: (note: GateNote) => void) {
    this.#note = note;
  }

  /** A call waits for it. Told once, however many do. */
  asked(approval: Approval, traceId: string, session: string | undefined): void {
    if (this.#known.has(approval.name)) return;
    const asked: Asked = { traceId, session, state: 'Pending' };
    this.#known.set(approval.name, asked);
    this.#tell(approval, asked);
  }

  /** It is in another state. That it was used up is on the record of the call that has used it. */
  changed(approval: Approval): void {
    const { name, state } = approval;
    const asked = this.#known.get(name);
    if (asked === undefined || asked.state === state || state === 'Pending' || state === 'Consumed') return;
    asked.state = state;
    this.#tell(approval, asked);
  }

  #tell({ name, subject, state, decidedBy, reason, expiresAt }: Approval, { traceId, session }: Asked): void {
    const { target, principal, method, revision, rules } = subject;
    this.#note({
      event: 'approval',
      by: decidedBy,
      expires: expiresAt,
      method,
      name,
      principal,
      [target.kind]: target.name,
      reason,
      revision,
      rules,
      session,
      state,
      traceId,
    });
  }
}
