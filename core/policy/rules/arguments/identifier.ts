/** The check of an argument that is a name or an id, or a list of such. */
import * as z from 'zod';
import { judgeIdentifier, readIdentifier } from '../../../inspect/identifiers.ts';
import type { ArgumentType } from './argument-type.ts';
import { TextArgument } from './text-argument.ts';

const schema = z.strictObject({ type: z.literal('identifier') });

const check = new TextArgument({
  one: 'a name',
  many: 'names',
  read: readIdentifier,
  workOf: () => 1,
  judge: judgeIdentifier,
});

export const identifierArgument: ArgumentType<typeof schema> = {
  schema,
  compile: () => ({ type: 'identifier' }),
  prepare: () => check,
};
