/** What callers may spend: credits in a window of time, and what calls cost. */
import * as z from 'zod';
import { isTimeZone, PERIODS } from '../../calendar.ts';
import { whyNever } from '../../conditions/amount.ts';
import { isMistake, MAX_TEXT, parseAmount } from '../../conditions/parse.ts';
import { variablesOf } from '../../conditions/variables.ts';
import { durationSchema, integerSchema, lineSchema, nameSchema } from '../common.ts';
import { BUDGET_EFFECTS } from '../effects.ts';
import { cel } from '../kubernetes.ts';
import { modeSchema } from '../modes.ts';
import { perSchema } from '../per.ts';
import { principalsSchema } from '../rules/principals.ts';

/** Credits are counted in thousandths, and sums of them have to stay whole numbers (2^53) whatever is added. */
const MAX_CREDITS = 1_000_000_000;
const MAX_COST = 1_000_000;

const COST_OUT_OF_RANGE = `is not a number from 0 to ${MAX_COST}; write what the call uses up, for example 5`;
const costSchema = z.number(COST_OUT_OF_RANGE).min(0, COST_OUT_OF_RANGE).max(MAX_COST, COST_OUT_OF_RANGE);

const expressionSchema = z
  .string()
  .min(1)
  .max(MAX_TEXT)
  .superRefine((text, ctx) => {
    const problem = text === '' || text.length > MAX_TEXT ? undefined : whyNoCost(text);
    if (problem !== undefined) ctx.addIssue({ code: 'custom', message: problem });
  });

function whyNoCost(text: string): string | undefined {
  const parsed = parseAmount(text, 'tool');
  // The first semicolon separates the mend.
  if (isMistake(parsed)) return `${parsed.problem.replaceAll(';', ',')}; ${parsed.mend}`;
  const never = whyNever(parsed);
  return (
    never && `costs nothing that can be counted, whatever is called: ${never} Write for example arguments.count * 2`
  );
}

const TWO_COSTS = 'stands beside cost, which says the same in another way; write one of them';
const COSTS_NOTHING = 'says no cost; write for example `credits: 5`';

const costEntrySchema = z
  .strictObject({
    tools: z
      .array(lineSchema(256, 'export_*'))
      .min(1)
      .max(256)
      .describe('The tools; * stands for any characters. Required, 1 to 256 entries of at most 256 characters.'),
    credits: costSchema
      .optional()
      .describe(
        `What a call costs, from 0 to ${MAX_COST}, to the thousandth, rounded up. Default: 1, or what \`cost\` comes to.`,
      ),
    cost: expressionSchema
      .optional()
      .describe(
        `What a call costs, as a number in CEL, such as \`arguments.count * 2\`, instead of credits. It reads ${variablesOf('tool').join(', ')}. A call for which it comes to no number, to a negative one or to nothing at all is refused. At most ${MAX_TEXT} characters. Default: what \`credits\` says.`,
      ),
    perKiB: costSchema
      .optional()
      .describe(
        'What each KiB of the result costs besides, as the server sent it. It is added once the result is there, so the last call of a window may go beyond the budget. Default: 0.',
      ),
  })
  .superRefine((entry, ctx) => {
    if (entry.credits !== undefined && entry.cost !== undefined)
      ctx.addIssue({ code: 'custom', path: ['credits'], message: TWO_COSTS });
    if (entry.credits === undefined && entry.cost === undefined && entry.perKiB === undefined)
      ctx.addIssue({ code: 'custom', path: [], message: COSTS_NOTHING });
  })
  .meta(
    cel(
      { rule: '!has(self.credits) || !has(self.cost)', message: `credits ${TWO_COSTS}` },
      { rule: 'has(self.credits) || has(self.cost) || has(self.perKiB)', message: COSTS_NOTHING },
    ),
  );

const AMOUNT = /^[0-9]{1,9}(\.[0-9]{1,6})?$/;
const CURRENCY = /^[A-Z]{3}$/;

const priceSchema = z.strictObject({
  amount: z
    .string()
    .max(16)
    .regex(AMOUNT, 'is not an amount: digits, and up to six behind a point, in quotes; write for example "0.01"')
    .describe('What one credit costs, as a decimal number in quotes. Required.'),
  currency: z
    .string()
    .max(3)
    .regex(CURRENCY, 'is not a currency: three capital letters (ISO 4217); write for example EUR')
    .describe('The currency, by its code (ISO 4217). Required.'),
});

const ONE_WINDOW = 'needs either window, such as `window: 24h`, or every, such as `every: Day`; write one of them';
const ZONE_OF_NOTHING = 'timeZone is about every; add it, or remove timeZone';
/** As names of the IANA database are written; which there are, Intl knows. */
const ZONE = /^[A-Za-z][A-Za-z0-9_+/-]*$/;
const NO_ZONE = 'is not a time zone; write one of the IANA database, for example Europe/Berlin';

const budgetSchema = z
  .strictObject({
    name: nameSchema('day')
      .optional()
      .describe(
        'Name of the budget in decisions and audit records; what was spent is kept under it. At most 63 characters. Default: its place, such as limits.budget[2].',
      ),
    mode: modeSchema('the budget'),
    per: perSchema('credits', ['principal']),
    tools: z
      .array(lineSchema(256, 'export_*'))
      .min(1)
      .max(256)
      .optional()
      .describe(
        'Tools whose calls count; * stands for any characters. 1 to 256 entries of at most 256 characters. Default: all tools.',
      ),
    principals: principalsSchema.optional().describe('Whose calls count. Default: everyone.'),
    credits: integerSchema(1, MAX_CREDITS, 1000).describe(
      `How much may be spent in the window, from 1 to ${MAX_CREDITS}. Required.`,
    ),
    window: durationSchema('1m', '744h', '24h')
      .optional()
      .describe(
        'Length of a window that moves along: in none of that length is more spent. As a duration from 1m to 744h. Instead of every. Default: none.',
      ),
    every: z
      .enum(PERIODS)
      .optional()
      .describe(
        'A period of the calendar, at whose end all is there again: Hour, Day, Week (from Monday) or Month. Instead of window. Default: none.',
      ),
    timeZone: z
      .string()
      .max(64)
      .regex(ZONE, NO_ZONE)
      .optional()
      .describe(
        'With every: the time zone of the calendar, by its name in the IANA database, such as Europe/Berlin; changes of the clock are its. Default: UTC.',
      ),
    costs: z
      .array(costEntrySchema)
      .min(1)
      .max(64)
      .optional()
      .describe(
        'What calls cost. Of several entries that name a tool the dearest holds. 1 to 64 entries. Default: each call costs 1, as does one that no entry names.',
      ),
    warnAt: z
      .array(integerSchema(1, 100, 80))
      .min(1)
      .max(8)
      .optional()
      .describe(
        'Percents of the budget at which it is on record, in the log and in a metric that so much is spent; nothing is refused for it. 1 to 8 whole numbers from 1 to 100. Default: none.',
      ),
    effect: z
      .enum(BUDGET_EFFECTS)
      .default('Deny')
      .describe(
        'What becomes of a call that costs more than is left: Deny, or RequireApproval, it is held until a person decides, and counts if they agree. Default: Deny.',
      ),
    price: priceSchema
      .optional()
      .describe('What a credit costs, for `sallyport usage`. It decides nothing. Default: credits have no price.'),
    reason: lineSchema(300, 'ask the platform team for more')
      .optional()
      .describe('Sentence shown to the model where the budget refuses a call. At most 300 characters. Default: none.'),
  })
  .superRefine((entry, ctx) => {
    if ((entry.window === undefined) === (entry.every === undefined))
      ctx.addIssue({ code: 'custom', path: [], message: ONE_WINDOW });
    if (entry.timeZone === undefined) return;
    if (entry.every === undefined) ctx.addIssue({ code: 'custom', path: ['timeZone'], message: ZONE_OF_NOTHING });
    else if (ZONE.test(entry.timeZone) && !isTimeZone(entry.timeZone))
      ctx.addIssue({ code: 'custom', path: ['timeZone'], message: NO_ZONE });
  })
  .meta(
    cel(
      { rule: 'has(self.window) != has(self.every)', message: ONE_WINDOW },
      { rule: '!has(self.timeZone) || has(self.every)', message: ZONE_OF_NOTHING },
    ),
  );

export const budgetsSchema = z.array(budgetSchema).max(64);
