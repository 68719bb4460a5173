/** An argument that is a path in a file system. */
import * as z from 'zod';
import type { ArgumentType } from './argument-type.ts';

/**
 * Roots are compared part by part, so each has to be written in its one plain form; a single slash at the end is tolerated.
 * A part is anything but `.` and `..`, spelt without lookahead, which API servers do not have.
 */
const PLAIN_PATH = /^\/$|^(\/([^./\p{Cc}][^/\p{Cc}]*|\.[^./\p{Cc}][^/\p{Cc}]*|\.\.[^/\p{Cc}]+))+\/?$/u;

export const path = {
  what: 'path, a path in a file system',
  fields: {
    roots: z
      .array(
        z
          .string()
          .max(4096)
          .regex(/^\//, 'is not an absolute path; write for example /data')
          .refine(
            (root) => !root.startsWith('/') || PLAIN_PATH.test(root),
            'has an empty, "." or ".." part or a control character; write the plain path, for example /data',
          )
          .meta({ pattern: PLAIN_PATH.source }),
      )
      .min(1)
      .max(64)
      .optional()
      .describe(
        'Of the type path: absolute POSIX directories; the path has to be one of them or lie below one. Required there, 1 to 64 entries of at most 4096 characters.',
      ),
  },
  required: ['roots'],
} satisfies ArgumentType;
