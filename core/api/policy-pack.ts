/** A PolicyPack: rules on the tools, resources and prompts of the servers it selects, and on what these may ask of clients. */
import * as z from 'zod';
import { API_VERSION, metadataSchema, nameSchema, selectorSchema } from './common.ts';
import { detectorsSchema } from './detectors.ts';
import { HALTED_IN_SHADOW, haltSchema } from './halt.ts';
import { cel } from './kubernetes.ts';
import { MODES } from './modes.ts';
import { packStatusSchema } from './pack-status.ts';
import type { Problem } from './problem.ts';
import { requestersSchema } from './requesters.ts';
import { riskSchema } from './risk.ts';
import { cacheSchema } from './rules/cache.ts';
import { clientRequestsSchema } from './rules/client-requests.ts';
import { definitionsSchema } from './rules/definitions.ts';
import { dlpSchema } from './rules/dlp.ts';
import { grantCeilingsSchema } from './rules/grants.ts';
import { labelsSchema } from './rules/labels.ts';
import { taintSchema } from './rules/taint.ts';
import { checkRuleNames, ruleLists } from './rules/lists.ts';
import { contradictionsIn } from './rules/sequence-contradictions.ts';
import { type SaidSequence, sequencesSchema } from './rules/sequences.ts';
import { argumentSettingsSchema } from './settings/arguments.ts';
import { auditSchema } from './settings/audit.ts';
import { limitsSchema } from './settings/limits.ts';
import { wireSchema } from './settings/wire.ts';

const targetsSchema = selectorSchema(
  'selects nothing; write a label, or remove `targets` to mean every server',
  'Labels that an MCPServer must all carry for the pack to apply to it. Required, 1 to 64 entries.',
);

const namespaceSelectorSchema = selectorSchema(
  'selects nothing; write a label, or remove `namespaceSelector` to mean every namespace',
  'Labels that a namespace must all carry for the pack to apply to servers in it. Required, 1 to 64 entries.',
);

const specSchema = z
  .strictObject({
    mode: z
      .enum(MODES)
      .default('Enforce')
      .describe(
        'Enforce acts on the decisions of the pack; Shadow records what it would have decided. Default: Enforce.',
      ),
    targets: targetsSchema
      .optional()
      .describe(
        'Which servers the pack applies to. Default: every MCPServer of the namespace, or of the namespaces it reaches.',
      ),
    namespaceSelector: namespaceSelectorSchema
      .optional()
      .describe(
        'Which namespaces the pack reaches. Only in the namespace of the operator, whose packs reach others; elsewhere it is refused. Default: there every namespace, elsewhere the own one.',
      ),
    halt: haltSchema
      .optional()
      .describe(
        'The kill switch: as long as the pack is there, its servers do nothing, or not what is named here. Open streams and held calls end. Default: nothing is halted.',
      ),
    labels: labelsSchema
      .optional()
      .describe(
        'What tools are called by in rules that speak of kinds of tools: by label, patterns of names, in which * stands for any characters. A label of any pack counts for all packs of a server. 1 to 64 labels with 1 to 256 patterns each. Default: none.',
      ),
    ...ruleLists,
    clientRequests: clientRequestsSchema
      .optional()
      .describe('What servers may ask of clients. Default: everything is passed on, but for URLs that are not safe.'),
    arguments: argumentSettingsSchema
      .optional()
      .describe('What is asked of the arguments of every tool. Default: nothing beside what rules ask.'),
    detectors: detectorsSchema
      .optional()
      .describe(
        'Detectors that look at the arguments of all tools: what they find is denied, whatever rules allow. Default: only what rules ask for by `arguments`.',
      ),
    definitions: definitionsSchema
      .optional()
      .describe(
        'What servers may say of their tools, prompts, resource templates and themselves. Default: they are passed on as they are.',
      ),
    dlp: dlpSchema
      .optional()
      .describe(
        'What is looked for in what is said: secrets, data about people, patterns and words, and what becomes of it. At most 64. Default: nothing is.',
      ),
    sequences: sequencesSchema
      .optional()
      .describe(
        'What has to come before a call, what must not have, how many calls are too many, and in which order they have to come. At most 64. Default: none of it matters.',
      ),
    taint: taintSchema
      .optional()
      .describe(
        'What must not get from one tool to another: where it comes from, where it must not go, and what becomes of a call that carries it there. 1 to 64. Default: nothing is followed.',
      ),
    grants: grantCeilingsSchema
      .optional()
      .describe(
        'How far standing grants (ApprovalGrant) may go, whatever rules say: the lowest of all packs of a server holds, so one in the namespace of the operator holds for all. Default: as far as the rules say.',
      ),
    cache: cacheSchema
      .optional()
      .describe(
        'Results of tools that are kept, so that the same call is answered without the server; every call is decided on all the same. At most 16. Default: nothing is kept.',
      ),
    limits: limitsSchema
      .optional()
      .describe('Limits on calls and sessions. Default: those of the other packs, or the defaults.'),
    risk: riskSchema
      .optional()
      .describe(
        'Points for what is unusual or has gone wrong, and from how many on a person is asked or calls are refused. Default: nobody has points.',
      ),
    wire: wireSchema
      .optional()
      .describe('How messages to the servers are read. Default: as strictly as for any server.'),
    requesters: requestersSchema.optional(),
    audit: auditSchema.optional().describe('How calls are recorded. Default: Async, or what other packs require.'),
  })
  // `when`: also on a spec with faults in it, so that one run names them all.
  .superRefine(checkRuleNames, { when: () => true })
  .superRefine(checkHalt, { when: () => true })
  .superRefine(checkSequences)
  .meta(cel({ rule: "!has(self.halt) || self.mode != 'Shadow'", message: `halt ${HALTED_IN_SHADOW}` }));

function checkSequences(
  { sequences = [], labels }: { sequences?: readonly SaidSequence[] | undefined; labels?: Labelled | undefined },
  ctx: z.RefinementCtx,
): void {
  for (const { index, field, message } of contradictionsIn(sequences, labels))
    ctx.addIssue({ code: 'custom', path: ['sequences', index, field], message });
}

type Labelled = z.infer<typeof labelsSchema>;

function checkHalt(spec: unknown, ctx: z.RefinementCtx): void {
  const { halt, mode } = (spec ?? {}) as { readonly halt?: unknown; readonly mode?: unknown };
  if (halt !== undefined && mode === 'Shadow')
    ctx.addIssue({ code: 'custom', path: ['halt'], message: HALTED_IN_SHADOW });
}

export const policyPackSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION).describe(`Always ${API_VERSION}. Required.`),
    kind: z.literal('PolicyPack').describe('Always PolicyPack. Required.'),
    metadata: metadataSchema(nameSchema('payments')).describe('Name, namespace and labels of the pack. Required.'),
    spec: specSchema.describe('The rules and limits of the pack. Required.'),
    status: packStatusSchema.optional().describe('What the operator says of it. Default: nothing yet.'),
  })
  .describe(
    'Rules on what principals may do with the MCP servers of a namespace; in the namespace of the operator, of every namespace that is selected.',
  );

/** As parsed: defaults are filled in. */
export type PolicyPack = z.infer<typeof policyPackSchema>;
/** As written in YAML. */
export type PolicyPackInput = z.input<typeof policyPackSchema>;

/** What no schema can know: where the operator is. Such a field elsewhere would promise a reach that the pack does not have. */
export function checkPackPlacement(
  { metadata, spec }: PolicyPack,
  rootNamespace: string,
): Pick<Problem, 'path' | 'message' | 'mend'>[] {
  if (metadata.namespace === rootNamespace) return [];
  const where = `in the namespace ${metadata.namespace}: only packs in ${rootNamespace}, the namespace of the operator,`;
  const mend = `remove it, or move the pack to ${rootNamespace}`;
  return [
    ...(spec.namespaceSelector === undefined
      ? []
      : [{ path: 'spec.namespaceSelector', message: `has no meaning ${where} reach other namespaces`, mend }]),
    ...(spec.requesters === undefined
      ? []
      : [{ path: 'spec.requesters', message: `has no meaning ${where} say who stands behind principals`, mend }]),
  ];
}
