/** What is read of an ApprovalRequest. */
import { type ApprovalRequest, type ApprovalState, callOf } from '../../core/api/approval-request.ts';
import type { StoredRequest } from '../custom-resources.ts';

export type Spec = StoredRequest['spec'];
/** As the operator writes it. */
export type NewSpec = ApprovalRequest['spec'];
export type Status = NonNullable<StoredRequest['status']>;

export function stateOf({ status }: StoredRequest): ApprovalState {
  return status?.state ?? 'Pending';
}

/**
 * Tells a principal from all others, by what requests keep of it: two issuers may know different people by one name. No issuer has a
 * blank in it.
 */
export function callerIn({ name, issuer }: { readonly name: string; readonly issuer?: string | undefined }): string {
  return issuer === undefined ? name : `${issuer} ${name}`;
}

/** Identical calls of one principal to one server have one key. Anonymous callers share a name, which no token can have. */
export function callKey(namespace: string, server: string, principal: string, digest: string): string {
  return `${namespace}/${server} ${digest} ${principal}`;
}

/** Undefined for what is about no call that is known here. */
export function callKeyOf(request: StoredRequest): string | undefined {
  const { metadata, spec } = request;
  const call = callOf(request);
  return call && callKey(metadata.namespace ?? '', spec.server, callerIn(spec.principal), call.digest);
}

/** Whether an identical call would meet this request instead of asking anew; a refusal stands as long as an approval would have. */
export function isOpen(request: StoredRequest, now: number): boolean {
  const state = stateOf(request);
  return (
    (state === 'Pending' || state === 'Approved' || state === 'Denied') && now < Date.parse(request.spec.expiresAt)
  );
}
