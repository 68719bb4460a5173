/**
 * Is this command line one that a gate lets pass? By its syntax tree (`unbash`): which programs it starts, also behind `sudo`, `xargs`,
 * `sh -c`, in substitutions and pipes, and what no command line may do whichever programs are allowed. Metacharacters are no finding: a
 * command line is made of them.
 */
import { evidenceOf, type Finding, type Span, wholeSpan } from './finding.ts';
import { findHiddenCharacter } from './hidden-characters.ts';
import type { ProgramUse, ShellProblem } from './shell/call.ts';
import { codeProblem } from './shell/code-text.ts';
import { ShellPrograms } from './shell/shell-programs.ts';
import { ShellWalk } from './shell/walk.ts';

export const SHELL_REASONS = [
  'too-long',
  'too-complex',
  'hidden-character',
  'reverse-shell',
  'runs-download',
  'runs-decoded',
  'eval',
  'start-up-file',
  'system-file',
  'credential-file',
  'metadata-service',
  'destructive',
  'fork-bomb',
  'unparsable',
  'program',
  'unknown-program',
  'environment',
] as const;

export type ShellReason = (typeof SHELL_REASONS)[number];

export interface ShellSettings {
  /** Names of the programs that may be started, with `*`; undefined where any may. */
  readonly programs: readonly string[] | undefined;
}

/** It depends on nothing but the value, so that it can be held against any list. */
export interface ShellReading {
  readonly value: string;
  readonly problem: { readonly problem: ShellProblem; readonly span: Span; readonly detail?: string } | undefined;
  readonly programs: readonly ProgramUse[];
  readonly environment: readonly ProgramUse[];
  readonly unparsable: boolean;
  /** What it cost to find this out, in characters gone through. */
  readonly work: number;
}

/** MAX_ARG_STRLEN of Linux: no program can be given a longer one. */
const LONGEST = 131_072;
/** Characters that a parser makes something of; beyond, it would take longer than one request may. */
const MOST_SYNTAX = 12_000;
/** To parse one and to go through it, measured. */
const WORK_A_STEP = 40;

export function inspectShell(value: string, { programs }: ShellSettings): Finding | undefined {
  return judgeShell(readShell(value), programs === undefined ? undefined : new ShellPrograms(programs));
}

export function readShell(value: string): ShellReading {
  if (value.length > LONGEST) return refused(value, 'too-long', 1);
  if (countSyntax(value) > MOST_SYNTAX) return refused(value, 'too-complex', value.length);
  const hidden = NOT_ORDINARY.test(value) ? findHiddenCharacter(value.replace(LINES_AND_TABS, ' ')) : undefined;
  if (hidden !== undefined) return refused(value, 'hidden-character', 4 * value.length, hidden);
  const { problem, programs, environment, unparsable, steps } = new ShellWalk(value);
  // PowerShell by itself is not parsed.
  const found = problem ?? (POWERSHELL.test(value) ? wholeProblem(value) : undefined);
  return { value, problem: found, programs, environment, unparsable, work: 4 * value.length + WORK_A_STEP * steps };
}

const POWERSHELL = /\b(?:iex|invoke-expression)\b/i;

function wholeProblem(value: string): ShellReading['problem'] {
  const problem = codeProblem(value);
  return problem === undefined ? undefined : { problem, span: wholeSpan(value) };
}

function refused(value: string, problem: ShellProblem, work: number, detail?: string): ShellReading {
  const found = { problem, span: wholeSpan(value), ...(detail === undefined ? {} : { detail }) };
  return { value, problem: found, programs: [], environment: [], unparsable: false, work };
}

const NOT_ORDINARY = /[^\n\t -~]/;
const LINES_AND_TABS = /[\n\r\t]/g;

function countSyntax(value: string): number {
  let count = 0;
  for (let at = 0; at < value.length; at++) if (SYNTAX.has(value.charCodeAt(at))) count++;
  // Each here-document is looked for to the end of the text.
  return count + HEREDOC_WORTH * (value.split('<<', MOST_SYNTAX).length - 1);
}

const SYNTAX = new Set(Array.from('$`(){}[]|&;<>"\'!*?\\=~#', (char) => char.charCodeAt(0)));
const HEREDOC_WORTH = 100;

/** Without a list, what cannot be parsed is left to the shell, which refuses most of it; held against a list it cannot be. */
export function judgeShell(
  { value, problem, programs, environment, unparsable }: ShellReading,
  allowed: ShellPrograms | undefined,
): Finding | undefined {
  if (problem !== undefined) return finding(value, problem.problem, problem.span, problem.detail);
  if (allowed === undefined) return undefined;
  for (const { text, span } of programs) {
    const verdict = allowed.judge(text);
    if (verdict !== undefined)
      return finding(value, verdict, span, verdict === 'program' ? evidenceOf(text) : undefined, allowed);
  }
  for (const { text, span } of environment)
    if (allowed.isLoader(text)) return finding(value, 'environment', span, text);
  return unparsable ? finding(value, 'unparsable', wholeSpan(value)) : undefined;
}

const SENTENCES: Record<ShellReason, string> = {
  'too-long': 'is longer than 131072 characters',
  'too-complex': 'has more parts than can be looked at',
  'hidden-character': 'contains an invisible character',
  'reverse-shell': 'gives somebody on the network a shell',
  'runs-download': 'runs what it fetches from the network',
  'runs-decoded': 'runs what it decodes first',
  eval: 'runs a text that only the running shell knows',
  'start-up-file': 'writes to a file that is run by itself later',
  'system-file': 'writes to a file of the system or a key',
  'credential-file': 'reads keys or credentials',
  'metadata-service': "asks the cloud's metadata service, which gives out credentials",
  destructive: 'destroys a file system, a disk or everything below a folder of the system',
  'fork-bomb': 'starts itself over and over',
  unparsable: 'is not written in a syntax that can be read, so that nobody can say which programs it starts',
  program: 'starts a program that is not allowed',
  'unknown-program': 'starts a program whose name only the running shell knows',
  environment: 'sets a variable that has a program run something else',
};

function finding(
  value: string,
  reason: ShellReason,
  { start, end }: Span,
  detail?: string,
  allowed?: ShellPrograms,
): Finding {
  const extra = detail === undefined ? '' : ` (${detail})`;
  const advice = allowed === undefined ? ADVICE : `Allowed programs: ${allowed.named}.`;
  return {
    detector: 'shell',
    reason,
    message: `The command "${evidenceOf(value)}" ${SENTENCES[reason]}${extra}. ${advice}`,
    span: { start, end },
    evidence: evidenceOf(value.slice(start, Math.min(end, start + 200))),
  };
}

const ADVICE = 'Use a command that does without it, or ask a person to run it.';
