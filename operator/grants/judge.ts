/** judgeGrant(grant, circumstances) → where a standing grant is, and why: pure. The same for `kubectl get` and in the moment of use. */
import { type ApprovalGrant, type GrantState, MAX_GRANT_GROUPS } from '../../core/api/approval-grant.ts';
import { type CastVote, tallyInWords, tallyOf, type VoteTerms } from '../../core/approvals/tally.ts';
import type { Allowance } from '../approvals/grant-allowance.ts';

/** As the API server keeps it. */
export interface StoredGrantParts {
  readonly metadata: { readonly creationTimestamp?: string | undefined };
  readonly spec: ApprovalGrant['spec'];
  readonly status?: ApprovalGrant['status'];
}

/** What is known of who stands behind the principal: their word on its calls is worth nothing. */
export interface Behind {
  readonly kubernetesUsers?: readonly string[] | undefined;
  readonly kubernetesGroups?: readonly string[] | undefined;
}

export interface Circumstances {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** By the policy that is in force. */
  readonly allowance: Allowance;
  readonly votes: VoteTerms;
  readonly behind: Behind;
}

export interface Judged {
  readonly state: GrantState;
  /** For the condition `Usable`. */
  readonly reason: string;
  readonly message: string;
  /** When it is over at the latest, milliseconds since the epoch. */
  readonly endsAt: number;
}

/** The clock of whoever wrote `expiresAt` may be before that of the API server: by so much a grant is cut, and not refused. */
const SKEW_MS = 300_000;

export function judgeGrant(grant: StoredGrantParts, { now, allowance, votes, behind }: Circumstances): Judged {
  const { spec, status } = grant;
  const expiresAt = Date.parse(spec.expiresAt);
  const madeAt = Date.parse(grant.metadata.creationTimestamp ?? '') || now;
  const maxMs = 'refused' in allowance ? undefined : allowance.maxMs;
  const endsAt = maxMs === undefined ? expiresAt : Math.min(expiresAt, madeAt + maxMs);
  const judged = (state: GrantState, reason: string, message: string): Judged => ({ state, reason, message, endsAt });

  const cast = votesOf(grant);
  // A denial is the last word on what nobody has asked yet, whatever a rule says of single calls; the API server sees to it as well.
  const tally = tallyOf({ ...votes, veto: true }, cast);
  const uses = status?.used?.length ?? 0;
  if (spec.revoked === true) return judged('Revoked', 'Revoked', 'It was taken back.');
  if (tally.outcome === 'Denied')
    return judged('Denied', 'Denied', `${tally.by[0]?.username ?? 'Somebody'} denied it.`);
  if (uses >= spec.maxUses) return judged('UsedUp', 'UsedUp', `It has let through all of its ${spec.maxUses} calls.`);
  if (now >= endsAt) return judged('Expired', 'Expired', 'Its time is over.');
  if ('refused' in allowance) return judged('Refused', 'NotAllowed', sentence(allowance.refused));
  if (expiresAt > madeAt + allowance.maxMs + SKEW_MS)
    return judged(
      'Refused',
      'TooLong',
      `It is to stand for longer than ${inMinutes(allowance.maxMs)}; make a shorter one.`,
    );
  if (spec.maxUses > allowance.maxUses)
    return judged('Refused', 'TooManyUses', `It has more than ${allowance.maxUses} uses; make one with fewer.`);
  const own = cast.find((vote) => isBehind(vote, spec.principal.name, behind));
  if (own !== undefined) {
    const message = `${own.username} stands behind ${spec.principal.name} and cannot grant its calls; somebody else has to make the grant.`;
    return judged('Refused', 'GrantedByRequester', message);
  }
  const unclear = cast.find((vote) => mayBeBehind(vote, behind));
  if (unclear !== undefined) {
    const message = `${unclear.username} is in more groups than a grant keeps, so it is not known whether they stand behind ${spec.principal.name}; somebody else has to make the grant, or the requesters name users.`;
    return judged('Refused', 'GrantedByRequester', message);
  }
  if (tally.outcome !== 'Approved') return judged('Pending', 'NeedsVotes', `It has ${tallyInWords(tally)}.`);
  const message = `${uses} of ${spec.maxUses} uses, until ${new Date(endsAt).toISOString().slice(0, 19)}Z.`;
  return judged('Active', 'Active', message);
}

/** Whoever made it has voted by that. */
function votesOf({ spec: { grantedBy }, status }: StoredGrantParts): CastVote[] {
  const author = { ...grantedBy, decision: 'Approved' } as const;
  return [author, ...(status?.votes ?? []).filter(({ username }) => username !== grantedBy.username)];
}

function isBehind({ username, groups = [] }: CastVote, principal: string, behind: Behind): boolean {
  return (
    username === principal ||
    behind.kubernetesUsers?.includes(username) === true ||
    groups.some((group) => behind.kubernetesGroups?.includes(group))
  );
}

/** By a group that did not fit into the record of the vote. */
function mayBeBehind({ groups = [] }: CastVote, { kubernetesGroups = [] }: Behind): boolean {
  return kubernetesGroups.length > 0 && groups.length >= MAX_GRANT_GROUPS;
}

function inMinutes(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
