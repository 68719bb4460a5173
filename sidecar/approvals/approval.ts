/** A held call as the gate keeps it, and as the ApprovalRequest that approvers see. */
import { API_VERSION } from '../../core/api/common.ts';
import type { Shown } from '../../core/api/approval-shown.ts';
import type { ApprovalRequest, ApprovalState } from '../../core/api/approval-request.ts';
import type { Quorums } from '../../core/approvals/quorums.ts';
import type { Target } from '../../core/mcp/catalogue.ts';
import type { JsonObject } from '../../core/mcp/message.ts';
import type { Principal } from '../../core/policy/principal.ts';

/** What is asked; never changes. */
export interface ApprovalSubject {
  readonly namespace: string;
  readonly server: string;
  readonly method: string;
  readonly target: Target;
  readonly principal: Principal;
  /** Of the canonical call, keyed: see digests.ts. */
  readonly digest: string;
  /** Of the definition of the tool or prompt; undefined where no list has had it. */
  readonly pin: string | undefined;
  readonly preview: JsonObject;
  /** JSON Pointers of arguments that it does not show as they are. Undefined: no standing grant can be about the call. */
  readonly hidden?: readonly string[] | undefined;
  /** What is read before it. */
  readonly shown: Shown;
  readonly reason: string;
  /** Which earlier call stands against it, in a sentence; undefined: none does. */
  readonly came?: string | undefined;
  /** Ids of the rules that hold the call. */
  readonly rules: readonly string[];
  readonly revision: string;
  readonly expiresMs: number;
  /** What it takes to approve, by the policy of this gate; undefined: one vote. */
  readonly quorums?: Quorums | undefined;
}

/** A standing grant that lets the call through without asking. */
export interface StandingGrant {
  /** Of this call: however often the use is asked for, it is one. */
  readonly id: string;
  /** With this one, once it is made. */
  readonly uses: number;
  readonly maxUses: number;
  /** Others that were used up when the call came to use them. */
  readonly tried: readonly string[];
}

/** What a held call has to know of its request, or of the grant that stands in for one. */
export interface Approval {
  readonly name: string;
  readonly subject: ApprovalSubject;
  /** Milliseconds since the Unix epoch, as all times here. */
  readonly expiresAt: number;
  readonly state: ApprovalState;
  /** By which definition it was asked for, by whichever call came first; undefined: by one that nobody knew. */
  readonly pin: string | undefined;
  readonly decidedBy: string | undefined;
  /** In the words of whoever decided. */
  readonly reason: string | undefined;
  /** Where it takes several, how many there were and what was missing when it was last heard of, as a sentence without its end. */
  readonly votes?: string | undefined;
  /** Undefined: it is a request. */
  readonly grant?: StandingGrant | undefined;
}

/** The whole of it, where this process keeps it. */
export interface ApprovalRecord extends Approval {
  readonly createdAt: number;
  state: ApprovalState;
  decidedBy: string | undefined;
  decidedAt: number | undefined;
  reason: string | undefined;
  consumedAt: number | undefined;
}

export function toApprovalRequest(approval: ApprovalRecord): ApprovalRequest {
  const { subject } = approval;
  const { decidedBy, decidedAt, reason, consumedAt } = approval;
  return {
    apiVersion: API_VERSION,
    kind: 'ApprovalRequest',
    metadata: { name: approval.name, namespace: subject.namespace },
    spec: {
      server: subject.server,
      subject: {
        type: 'Call',
        call: {
          method: subject.method,
          [subject.target.kind]: subject.target.name,
          preview: subject.preview,
          digest: subject.digest,
          ...(subject.pin === undefined ? {} : { pin: subject.pin }),
          shown: subject.shown,
        },
      },
      principal: {
        name: subject.principal.name,
        groups: [...subject.principal.groups],
        ...(subject.principal.issuer === undefined ? {} : { issuer: subject.principal.issuer }),
      },
      reason: subject.reason,
      rule: subject.rules.join(', '),
      revision: subject.revision,
      expiresAt: new Date(approval.expiresAt).toISOString(),
    },
    status: {
      state: approval.state,
      ...(decidedBy === undefined ? {} : { decision: approval.state === 'Denied' ? 'Denied' : 'Approved', decidedBy }),
      ...(decidedAt === undefined ? {} : { decidedAt: new Date(decidedAt).toISOString() }),
      ...(reason === undefined ? {} : { reason }),
      ...(consumedAt === undefined ? {} : { consumedAt: new Date(consumedAt).toISOString() }),
    },
  };
}
