/** Every kind of rule that there is, and so what a bundle holds of one pack. */
import * as z from 'zod';
import { type Mode, MODES } from '../../api/modes.ts';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { budgetRuleSchema, compileBudgets } from './budgets.ts';
import { callLimitsSchema, compileCallLimits } from './call-limits.ts';
import { cacheEntrySchema, compileCache } from './cache.ts';
import { type BundleClientRequest, clientRequestSchema, compileClientRequests } from './client-requests.ts';
import { compileDefinitions, definitionsRuleSchema } from './definitions.ts';
import { compileDetectors, detectorsSchema } from './detectors.ts';
import { compileDlp, dlpRuleSchema } from './dlp.ts';
import { argumentLimitsSchema, compileArgumentLimits } from './argument-limits.ts';
import { compileInputSchema, inputSchemaRule } from './input-schema.ts';
import { compileGrantCeilings, grantCeilingsSchema } from './grants.ts';
import { compileHalt, haltRules, haltSchema } from './halt.ts';
import { compileLabels, packLabelsSchema } from './labels.ts';
import { methodRules } from './methods.ts';
import { promptRules } from './prompts.ts';
import { compileRisk, riskSchema } from './risk.ts';
import { resourceRules } from './resources.ts';
import { compileSequences, sequenceRuleSchema } from './sequences.ts';
import { compileTaint, taintRuleSchema } from './taint.ts';
import { toolRules } from './tools.ts';
import type { ReadCondition } from './when.ts';

/** In the order in which a bundle has them. */
export const TARGET_RULES = [toolRules, resourceRules, promptRules, methodRules] as const;

const ruleSchema = z.discriminatedUnion('target', [
  toolRules.schema,
  resourceRules.schema,
  promptRules.schema,
  methodRules.schema,
]);
export type BundleRule = Readonly<z.infer<typeof ruleSchema>>;

export const packSchema = z.strictObject({
  /** `namespace/name`. */
  ref: z.string(),
  mode: z.enum(MODES),
  rules: z.array(ruleSchema).readonly(),
  /** At most one of each kind. */
  clientRequests: z.array(clientRequestSchema).readonly(),
  /** Absent: nothing is looked for. The feature `dlp`. */
  dlp: z.array(dlpRuleSchema).readonly().exactOptional(),
  /**
   * What only records, in a pack that is enforced. In lists of their own, so that a gate that does not know them passes over them: to
   * take such a rule for one that is enforced would be wrong whatever it says. Absent where there are none; the feature `rules.mode`.
   */
  shadowRules: z.array(ruleSchema).readonly().exactOptional(),
  shadowClientRequests: z.array(clientRequestSchema).readonly().exactOptional(),
  /** Absent: the pack says nothing of what servers list. The feature `definitions`. */
  definitions: definitionsRuleSchema.exactOptional(),
  /** Absent: none. The feature `detectors`; where they only record, `rules.mode` besides. */
  detectors: detectorsSchema.exactOptional(),
  shadowDetectors: detectorsSchema.exactOptional(),
  /** Absent: schemas of tools are not looked at. The feature `inputSchema`; where it only records, `rules.mode` besides. */
  inputSchema: inputSchemaRule.exactOptional(),
  shadowInputSchema: inputSchemaRule.exactOptional(),
  /** Absent: none. The feature `arguments.limits`; where they only record, `rules.mode` besides. */
  argumentLimits: argumentLimitsSchema.exactOptional(),
  shadowArgumentLimits: argumentLimitsSchema.exactOptional(),
  /** Absent: standing grants go as far as the rules say. The feature `approval.grants`. */
  grants: grantCeilingsSchema.exactOptional(),
  /** Absent: no result is kept. The feature `cache`. */
  cache: z.array(cacheEntrySchema).readonly().exactOptional(),
  /** Absent: nothing is halted. The feature `halt`. */
  halt: haltSchema.exactOptional(),
  /** Absent: nobody has points. The feature `risk`. */
  risk: riskSchema.exactOptional(),
  /** Absent: callers spend what they like. The feature `limits.budget`. */
  budgets: z.array(budgetRuleSchema).readonly().exactOptional(),
  /** Absent: none. The feature `labels`. */
  labels: packLabelsSchema.exactOptional(),
  /** Absent: what came before matters to none. The feature `sequences`. */
  sequences: z.array(sequenceRuleSchema).readonly().exactOptional(),
  /** Absent: nothing is followed. The feature `taint`. */
  taint: z.array(taintRuleSchema).readonly().exactOptional(),
  /** Absent: nothing is counted. The feature `limits.calls`. */
  callLimits: callLimitsSchema.exactOptional(),
});
export type BundlePack = Readonly<z.infer<typeof packSchema>>;

export function compilePack({ metadata, spec }: PolicyPack, read: ReadCondition): BundlePack {
  const ref = `${metadata.namespace}/${metadata.name}`;
  const rules = (mode: Mode): BundleRule[] => TARGET_RULES.flatMap((kind) => kind.compile(ref, spec, mode, read));
  const requests = (mode: Mode): BundleClientRequest[] => compileClientRequests(ref, spec, mode, read);
  const [shadowRules, shadowClientRequests] = [rules('Shadow'), requests('Shadow')];
  const dlp = compileDlp(ref, spec, read);
  return {
    ref,
    mode: spec.mode,
    rules: [...rules('Enforce'), ...haltRules(ref, spec)],
    clientRequests: requests('Enforce'),
    ...(shadowRules.length === 0 ? {} : { shadowRules }),
    ...(shadowClientRequests.length === 0 ? {} : { shadowClientRequests }),
    ...compileDefinitions(ref, spec),
    ...compileDetectors(ref, spec, read),
    ...compileInputSchema(ref, spec),
    ...compileArgumentLimits(ref, spec),
    ...compileGrantCeilings(spec),
    ...compileHalt(spec),
    ...compileRisk(ref, spec),
    ...compileBudgets(ref, spec, read),
    ...compileTaint(ref, spec),
    ...compileCache(ref, spec),
    ...compileLabels(spec),
    ...compileSequences(ref, spec),
    ...compileCallLimits(ref, spec),
    ...(dlp.length === 0 ? {} : { dlp }),
  };
}
