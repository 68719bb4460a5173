/** Whether calls that a rule holds may run by a standing grant, and how far the grants of a server may go. */
import * as z from 'zod';
import { durationSchema, integerSchema, lineSchema } from '../common.ts';
import { cel } from '../kubernetes.ts';

/** Of one grant: all its uses are kept with it. */
export const MAX_USES = 100;
/** A week: who wants to go on after that looks at it again. */
const LONGEST_GRANT = '168h';

const maxDuration = durationSchema('1m', LONGEST_GRANT, '2h');
const maxUses = integerSchema(1, MAX_USES, 10);

/** Of a rule. Both ends have to be said: there is no good default for how long nobody looks. */
export const ruleGrantsSchema = z.strictObject({
  maxDuration: maxDuration.describe(
    `The longest that a grant may stand, from when it was made to its expiry, as a duration from 1m to ${LONGEST_GRANT}. Required.`,
  ),
  maxUses: maxUses.describe(`The most calls that a grant may let through, 1 to ${MAX_USES}. Required.`),
});

const NO_CEILING = 'limits nothing; write for example `maxUses: 10`, or remove it';

/** Of a pack: a ceiling only ever lowers, so every pack may have one, and the lowest of all holds. */
export const grantCeilingsSchema = z
  .strictObject({
    maxDuration: maxDuration
      .optional()
      .describe(
        `The longest that a grant may stand, whatever a rule says, as a duration from 1m to ${LONGEST_GRANT}. Default: what the rules say.`,
      ),
    maxUses: maxUses
      .optional()
      .describe(
        `The most calls that a grant may let through, whatever a rule says, 1 to ${MAX_USES}. Default: what the rules say.`,
      ),
    never: z
      .array(lineSchema(256, 'delete_*'))
      .min(1)
      .max(256)
      .optional()
      .describe(
        'Tools whose calls no grant lets through, whatever a rule says; * stands for any characters. 1 to 256 entries of at most 256 characters. Default: none.',
      ),
  })
  .refine(
    (said) => said.maxDuration !== undefined || said.maxUses !== undefined || said.never !== undefined,
    NO_CEILING,
  )
  .meta(cel({ rule: 'has(self.maxDuration) || has(self.maxUses) || has(self.never)', message: NO_CEILING }));
