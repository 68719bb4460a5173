/** An argument that is a command line: which programs it may start. */
import * as z from 'zod';
import type { ArgumentType } from './argument-type.ts';

/** A blank would be an argument, and those are not looked at. */
const PROGRAM = /^[^\s\p{Cc}]+$/u;

export const shell = {
  what: 'shell, a command line',
  fields: {
    programs: z
      .array(
        z
          .string()
          .max(256)
          .regex(PROGRAM, 'is not the name of a program: no blanks, no arguments; write for example git or ./gradlew'),
      )
      .min(1)
      .max(256)
      .optional()
      .describe(
        'Of the type shell: programs that may be started, wherever in the command line. A name stands for that program in the standard folders, a path for itself; * stands for any characters but a slash. What is built into shells and starts nothing, such as cd and echo, need not be named. 1 to 256 entries of at most 256 characters. Default: every program, as long as it does nothing that no command line may.',
      ),
  },
  required: [],
} satisfies ArgumentType;
