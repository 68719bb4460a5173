/** The check of an argument that is a command line, or a list of such. */
import * as z from 'zod';
import { judgeShell, readShell } from '../../../inspect/shell.ts';
import { ShellPrograms } from '../../../inspect/shell/shell-programs.ts';
import { strings } from '../field.ts';
import type { ArgumentType } from './argument-type.ts';
import { TextArgument } from './text-argument.ts';

const schema = z.strictObject({
  type: z.literal('shell'),
  /** null: every program. */
  programs: strings.nullable(),
});

export const shellArgument: ArgumentType<typeof schema> = {
  schema,
  compile: ({ programs }) => ({ type: 'shell', programs: programs?.toSorted() ?? null }),
  prepare: ({ programs }) => {
    const allowed = programs === null ? undefined : new ShellPrograms(programs);
    return new TextArgument({
      one: 'a command line',
      many: 'command lines',
      read: readShell,
      // To hold a name against a pattern takes as long as a few characters.
      workOf: (reading) => 1 + reading.programs.length * 4 * (programs?.length ?? 0),
      judge: (reading) => judgeShell(reading, allowed),
    });
  },
};
