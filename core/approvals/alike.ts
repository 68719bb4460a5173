/** Requests that are alike (the same principal asks for the same thing of the same server), and what was decided on them before. Pure. */
import { type ApprovalRequest, callOf, definitionOf, targetOf } from '../api/approval-request.ts';
import { diffDefinitions } from '../inspect/definitions/diff.ts';
import { readableDiff } from '../inspect/definitions/readable-diff.ts';

/** The most urgent first, in a list and among lists: times are RFC 3339, in UTC. */
export function groupsOf<R extends ApprovalRequest>(requests: readonly R[]): R[][] {
  const groups = new Map<string, R[]>();
  for (const request of requests.toSorted(byExpiry)) {
    const key = keyOf(request);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [request]);
    else group.push(request);
  }
  return [...groups.values()];
}

/** Arguments that are other than in another request, as JSON pointers (RFC 6901), as far as both show them. */
export function differingArguments(request: ApprovalRequest, other: ApprovalRequest): string[] {
  return diffDefinitions(argumentsOf(other), argumentsOf(request)).changes.map(({ pointer }) => pointer);
}

export interface Earlier<R> {
  readonly approved: number;
  readonly denied: number;
  /** How many of the approved ones have the vote of who looks. */
  readonly byYou: number;
  /** The one that was approved last. */
  readonly last?: R;
  /** What is other than in the last, in lines that are safe to show; empty: nothing, as far as both are shown. */
  readonly changes: readonly string[];
}

const APPROVED = new Set(['Approved', 'Consumed']);

/** `all`: what is kept; `you`: the user who looks, as the API server knows them. */
export function earlierThan<R extends ApprovalRequest>(
  request: ApprovalRequest,
  all: readonly R[],
  you?: string,
): Earlier<R> {
  const key = keyOf(request);
  const others = all.filter((other) => keyOf(other) === key && other.metadata.name !== request.metadata.name);
  const approved = others.filter(({ status }) => status !== undefined && APPROVED.has(status.state));
  const byYou = approved.filter(({ status }) =>
    status?.votes?.some(({ username, decision }) => username === you && decision === 'Approved'),
  );
  const last = approved.toSorted(byDecision).at(-1);
  return {
    approved: approved.length,
    denied: others.filter(({ status }) => status?.state === 'Denied').length,
    byYou: byYou.length,
    ...(last === undefined ? {} : { last }),
    changes: last === undefined ? [] : readableDiff(argumentsOf(last), argumentsOf(request)),
  };
}

/** Of one that this version does not know: alike only to itself. */
function keyOf(request: ApprovalRequest): string {
  const { metadata, spec } = request;
  const [call, definition] = [callOf(request), definitionOf(request)];
  const what =
    call !== undefined
      ? [call.method, targetOf(call).kind, targetOf(call).name]
      : definition === undefined
        ? [metadata.name]
        : ['definition', definition.kind, definition.name];
  const { name, issuer } = spec.principal;
  return JSON.stringify([metadata.namespace, spec.server, name, issuer, ...what]);
}

function argumentsOf(request: ApprovalRequest): Readonly<Record<string, unknown>> {
  return callOf(request)?.preview ?? {};
}

function byExpiry(a: ApprovalRequest, b: ApprovalRequest): number {
  return Date.parse(a.spec.expiresAt) - Date.parse(b.spec.expiresAt);
}

function byDecision(a: ApprovalRequest, b: ApprovalRequest): number {
  return decidedAt(a) - decidedAt(b);
}

function decidedAt({ status }: ApprovalRequest): number {
  return Date.parse(status?.decidedAt ?? '') || 0;
}
