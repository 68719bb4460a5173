/** Limits on what callers do over time: how often, how many at once, how much they get, and how long the same goes on in vain. */
import * as z from 'zod';
import { durationSchema, integerSchema, lineSchema, nameSchema, quantitySchema } from '../common.ts';
import { cel } from '../kubernetes.ts';
import { modeSchema } from '../modes.ts';
import { type Per, perSchema } from '../per.ts';
import { principalsSchema } from '../rules/principals.ts';

/** Of each kind in one pack. */
const MAX_LIMITS = 32;
const MAX_WINDOW = '744h';

/** `list`: the field that the limit stands in. */
function about(list: string, what: string, usual: readonly Per[]) {
  return {
    name: nameSchema('burst')
      .optional()
      .describe(
        `Name of the limit in decisions, records and metrics, unique among the limits of the pack. At most 63 characters. Default: its place, such as limits.${list}[2].`,
      ),
    per: perSchema(what, usual),
    tools: z
      .array(lineSchema(256, 'get_*'))
      .min(1)
      .max(64)
      .optional()
      .describe(
        'Tools that it is about; * stands for any characters. 1 to 64 entries of at most 256 characters. Default: every call of a tool, and what is read of resources and prompts.',
      ),
    principals: principalsSchema.optional().describe('Who is limited by it. Default: everyone.'),
    mode: modeSchema('the limit'),
  };
}

function windowSchema(what: string) {
  return durationSchema('1s', MAX_WINDOW, '1m').describe(
    `${what}, as a duration from 1s to ${MAX_WINDOW} (31 days). It slides: the limit holds in any stretch of that length. Required.`,
  );
}

const rateSchema = z.strictObject({
  ...about('rate', 'calls', ['principal']),
  calls: integerSchema(1, 1_000_000, 60).describe('Most calls in a window, from 1 to 1000000. Required.'),
  window: windowSchema('How long a window is'),
});

const concurrentSchema = z.strictObject({
  ...about('concurrent', 'calls', ['principal']),
  calls: integerSchema(1, 10_000, 5).describe(
    'Most calls that the server works on at once, from 1 to 10000. A call that waits for a person takes no place. Required.',
  ),
});

const resultBytesSchema = z.strictObject({
  ...about('resultBytes', 'results', ['principal']),
  bytes: quantitySchema('1Ki', '1024Gi', '50Mi').describe(
    'After how many bytes of answers of the server no further call is sent, as a quantity from 1Ki to 1024Gi. What a call will bring is not known before, so the last may go beyond. Required.',
  ),
  window: windowSchema('How long a window is'),
});

const NOT_ONE =
  'says both or neither of `identical` and `failing`; write one of them, and the other as an entry of its own';

const loopSchema = z
  .strictObject({
    ...about('loops', 'calls', ['session']),
    identical: integerSchema(1, 1000, 10)
      .optional()
      .describe(
        'How often the same tool is called with the same arguments, byte for byte, in a window, from 1 to 1000. Default: not counted; this or `failing` is required.',
      ),
    failing: integerSchema(1, 1000, 5)
      .optional()
      .describe(
        'After how many failures of a tool in a row within a window it is not called any more, from 1 to 1000. One that succeeds begins the count anew. Default: not counted; this or `identical` is required.',
      ),
    window: windowSchema('How long a window is'),
  })
  .superRefine(({ identical, failing }, ctx) => {
    if ((identical === undefined) === (failing === undefined)) ctx.addIssue({ code: 'custom', message: NOT_ONE });
  })
  .meta(cel({ rule: 'has(self.identical) != has(self.failing)', message: NOT_ONE }));

export const callLimits = {
  rate: z
    .array(rateSchema)
    .max(MAX_LIMITS)
    .optional()
    .describe(
      `How often calls are made. At most ${MAX_LIMITS}. All limits of all packs hold. Default: as often as they come.`,
    ),
  concurrent: z
    .array(concurrentSchema)
    .max(MAX_LIMITS)
    .optional()
    .describe(
      `How many calls are under way at once. At most ${MAX_LIMITS}. Default: as many as the gate has room for.`,
    ),
  resultBytes: z
    .array(resultBytesSchema)
    .max(MAX_LIMITS)
    .optional()
    .describe(`How much the answers of the server come to. At most ${MAX_LIMITS}. Default: as much as there is.`),
  loops: z
    .array(loopSchema)
    .max(MAX_LIMITS)
    .optional()
    .describe(
      `When a caller goes in circles: the same call again and again, or a tool that keeps failing. At most ${MAX_LIMITS}. Default: nobody looks.`,
    ),
} as const;

/** With that of budgets.ts: all of them are limits, and have one set of names. */
const LISTS = [...Object.keys(callLimits), 'budget'];

/** Two of one name would be one in records and metrics. Takes limits with faults in them as well, so that one run names them all. */
export function checkLimitNames(limits: unknown, ctx: z.RefinementCtx): void {
  const seen = new Map<string, string>();
  for (const list of LISTS) {
    const entries: unknown = (limits as Record<string, unknown> | null)?.[list];
    if (!Array.isArray(entries)) continue;
    for (const [index, entry] of entries.entries()) {
      const name: unknown = (entry as { name?: unknown } | null)?.name;
      if (typeof name !== 'string') continue;
      const first = seen.get(name);
      if (first === undefined) seen.set(name, `${list}[${index}]`);
      else {
        const message = `is the name of ${first} already; give every limit of a pack a name of its own`;
        ctx.addIssue({ code: 'custom', path: [list, index, 'name'], message });
      }
    }
  }
}
