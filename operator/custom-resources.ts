/** Our own kinds, as the API server serves them. */
import { API_VERSION } from '../core/api/common.ts';
import { defineResource, type RawObject, type Resource } from './kit/resource.ts';

function ours(kind: string, plural: string): Resource<RawObject> {
  return { ...defineResource(API_VERSION, kind, plural), installedBy: 'helm install sallyport-crds' };
}

export const CUSTOM_RESOURCES = {
  MCPServer: ours('MCPServer', 'mcpservers'),
  PolicyPack: ours('PolicyPack', 'policypacks'),
  ApprovalRequest: ours('ApprovalRequest', 'approvalrequests'),
} as const;
