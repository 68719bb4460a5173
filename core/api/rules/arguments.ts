/** What a rule on tools asks of the arguments of a call. */
import * as z from 'zod';
import { atLeastOneEntry, atMostEntries, lineSchema } from '../common.ts';
import { celKeys } from '../kubernetes.ts';

/**
 * Roots are compared part by part, so each has to be written in its one plain form; a single slash at the end is tolerated.
 * A part is anything but `.` and `..`, spelt without lookahead, which API servers do not have.
 */
const PLAIN_PATH = /^\/$|^(\/([^./\p{Cc}][^/\p{Cc}]*|\.[^./\p{Cc}][^/\p{Cc}]*|\.\.[^/\p{Cc}]+))+\/?$/u;

const pathArgumentSchema = z.strictObject({
  type: z.literal('path').describe('What the argument is: path, a path in a file system. Required.'),
  roots: z
    .array(
      z
        .string()
        .max(4096)
        .regex(/^\//, 'is not an absolute path; write for example /data')
        .refine(
          (path) => !path.startsWith('/') || PLAIN_PATH.test(path),
          'has an empty, "." or ".." part or a control character; write the plain path, for example /data',
        )
        .meta({ pattern: PLAIN_PATH.source }),
    )
    .min(1)
    .max(64)
    .describe(
      'Absolute POSIX directories; the path has to be one of them or lie below one. Required, 1 to 64 entries of at most 4096 characters.',
    ),
});

export const argumentsSchema = atLeastOneEntry(
  atMostEntries(z.record(lineSchema(256, 'path'), pathArgumentSchema), 64),
  'constrains nothing; name a parameter, for example `path: {type: path, roots: [/data]}`, or remove it',
).meta(
  celKeys(
    /^\P{Cc}+$/u,
    256,
    'a name is empty, longer than 256 characters or not one line; write the name of a parameter, for example path',
  ),
);
