/** What a CRD says beside its schema: names, and what `kubectl get` prints, which answers the first question one has. */
import type { resourceSchemas } from '../kinds.ts';

export interface Column {
  name: string;
  type: 'string' | 'integer' | 'date';
  jsonPath: string;
  /** 1: with `-o wide` only. */
  priority?: 1;
}

export interface CrdKind {
  plural: string;
  singular: string;
  shortNames: string[];
  columns: Column[];
  /** For `kubectl get --field-selector`. */
  selectable: string[];
  /** For `kubectl scale` and autoscalers: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#scale-subresource */
  scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath: string };
}

const AGE: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

function condition(type: string, field: 'status' | 'reason' | 'message'): string {
  return `.status.conditions[?(@.type=="${type}")].${field}`;
}

export const CRD_KINDS: Readonly<Record<keyof typeof resourceSchemas, CrdKind>> = {
  MCPServer: {
    plural: 'mcpservers',
    singular: 'mcpserver',
    // Not mcp, which OpenShift has for its MachineConfigPools, nor mcps, which kmcp (kagent.dev) has for its own MCPServers.
    shortNames: ['smcp'],
    columns: [
      { name: 'Ready', type: 'string', jsonPath: condition('Ready', 'status') },
      { name: 'Policy', type: 'string', jsonPath: condition('PolicyAccepted', 'reason') },
      { name: 'Enforced', type: 'string', jsonPath: '.status.policy.summary' },
      { name: 'URL', type: 'string', jsonPath: '.status.endpoint' },
      AGE,
      { name: 'Verified', type: 'string', jsonPath: condition('TrafficVerified', 'status'), priority: 1 },
      { name: 'Packs', type: 'string', jsonPath: '.status.policy.packs', priority: 1 },
      { name: 'Revision', type: 'string', jsonPath: '.status.policy.revision', priority: 1 },
    ],
    selectable: [],
    scale: {
      specReplicasPath: '.spec.run.replicas',
      statusReplicasPath: '.status.pods.selected',
      labelSelectorPath: '.status.selector',
    },
  },
  PolicyPack: {
    plural: 'policypacks',
    singular: 'policypack',
    shortNames: ['packs', 'pack'],
    columns: [
      { name: 'Mode', type: 'string', jsonPath: '.spec.mode' },
      { name: 'Halts', type: 'string', jsonPath: '.spec.halt.reason' },
      { name: 'Servers', type: 'integer', jsonPath: '.status.servers.count' },
      { name: 'Accepted', type: 'string', jsonPath: condition('Accepted', 'status') },
      AGE,
      { name: 'Revision', type: 'string', jsonPath: '.status.revision', priority: 1 },
    ],
    selectable: ['.spec.mode'],
  },
  ApprovalRequest: {
    plural: 'approvalrequests',
    singular: 'approvalrequest',
    shortNames: ['approvals', 'approval'],
    columns: [
      { name: 'Server', type: 'string', jsonPath: '.spec.server' },
      { name: 'Tool', type: 'string', jsonPath: '.spec.subject.call.tool' },
      { name: 'Definition', type: 'string', jsonPath: '.spec.subject.definition.name' },
      { name: 'Requester', type: 'string', jsonPath: '.spec.principal.name' },
      { name: 'State', type: 'string', jsonPath: '.status.state' },
      { name: 'Votes', type: 'string', jsonPath: '.status.tally' },
      // As text: kubectl prints a date as the time since then, and this one is to come.
      { name: 'Expires', type: 'string', jsonPath: '.spec.expiresAt' },
      { name: 'Resource', type: 'string', jsonPath: '.spec.subject.call.resource', priority: 1 },
      { name: 'Prompt', type: 'string', jsonPath: '.spec.subject.call.prompt', priority: 1 },
      { name: 'Rule', type: 'string', jsonPath: '.spec.rule', priority: 1 },
      { ...AGE, priority: 1 },
    ],
    selectable: ['.spec.server', '.status.state'],
  },
  ApprovalGrant: {
    plural: 'approvalgrants',
    singular: 'approvalgrant',
    shortNames: ['agr'],
    columns: [
      { name: 'Server', type: 'string', jsonPath: '.spec.server' },
      { name: 'Tool', type: 'string', jsonPath: '.spec.tool' },
      { name: 'Principal', type: 'string', jsonPath: '.spec.principal.name' },
      { name: 'State', type: 'string', jsonPath: '.status.state' },
      { name: 'Uses', type: 'integer', jsonPath: '.status.uses' },
      { name: 'Of', type: 'integer', jsonPath: '.spec.maxUses' },
      // As text: kubectl prints a date as the time since then, and this one is to come.
      { name: 'Expires', type: 'string', jsonPath: '.spec.expiresAt' },
      { name: 'By', type: 'string', jsonPath: '.spec.grantedBy.username' },
      { name: 'Last used', type: 'date', jsonPath: '.status.lastUsedAt', priority: 1 },
      { name: 'Why', type: 'string', jsonPath: condition('Usable', 'message'), priority: 1 },
      { ...AGE, priority: 1 },
    ],
    selectable: ['.spec.server', '.status.state'],
  },
};
