/** What a sidecar says of a call beside the call itself, where a standing grant may be about it; and what it is told of one. */
import * as z from 'zod';
import { MAX_POINTER } from '../../core/api/grant-argument.ts';
import type { Claimed } from '../grants/service.ts';
import type { Submission } from '../approvals/policy-terms.ts';
import type { StoredGrant } from '../custom-resources.ts';
import type { ApprovalView } from './approval-view.ts';

const MAX_HIDDEN = 64;
/** More grants than this are not used up between a look and the next. */
const MAX_WITHOUT = 16;

const schema = z.object({
  // Gates of versions before this one say nothing of it, and are told of no grant.
  grant: z
    .object({
      id: z.uuid(),
      hidden: z.array(z.string().max(MAX_POINTER * 4)).max(MAX_HIDDEN),
      without: z.array(z.string().max(253)).max(MAX_WITHOUT).default([]),
    })
    .optional(),
});

/** Undefined: no grant can be about the call. */
export function readClaim(body: unknown): Claimed | undefined {
  return schema.parse(body).grant;
}

/** In the words of an approval, which it stands in for. `state`: Approved where it would let the call through, Consumed where it has. */
export function grantViewOf(
  { metadata, spec, status }: StoredGrant,
  { call, revision }: Submission,
  state: 'Approved' | 'Consumed',
  endsAt: number,
): ApprovalView {
  return {
    ...{ name: metadata.name, state, digest: call.digest, revision, pin: call.pin ?? null },
    createdAt: metadata.creationTimestamp ?? '',
    expiresAt: new Date(endsAt).toISOString(),
    decidedBy: [spec.grantedBy, ...(status?.votes ?? [])].map(({ username }) => username).join(', '),
    ...{ decidedAt: null, reason: spec.reason ?? null, votes: null, usedUp: null, fresh: false },
    grant: { uses: status?.used?.length ?? 0, maxUses: spec.maxUses },
  };
}
