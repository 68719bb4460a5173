/** One program that a command line starts, with what is known of its arguments, its redirections and what is piped into it. */
import type { Span } from '../finding.ts';
import type { Origin, Value } from './values.ts';

export interface Written {
  readonly path: Value;
  readonly appends: boolean;
}

export interface Call {
  /** Without folder. */
  readonly name: string;
  readonly argv: readonly Value[];
  /** What comes in through a pipe, a here-document or a redirection; undefined where nothing does. */
  readonly input: Origin | undefined;
  readonly written: readonly Written[];
  readonly read: readonly Value[];
  /** In the value, of the whole command. */
  readonly start: number;
  readonly end: number;
}

export type ShellProblem =
  | 'reverse-shell'
  | 'runs-download'
  | 'runs-decoded'
  | 'eval'
  | 'start-up-file'
  | 'system-file'
  | 'credential-file'
  | 'metadata-service'
  | 'destructive'
  | 'fork-bomb'
  | 'hidden-character'
  | 'too-complex'
  | 'too-long';

/** Words behind the program that are no options. */
export function operands(argv: readonly Value[]): readonly Value[] {
  return argv.filter(({ text }, at) => at > 0 && !(text.startsWith('-') && text.length > 1));
}

/** Whether a cluster of short options has the letter, or the long option stands there. */
export function hasOption(argv: readonly Value[], letters: RegExp, long: string): boolean {
  return argv.some(
    ({ text }, at) =>
      at > 0 && (text === `--${long}` || (text.startsWith('-') && !text.startsWith('--') && letters.test(text))),
  );
}

/** A program as the command line names it, `UNKNOWN` in the place of what only the shell knows. */
export interface ProgramUse {
  readonly text: string;
  readonly span: Span;
}
