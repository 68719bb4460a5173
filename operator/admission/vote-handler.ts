/**
 * `/vote`: what a MutatingAdmissionPolicy of the chart does on clusters that have them (1.36 on, KEP-3962), for those that do not. The
 * one field `status.decision` that a person writes becomes a vote in the name that the API server authenticated. Nothing here is
 * refused: a ValidatingAdmissionPolicy, which the API server runs after this, checks every change and says what is wrong with it.
 */
import type { Operation } from '../injection/patch.ts';
import type { Spec } from '../approvals/request.ts';
import type { AdmissionHandler, AdmissionRequest } from './review.ts';

/** As it was sent: the schema of the kind is checked after this. */
interface SentStatus {
  readonly decision?: unknown;
  readonly reason?: unknown;
  readonly votes?: unknown;
}

export function voteHandler(): AdmissionHandler {
  return {
    reasons: { allowed: ['not-a-vote', 'voted-already'], patched: ['vote'] },
    answer(request) {
      const username = request.userInfo?.username ?? '';
      const status = statusOf(request);
      if (status?.decision === undefined || username === '') return { allowed: true, reason: 'not-a-vote' };
      if (votesOf(status).some((vote) => vote?.username === username)) {
        return { allowed: true, reason: 'voted-already' };
      }
      const groups = groupsThatMatter(request);
      return { allowed: true, reason: 'vote', patch: patchOf(status, { username, groups }) };
    },
  };
}

function statusOf({ kind, operation, subResource, object }: AdmissionRequest): SentStatus | undefined {
  const isStatus = kind.group === 'sallyport.dev' && kind.kind === 'ApprovalRequest' && subResource === 'status';
  if (!isStatus || operation !== 'UPDATE') return undefined;
  const status: unknown = object?.status;
  return typeof status === 'object' && status !== null ? status : undefined;
}

function votesOf({ votes }: SentStatus): readonly ({ readonly username?: unknown } | null)[] {
  return Array.isArray(votes) ? votes : [];
}

/** Of all that they are in, those that the quorums of the request name, in the order in which the API server knows them. */
function groupsThatMatter({ object, userInfo }: AdmissionRequest): string[] {
  const { quorums } = (object?.['spec'] ?? {}) as Partial<Spec>;
  const named = new Set((quorums ?? []).flatMap(({ approvers }) => approvers?.groups ?? []));
  return (userInfo?.groups ?? []).filter((group) => named.has(group));
}

interface Voter {
  readonly username: string;
  readonly groups: readonly string[];
}

/** What the policy makes (charts/sallyport/templates/approval-policies.yaml). */
function patchOf({ decision, reason, votes }: SentStatus, { username, groups }: Voter): Operation[] {
  const vote = {
    ...{ username, decision },
    ...(groups.length === 0 ? {} : { groups }),
    ...(reason === undefined ? {} : { reason }),
  };
  return [
    votes === undefined
      ? { op: 'add', path: '/status/votes', value: [vote] }
      : { op: 'add', path: '/status/votes/-', value: vote },
    { op: 'remove', path: '/status/decision' },
    ...(reason === undefined ? [] : [{ op: 'remove', path: '/status/reason' } as const]),
  ];
}
