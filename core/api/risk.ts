/** Points for what is unusual or has gone wrong, which fade, and from how many on a person is asked or nothing passes. */
import * as z from 'zod';
import { durationSchema, integerSchema, lineSchema } from './common.ts';
import { cel } from './kubernetes.ts';
import { modeSchema } from './modes.ts';

/** What counts, and how much where a pack says nothing of it. */
export const DEFAULT_WEIGHTS = {
  finding: 10,
  answerFinding: 10,
  newTool: 10,
  newPlace: 10,
  burst: 15,
  largeArguments: 10,
  destructive: 15,
  refusal: 5,
  unusualHour: 10,
} as const;
export type Weight = keyof typeof DEFAULT_WEIGHTS;
export const WEIGHTS = Object.keys(DEFAULT_WEIGHTS) as Weight[];

export const DEFAULT_HALF_LIFE = '30m';
/** Before that many calls nobody knows what is usual. */
export const DEFAULT_LEARN = 20;

const MAX_POINTS = 10_000;
const NO_THRESHOLD = 'acts on nothing; write `approveAt`, `denyAt`, or both';
const WRONG_ORDER = 'is not above approveAt, so nobody would ever be asked; write a higher one, or remove approveAt';
const NO_ZONE = 'is no time zone; write one of the IANA database, such as Europe/Berlin, or UTC';
const HOUR = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;

const weight = (key: Weight, what: string) =>
  z
    .int()
    .min(0)
    .max(MAX_POINTS)
    .optional()
    .describe(
      `Points for ${what}, from 0, which does not count it, to ${MAX_POINTS}. Default: ${DEFAULT_WEIGHTS[key]}.`,
    );

const weightsSchema = z.strictObject({
  finding: weight('finding', 'a call in which detectors or rules on content found something'),
  answerFinding: weight('answerFinding', 'an answer in which rules on content found something'),
  newTool: weight('newTool', 'the first use of a tool'),
  newPlace: weight('newPlace', 'the first use of a host or of a folder in the arguments'),
  burst: weight('burst', 'many more calls in a minute than is usual'),
  largeArguments: weight('largeArguments', 'arguments much larger than is usual'),
  destructive: weight('destructive', 'a tool with the label destructive, or whose server says that it is destructive'),
  refusal: weight('refusal', 'a call that was refused'),
  unusualHour: weight('unusualHour', 'a call outside of `hours`'),
});

const hourSchema = (what: string) =>
  z
    .string()
    .max(5)
    .regex(HOUR, 'is not a time of day; write for example 07:30')
    .describe(`When ${what}, as hours and minutes. Required.`);

const hoursSchema = z.strictObject({
  from: hourSchema('the usual hours begin'),
  to: hourSchema('they end; before `from`, they go on past midnight'),
  timeZone: lineSchema(64, 'Europe/Berlin')
    .refine(isTimeZone, NO_ZONE)
    .describe('In which time zone, by its name in the IANA database. Required.'),
});

export const riskSchema = z
  .strictObject({
    mode: modeSchema('the score'),
    per: z
      .enum(['principal', 'session'])
      .default('principal')
      .describe('Whose points add up: of a principal, or of each of its sessions. Default: principal.'),
    approveAt: integerSchema(1, MAX_POINTS, 50)
      .optional()
      .describe(
        `From how many points on calls are held until a person decides, from 1 to ${MAX_POINTS}. Default: never.`,
      ),
    denyAt: integerSchema(1, MAX_POINTS, 80)
      .optional()
      .describe(`From how many points on calls are refused, from 1 to ${MAX_POINTS}. Default: never.`),
    halfLife: durationSchema('1m', '24h', DEFAULT_HALF_LIFE)
      .optional()
      .describe(
        `After which time points have half their weight, as a duration from 1m to 24h. Default: ${DEFAULT_HALF_LIFE}.`,
      ),
    learn: integerSchema(0, 1_000, DEFAULT_LEARN)
      .optional()
      .describe(
        `How many calls of a caller have to be known before anything counts as new or unusual, from 0 to 1000. Default: ${DEFAULT_LEARN}.`,
      ),
    weights: weightsSchema.optional().describe('How much what counts. Default: as each of them says.'),
    hours: hoursSchema.optional().describe('Usual hours of the day. Default: none, and no hour is unusual.'),
  })
  .superRefine(({ approveAt, denyAt }, ctx) => {
    if (approveAt === undefined && denyAt === undefined)
      ctx.addIssue({ code: 'custom', path: [], message: NO_THRESHOLD });
    if (approveAt !== undefined && denyAt !== undefined && denyAt <= approveAt)
      ctx.addIssue({ code: 'custom', path: ['denyAt'], message: WRONG_ORDER });
  })
  .meta(
    cel(
      { rule: 'has(self.approveAt) || has(self.denyAt)', message: NO_THRESHOLD },
      {
        rule: '!has(self.approveAt) || !has(self.denyAt) || self.denyAt > self.approveAt',
        message: `denyAt ${WRONG_ORDER}`,
      },
    ),
  );

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
