/** tallyOf(terms, votes) → what the votes come to. Pure; what the API server holds the operator to says the same in CEL. */
import type { Quorum } from '../api/approvers.ts';
import { ANYBODY, isAmong, type Quorums } from './quorums.ts';

export interface VoteTerms {
  /** Undefined: one vote of anybody, as of requests that were made before there were quorums. */
  readonly quorums?: Quorums | undefined;
  readonly veto?: boolean | undefined;
}

export interface CastVote {
  readonly username: string;
  readonly groups?: readonly string[] | undefined;
  readonly decision: 'Approved' | 'Denied';
}

export interface Tally<V extends CastVote = CastVote> {
  /** Undefined: still open. */
  readonly outcome: 'Approved' | 'Denied' | undefined;
  /** Those that made it so. */
  readonly by: readonly V[];
  /** Votes for it so far. */
  readonly cast: number;
  /** How many it takes in all, at the least. */
  readonly needed: number;
  /** What is not met yet; `quorum` is how many are missing. */
  readonly missing: Quorums;
}

export function tallyOf<V extends CastVote>({ quorums, veto = true }: VoteTerms, votes: readonly V[]): Tally<V> {
  const wanted = quorums === undefined || quorums.length === 0 ? ANYBODY : quorums;
  const approving = votes.filter(({ decision }) => decision === 'Approved');
  const denying = votes.filter(({ decision }) => decision === 'Denied');
  const missing = missingOf(wanted, approving);
  const counted = {
    cast: approving.length,
    needed: approving.length + Math.max(0, ...missing.map(({ quorum }) => quorum)),
    missing,
  };
  const isDenied = denying.length > 0 && (veto || isDenial(wanted, denying));
  if (isDenied) return { ...counted, outcome: 'Denied', by: veto ? denying.slice(0, 1) : denying };
  if (missing.length === 0) return { ...counted, outcome: 'Approved', by: approving };
  return { ...counted, outcome: undefined, by: [] };
}

/** Without a veto: as many as it takes to approve are against it, or too few are left who could be for it. */
function isDenial(quorums: Quorums, denying: readonly CastVote[]): boolean {
  const against = new Set(denying.map(({ username }) => username));
  return (
    missingOf(quorums, denying).length === 0 ||
    quorums.some(({ quorum, approvers }) => {
      // Who is in a group nobody knows.
      if (approvers?.users === undefined || approvers.groups !== undefined) return false;
      return approvers.users.filter((user) => !against.has(user)).length < quorum;
    })
  );
}

function missingOf(quorums: Quorums, votes: readonly CastVote[]): Quorum[] {
  return quorums.flatMap((one) => {
    const missing = one.quorum - votes.filter((vote) => fits(vote, one)).length;
    return missing > 0 ? [{ ...one, quorum: missing }] : [];
  });
}

/** By the groups that the vote was cast with, whatever its voter is in now. */
function fits({ username, groups = [] }: CastVote, { approvers }: Quorum): boolean {
  if (approvers === undefined) return true;
  return (
    approvers.users?.includes(username) === true || approvers.groups?.some((group) => groups.includes(group)) === true
  );
}

/** For `kubectl get`. */
export function shortTally({ cast, needed }: Tally): string {
  return `${cast}/${needed}`;
}

/** A sentence without its end: `1 of 2 votes; still needs 1 of treasury`. */
export function tallyInWords({ cast, needed, missing }: Tally): string {
  const votes = `${cast} of ${needed} ${needed === 1 ? 'vote' : 'votes'}`;
  const some = missing.filter(({ approvers }) => approvers !== undefined);
  const named = some
    .filter((one) => !isSaidBy(one, some))
    .map(({ quorum, approvers }) => `${quorum} of ${namesOf(approvers)}`);
  return named.length === 0 ? votes : `${votes}; still needs ${named.join(' and ')}`;
}

/** Whether others that are missing say it already: two of both groups, beside one of each. */
function isSaidBy(one: Quorum, all: Quorums): boolean {
  const within = all.filter((other) => other !== one && isAmong(other.approvers, one.approvers));
  return within.reduce((sum, { quorum }) => sum + quorum, 0) >= one.quorum;
}

const MAX_NAMES = 4;

function namesOf(approvers: Quorum['approvers']): string {
  const names = [...(approvers?.groups ?? []), ...(approvers?.users ?? [])];
  const shown = names.slice(0, MAX_NAMES);
  return names.length === shown.length
    ? shown.join(' or ')
    : `${shown.join(', ')} or ${names.length - shown.length} more`;
}
