/** Our own kinds, as the API server keeps and serves them. */
import type { ApprovalGrant } from '../core/api/approval-grant.ts';
import type { ApprovalRequest } from '../core/api/approval-request.ts';
import { API_VERSION } from '../core/api/common.ts';
import { defineResource, type KubeObject, type RawObject, type Resource } from './kit/resource.ts';

/**
 * Validated by the API server when it was made, which gives it a status from its first moment; only the answer to that write has none.
 * One that was made before there were subjects has lost what it was about: the API server takes out what the CRD no longer names.
 */
export interface StoredRequest extends KubeObject {
  readonly spec: Omit<ApprovalRequest['spec'], 'subject'> & Partial<Pick<ApprovalRequest['spec'], 'subject'>>;
  readonly status?: NonNullable<ApprovalRequest['status']>;
}

/** The API server gives it a status from its first moment, too. */
export interface StoredGrant extends KubeObject {
  readonly spec: ApprovalGrant['spec'];
  readonly status?: NonNullable<ApprovalGrant['status']>;
}

function ours<T extends KubeObject = RawObject>(kind: string, plural: string): Resource<T> {
  return { ...defineResource<T>(API_VERSION, kind, plural), installedBy: 'helm install sallyport-crds' };
}

export const CUSTOM_RESOURCES = {
  MCPServer: ours('MCPServer', 'mcpservers'),
  PolicyPack: ours('PolicyPack', 'policypacks'),
  ApprovalRequest: ours<StoredRequest>('ApprovalRequest', 'approvalrequests'),
  ApprovalGrant: ours<StoredGrant>('ApprovalGrant', 'approvalgrants'),
} as const;
