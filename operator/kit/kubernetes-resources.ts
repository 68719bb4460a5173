/** The kinds of Kubernetes itself that are read or written. */
import { defineResource, type KubeObject } from './resource.ts';

export interface Lease extends KubeObject {
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    /** MicroTime: six digits after the second, which a `Date` does not keep. */
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}

export const RESOURCES = {
  Pod: defineResource('v1', 'Pod', 'pods'),
  Service: defineResource('v1', 'Service', 'services'),
  ServiceAccount: defineResource('v1', 'ServiceAccount', 'serviceaccounts'),
  ConfigMap: defineResource('v1', 'ConfigMap', 'configmaps'),
  Secret: defineResource('v1', 'Secret', 'secrets'),
  Namespace: defineResource('v1', 'Namespace', 'namespaces', 'cluster'),
  Deployment: defineResource('apps/v1', 'Deployment', 'deployments'),
  EndpointSlice: defineResource('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
  Lease: defineResource<Lease>('coordination.k8s.io/v1', 'Lease', 'leases'),
  Event: defineResource('events.k8s.io/v1', 'Event', 'events'),
  TokenReview: defineResource('authentication.k8s.io/v1', 'TokenReview', 'tokenreviews', 'cluster'),
  SubjectAccessReview: defineResource(
    'authorization.k8s.io/v1',
    'SubjectAccessReview',
    'subjectaccessreviews',
    'cluster',
  ),
  CustomResourceDefinition: defineResource(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'customresourcedefinitions',
    'cluster',
  ),
  MutatingWebhookConfiguration: defineResource(
    'admissionregistration.k8s.io/v1',
    'MutatingWebhookConfiguration',
    'mutatingwebhookconfigurations',
    'cluster',
  ),
  ValidatingWebhookConfiguration: defineResource(
    'admissionregistration.k8s.io/v1',
    'ValidatingWebhookConfiguration',
    'validatingwebhookconfigurations',
    'cluster',
  ),
  MutatingAdmissionPolicy: defineResource(
    'admissionregistration.k8s.io/v1',
    'MutatingAdmissionPolicy',
    'mutatingadmissionpolicies',
    'cluster',
  ),
  MutatingAdmissionPolicyBinding: defineResource(
    'admissionregistration.k8s.io/v1',
    'MutatingAdmissionPolicyBinding',
    'mutatingadmissionpolicybindings',
    'cluster',
  ),
  ValidatingAdmissionPolicy: defineResource(
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicy',
    'validatingadmissionpolicies',
    'cluster',
  ),
  ValidatingAdmissionPolicyBinding: defineResource(
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicyBinding',
    'validatingadmissionpolicybindings',
    'cluster',
  ),
} as const;
