/** The check of an argument that is a path, or a list of paths: each has to stay within the roots. */
import * as z from 'zod';
import { PathRoots } from '../../../inspect/path-roots.ts';
import { judgePath, readPath } from '../../../inspect/paths.ts';
import { strings } from '../field.ts';
import type { ArgumentType } from './argument-type.ts';
import { TextArgument } from './text-argument.ts';

const schema = z.strictObject({
  type: z.literal('path'),
  /** Absolute POSIX paths the value must stay in. */
  roots: strings,
});

export const pathArgument: ArgumentType<typeof schema> = {
  schema,
  compile: ({ roots = [] }) => ({ type: 'path', roots }),
  prepare: ({ roots: written }) => {
    const roots = new PathRoots(written);
    return new TextArgument({
      one: 'a path',
      many: 'paths',
      read: readPath,
      workOf: ({ readings }) => roots.workOf(readings),
      judge: (reading) => judgePath(reading, roots),
    });
  },
};
