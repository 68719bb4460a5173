/** What the operator says of an MCPServer. */
import * as z from 'zod';
import { digestSchema, lineSchema, timestampSchema } from './common.ts';
import { conditionsSchema, countSchema, NOT_OBSERVED, observedGenerationSchema } from './condition.ts';

const podsSchema = z.strictObject({
  selected: countSchema().describe('Pods that the server is made of. Required.'),
  injected: countSchema().describe('Those of them that have a sidecar. Required.'),
  ready: countSchema().describe('Those of them that are ready for calls. Required.'),
});

const olderSchema = z.strictObject({
  revision: digestSchema.describe('Digest of what they get of it. Required.'),
  pods: countSchema().describe('Pods with such a gate. Required.'),
  enforced: countSchema().describe('Those of them that say they enforce it. Required.'),
});

const policySchema = z.strictObject({
  revision: digestSchema.optional().describe('Digest of the policy that every pod is to enforce. Default: none yet.'),
  since: timestampSchema
    .optional()
    .describe('When this revision became the one to enforce, as an RFC 3339 time. Default: not known.'),
  packs: z
    .array(lineSchema(127, 'finance/payments'))
    .max(1000)
    .describe('PolicyPacks that apply, as namespace/name. Required, at most 1000.'),
  enforced: countSchema().describe('Pods with a sidecar that say they enforce this revision. Required.'),
  summary: lineSchema(32, '3/3').describe('Pods that enforce it, of those with a sidecar, such as 3/3. Required.'),
  older: z
    .array(olderSchema)
    .max(16)
    .optional()
    .describe(
      'What pods enforce whose gates are too old for all of the policy; PolicyEnforced says more. At most 16. Default: every gate understands it.',
    ),
});

const serviceAccountsSchema = z.strictObject({
  audiences: z
    .array(lineSchema(256, 'ledger.finance.sallyport.dev'))
    .max(8)
    .describe('What a pod asks a token for that calls this server; one of them is enough. Required.'),
  issuer: lineSchema(2048, 'https://kubernetes.default.svc.cluster.local')
    .optional()
    .describe('What the API server calls itself in its tokens. Default: not known yet.'),
});

export const serverStatusSchema = z
  .strictObject({
    observedGeneration: observedGenerationSchema()
      .optional()
      .describe('Generation of the server that this status is about. Default: none yet.'),
    endpoint: lineSchema(2048, 'http://ledger.finance.svc:80/mcp')
      .optional()
      .describe('URL at which clients in the cluster reach the gate. Default: none yet.'),
    selector: lineSchema(32_768, 'app=ledger')
      .optional()
      .describe('Labels by which the pods are found, for autoscalers. Default: none yet.'),
    serviceAccounts: serviceAccountsSchema
      .optional()
      .describe('What lets ServiceAccounts of the cluster in. Default: none is let in.'),
    pods: podsSchema.optional().describe('How many pods there are. Default: not known yet.'),
    policy: policySchema.optional().describe('Which policy the pods enforce. Default: not known yet.'),
    conditions: conditionsSchema(
      'Ready, Injected, PolicyAccepted, PolicyEnforced, TrafficVerified, IdentityReady, StateShared, DefinitionsAccepted and AuditWitnessed; Reconciling and Stalled while they are true',
    ).optional(),
  })
  .meta(NOT_OBSERVED);
