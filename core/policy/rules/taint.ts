/** What must not get from one tool to another, as a bundle has it. */
import * as z from 'zod';
import { canonicalJson } from '../../canonical-json.ts';
import { parseDuration } from '../../duration.ts';
import { MODES } from '../../api/modes.ts';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { TAINT_EFFECTS, TAINT_PER, TAINT_SIGNS } from '../../api/rules/taint.ts';
import { approval } from './approval.ts';
import { milliseconds, reason, strings } from './field.ts';
import { principals } from './principals.ts';

export const taintRuleSchema = z.strictObject({
  /** `namespace/pack#rule`. */
  id: z.string(),
  /** Of the entry; a pack in shadow has none that acts. */
  mode: z.enum(MODES),
  sources: z.strictObject({ labels: strings, tools: strings, resources: strings }),
  sinks: z.strictObject({ labels: strings, tools: strings }),
  by: z.enum(TAINT_SIGNS),
  withinMs: milliseconds,
  per: z.enum(TAINT_PER),
  principals: principals.schema,
  effect: z.enum(TAINT_EFFECTS),
  approval: approval.schema,
  exempt: z.strictObject({ arguments: strings, tools: strings }),
  reason: reason.schema,
});
export type BundleTaint = Readonly<z.infer<typeof taintRuleSchema>>;

interface Tainted {
  readonly taint?: readonly BundleTaint[];
}

export function compileTaint(pack: string, { taint }: PolicyPack['spec']): Tainted {
  if (taint === undefined) return {};
  return {
    taint: taint.map((entry, position) => ({
      id: `${pack}#${entry.name ?? `taint[${position}]`}`,
      mode: entry.mode ?? 'Enforce',
      sources: {
        labels: sorted(entry.sources.labels),
        tools: sorted(entry.sources.tools),
        resources: sorted(entry.sources.resources),
      },
      sinks: { labels: sorted(entry.sinks.labels), tools: sorted(entry.sinks.tools) },
      by: entry.by,
      withinMs: parseDuration(entry.within),
      per: entry.per,
      principals: principals.compile(entry),
      effect: entry.effect,
      approval: approval.compile(entry),
      exempt: { arguments: sorted(entry.exempt?.arguments), tools: sorted(entry.exempt?.tools) },
      reason: reason.compile(entry),
    })),
  };
}

/** They only ever restrict: what either says holds. */
export function taintOfBoth(newer: Tainted, last: Tainted | undefined): Tainted {
  const said = new Set((newer.taint ?? []).map((rule) => canonicalJson(rule)));
  const taint = [...(newer.taint ?? []), ...(last?.taint ?? []).filter((rule) => !said.has(canonicalJson(rule)))];
  return taint.length === 0 ? {} : { taint };
}

function sorted(names: readonly string[] = []): readonly string[] {
  return [...new Set(names)].toSorted();
}
