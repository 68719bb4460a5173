/** What a rule on tools asks of the arguments of a call. */
import * as z from 'zod';
import { atLeastOneEntry, atMostEntries, lineSchema } from '../common.ts';
import { celKeys } from '../kubernetes.ts';
import { argumentSchema } from './arguments/of-type.ts';

export const argumentsSchema = atLeastOneEntry(
  atMostEntries(z.record(lineSchema(256, 'path'), argumentSchema), 64),
  'constrains nothing; name a parameter, for example `path: {type: path, roots: [/data]}`, or remove it',
).meta(
  celKeys(
    /^\P{Cc}+$/u,
    256,
    'a name is empty, longer than 256 characters or not one line; write the name of a parameter, for example path',
  ),
);
