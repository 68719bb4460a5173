/** An approval as sidecars see it. */
import { tallyInWords, tallyOf } from '../../core/approvals/tally.ts';
import { callOf } from '../../core/api/approval-request.ts';
import type { HaltedError } from '../approvals/service.ts';
import { stateOf } from '../approvals/request.ts';
import type { StoredRequest } from '../custom-resources.ts';

export interface ApprovalView {
  readonly name: string;
  readonly state: string;
  readonly digest: string;
  readonly revision: string;
  readonly pin: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly reason: string | null;
  /** Where it takes several: how many there are, and what is missing. */
  readonly votes: string | null;
  readonly usedUp: string | null;
  readonly fresh: boolean;
  /** Where a standing grant lets the call through. */
  readonly grant?: { readonly uses: number; readonly maxUses: number };
}

export function viewOf(
  request: StoredRequest,
  more: { fresh?: boolean; usedUp?: string | undefined } = {},
): ApprovalView {
  const { metadata, spec, status } = request;
  return {
    name: metadata.name,
    state: stateOf(request),
    // Nothing is ever approved by an empty one.
    digest: callOf(request)?.digest ?? '',
    revision: spec.revision,
    pin: callOf(request)?.pin ?? null,
    createdAt: metadata.creationTimestamp ?? '',
    expiresAt: spec.expiresAt,
    decidedBy: status?.decidedBy ?? null,
    decidedAt: status?.decidedAt ?? null,
    reason: status?.reason ?? null,
    votes: spec.quorums === undefined ? null : tallyInWords(tallyOf(spec, status?.votes ?? [])),
    usedUp: more.usedUp ?? null,
    fresh: more.fresh ?? false,
  };
}

/** What a sidecar is told whose caller is halted; those of before take it for one that has asked too much. */
export function haltOf({ message, request }: HaltedError): object {
  const { metadata, spec } = request;
  return { error: message, code: 'halted', name: metadata.name, until: spec.expiresAt };
}
