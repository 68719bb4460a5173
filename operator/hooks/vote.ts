/**
 * One vote, cast in the name of a person: a patch of one field, which is all that this process ever asks of the API server. Everything that
 * makes a vote good is checked there, as if the person had sent it. That the request is the one that the person saw is checked in the patch itself
 * (RFC 6902, `test`), so that nothing has to be read, and nothing can change in between.
 */
import type { ApprovalDecision } from '../../core/api/approval-request.ts';
import type { DecisionTarget } from '../../core/approvals/decision-target.ts';
import { CUSTOM_RESOURCES } from '../custom-resources.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { ApiError } from '../kit/api-error.ts';
import { despiteConflicts } from '../kit/despite-conflicts.ts';
import type { Person } from './people.ts';

/** A sender may not know the uid; who presses a button always does. */
export interface VoteTarget extends Pick<DecisionTarget, 'namespace' | 'name' | 'subject'> {
  readonly uid?: string | undefined;
}

export interface Vote {
  readonly target: VoteTarget;
  readonly person: Person;
  readonly decision: ApprovalDecision;
  readonly reason: string | undefined;
}

/**
 * `refused`: by the API server, in whose words. `mismatched`: another request than the one that was shown. `gone`: no longer there.
 * `unreachable`: no answer, so that nobody knows whether the vote counts; it may be cast again, since a person has one.
 */
export type VoteOutcome =
  | { readonly kind: 'voted'; readonly votes: number }
  | { readonly kind: 'refused' | 'mismatched' | 'gone' | 'unreachable' | 'not-allowed'; readonly words: string };

const WITHIN_MS = 10_000;

export async function castVote(client: Pick<ApiClient, 'jsonPatch'>, vote: Vote): Promise<VoteOutcome> {
  const { target, person } = vote;
  const ref = { namespace: target.namespace, name: target.name };
  const as = { user: person.user, groups: person.groups };
  try {
    const voted = await despiteConflicts(() =>
      client.jsonPatch(CUSTOM_RESOURCES.ApprovalRequest, ref, patchOf(vote), {
        subresource: 'status',
        as,
        signal: AbortSignal.timeout(WITHIN_MS),
      }),
    );
    return { kind: 'voted', votes: voted.status?.votes?.length ?? 0 };
  } catch (error) {
    return outcomeOf(error, vote);
  }
}

function patchOf({ target: { uid, subject }, decision, reason }: Vote): readonly object[] {
  return [
    ...(uid === undefined ? [] : [{ op: 'test', path: '/metadata/uid', value: uid }]),
    ...(subject === undefined
      ? []
      : [{ op: 'test', path: `/spec/subject/${subject.field}/digest`, value: subject.digest }]),
    { op: 'add', path: '/status/decision', value: decision },
    ...(reason === undefined ? [] : [{ op: 'add', path: '/status/reason', value: reason }]),
  ];
}

function outcomeOf(error: unknown, { target, person }: Vote): VoteOutcome {
  const where = `${target.namespace}/${target.name}`;
  if (!(error instanceof ApiError) || error.status >= 500 || error.status === 429 || error.status === 409) {
    return {
      kind: 'unreachable',
      words: `the API server of the cluster did not answer in time, so nobody can say whether your vote on ${where} counts; send it again, it counts once`,
    };
  }
  if (error.status === 404) return { kind: 'gone', words: `the request ${where} is no longer there` };
  if (isOfPatch(error)) {
    return {
      kind: 'mismatched',
      words: `what was shown to you is not what the request ${where} is about now; look at the request itself`,
    };
  }
  if (error.status === 401 || /\bcannot impersonate\b|\bimpersonate:user-info\b/.test(error.said)) {
    return {
      kind: 'not-allowed',
      words: `votes of ${person.user} cannot come from here: whoever runs Sallyport has to look at its value approvals.hooks.people`,
    };
  }
  if (/\bcannot patch resource\b/.test(error.said)) {
    return {
      kind: 'refused',
      words: `${person.user} may not decide in the namespace ${target.namespace}: that takes a RoleBinding to the ClusterRole sallyport-approver, for this user or one of the groups in approvals.hooks.people`,
    };
  }
  return { kind: 'refused', words: wordsOf(error.said) };
}

/** A `test` that failed, or a place that is not there: nothing was wrong with what would have been written. */
function isOfPatch({ status, causes }: ApiError): boolean {
  return status === 422 && causes.length === 0;
}

/** What an admission policy says comes behind its name and that of its binding. */
function wordsOf(said: string): string {
  const [, words] = /denied request: ([^]+)$/.exec(said) ?? [];
  return (words ?? said).slice(0, 1000);
}

/** What the API server said, for the log. */
export function saidOf(outcome: VoteOutcome): object {
  return outcome.kind === 'voted' ? { votes: outcome.votes } : { why: outcome.words };
}
