/** What a rule on tools asks of the arguments of a call. */
import * as z from 'zod';
import { atLeastOneEntry, atMostEntries } from '../common.ts';
import { celKeys } from '../kubernetes.ts';
import { argumentSchema } from './arguments/of-type.ts';

/**
 * A name, or a JSON Pointer (RFC 6901) from the arguments, which begins with a slash. Pointers, because records and refusals name places
 * by them, and because dots are part of many names.
 */
export const NAME = /^([^/\p{Cc}]\P{Cc}*|(\/([^~/\p{Cc}]|~[01])+)+)$/u;
export const MAX_NAME = 256;
export const NOT_A_NAME =
  'is empty, longer than 256 characters, not one line, or begins with a slash and is not a JSON Pointer; write the name of a parameter, for example path, or a pointer such as /edits/*/path';

export const argumentsSchema = atLeastOneEntry(
  atMostEntries(z.record(z.string().max(MAX_NAME, NOT_A_NAME).regex(NAME, NOT_A_NAME), argumentSchema), 64),
  'constrains nothing; name a parameter, for example `path: {type: path, roots: [/data]}`, or remove it',
).meta(celKeys(NAME, MAX_NAME, `a name ${NOT_A_NAME}`));
