/** Every kind of rule that there is, and so what a bundle holds of one pack. */
import * as z from 'zod';
import { MODES } from '../../api/modes.ts';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { clientRequestSchema, compileClientRequests } from './client-requests.ts';
import { compileDefinitions, definitionsRuleSchema } from './definitions.ts';
import { methodRules } from './methods.ts';
import { promptRules } from './prompts.ts';
import { resourceRules } from './resources.ts';
import { toolRules } from './tools.ts';

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
  /** Absent: the pack says nothing of what servers list. The feature `definitions`. */
  definitions: definitionsRuleSchema.exactOptional(),
});
export type BundlePack = Readonly<z.infer<typeof packSchema>>;

export function compilePack({ metadata, spec }: PolicyPack): BundlePack {
  const ref = `${metadata.namespace}/${metadata.name}`;
  return {
    ref,
    mode: spec.mode,
    rules: TARGET_RULES.flatMap((kind) => kind.compile(ref, spec)),
    clientRequests: compileClientRequests(ref, spec),
    ...compileDefinitions(ref, spec),
  };
}
