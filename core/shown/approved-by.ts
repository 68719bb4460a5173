/** How often one person let calls like this one through: counted by whoever shows them the request, since each reads another number. */
import { type ApprovalRequest, callOf, targetOf } from '../api/approval-request.ts';

export interface ApprovedBy {
  readonly count: number;
  /** When they did so last, as an RFC 3339 time; undefined: never, or it is not known. */
  readonly last: string | undefined;
}

/** `requests`: all that are kept in its namespace. Alike are calls of one principal to one tool of one server. */
export function approvedBy(
  username: string,
  request: ApprovalRequest,
  requests: readonly ApprovalRequest[],
): ApprovedBy | undefined {
  const key = keyOf(request);
  if (key === undefined) return undefined;
  const times = requests.flatMap((other) => {
    if (other.metadata.name === request.metadata.name || keyOf(other) !== key) return [];
    const vote = other.status?.votes?.find((one) => one.username === username && one.decision === 'Approved');
    return vote === undefined ? [] : [vote.time ?? ''];
  });
  const last = times.toSorted().at(-1);
  return { count: times.length, last: last === '' ? undefined : last };
}

/** Undefined for what is about no call. */
function keyOf(request: ApprovalRequest): string | undefined {
  const { metadata, spec } = request;
  const call = callOf(request);
  if (call === undefined) return undefined;
  const { kind, name } = targetOf(call);
  return JSON.stringify([metadata.namespace, spec.server, spec.principal.name, kind, name]);
}
