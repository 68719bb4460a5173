/** Detectors on arguments whose type nobody wrote down: it is inferred from the names of parameters. */
import * as z from 'zod';
import { lineSchema } from './common.ts';
import { modeSchema } from './modes.ts';
import { whenSchema } from './rules/when.ts';

const exceptSchema = z.strictObject({
  tools: z
    .array(lineSchema(256, 'write_file'))
    .min(1)
    .max(256)
    .optional()
    .describe(
      'Tools whose parameters these are; * stands for any characters. 1 to 256 entries of at most 256 characters. Default: every tool.',
    ),
  parameters: z
    .array(lineSchema(256, 'command'))
    .min(1)
    .max(64)
    .describe(
      'Names of parameters that no detector looks at because of their name, wherever in the arguments they stand. Required, 1 to 64 entries of at most 256 characters.',
    ),
});

export const detectorsSchema = z.strictObject({
  use: z
    .literal('Default')
    .describe(
      'Which detectors: Default, those of docs/detectors.md, each on the parameters whose names say that they are its business. Required.',
    ),
  mode: modeSchema('the detectors'),
  when: whenSchema('tool', 'calls', 'Where it cannot be evaluated, they look.').optional(),
  except: z
    .array(exceptSchema)
    .min(1)
    .max(64)
    .optional()
    .describe('Parameters that are left out, by name. 1 to 64 entries. Default: none.'),
});
