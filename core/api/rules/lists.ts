/** Every list of rules that a pack can have; they share one set of names. */
import type * as z from 'zod';
import { methodRulesSchema } from './methods.ts';
import { promptRulesSchema } from './prompts.ts';
import { resourceRulesSchema } from './resources.ts';
import { toolRulesSchema } from './tools.ts';

export const ruleLists = {
  tools: toolRulesSchema,
  resources: resourceRulesSchema,
  prompts: promptRulesSchema,
  methods: methodRulesSchema,
} as const;

/** What else has a name by which it is found in decisions. */
const NAMED = [...Object.keys(ruleLists), 'sequences'];

/** Takes a spec with faults in it as well, so that one run names them all. */
export function checkRuleNames(spec: unknown, ctx: z.RefinementCtx): void {
  const seen = new Map<string, string>();
  for (const list of NAMED) {
    const rules: unknown = (spec as Record<string, unknown> | null)?.[list];
    if (!Array.isArray(rules)) continue;
    for (const [index, rule] of rules.entries()) {
      const name: unknown = (rule as { name?: unknown } | null)?.name;
      if (typeof name !== 'string') continue;
      const first = seen.get(name);
      if (first === undefined) {
        seen.set(name, `${list}[${index}]`);
        continue;
      }
      const message = `is the name of ${first} already; give every rule of a pack a name of its own`;
      ctx.addIssue({ code: 'custom', path: [list, index, 'name'], message });
    }
  }
}
