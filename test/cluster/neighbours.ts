/**
 * Kinds of other projects whose names are those of ours, as much of them as decides what kubectl takes a word for: group, names and
 * versions, as their public definitions have them. Their schemas are their own business: here anything goes.
 */

interface Neighbour {
  readonly project: string;
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly versions: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

export const NEIGHBOURS: readonly Neighbour[] = [
  {
    project: 'kubernetes-sigs/mcp-lifecycle-operator',
    group: 'mcp.x-k8s.io',
    kind: 'MCPServer',
    plural: 'mcpservers',
    versions: ['v1beta1', 'v1alpha1'],
  },
  {
    project: 'kagent-dev/kmcp',
    group: 'kagent.dev',
    kind: 'MCPServer',
    plural: 'mcpservers',
    versions: ['v1alpha1'],
    shortNames: ['mcps', 'mcp'],
    categories: ['kagent'],
  },
  {
    project: 'stacklok/toolhive',
    group: 'toolhive.stacklok.dev',
    kind: 'MCPServer',
    plural: 'mcpservers',
    versions: ['v1beta1', 'v1alpha1'],
    // Which the API server takes for names of a resource wherever somebody writes one.
    shortNames: ['mcpserver', 'mcpservers'],
    categories: ['toolhive'],
  },
  {
    project: 'kubefleet-dev/kubefleet',
    group: 'placement.kubernetes-fleet.io',
    kind: 'ApprovalRequest',
    plural: 'approvalrequests',
    versions: ['v1beta1'],
    shortNames: ['areq'],
    categories: ['fleet', 'fleet-placement'],
  },
];

export function neighbourCrd({ group, kind, plural, versions, shortNames = [], categories = [] }: Neighbour): object {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), shortNames, categories },
      scope: 'Namespaced',
      versions: versions.map((name, index) => ({
        name,
        served: true,
        storage: index === 0,
        subresources: { status: {} },
        schema,
      })),
    },
  };
}
