/**
 * Names of tools, prompts and methods that are written in the pattern language of something else. Compared letter by letter, they match
 * nothing, so a Deny is quietly not there. The Model Context Protocol lets names have letters, digits, `_`, `-` and `.` (2025-11-25, Tools,
 * Tool Names); more than that is in use, so only what is a sign of another language counts here.
 */
import type { PatternFinding } from './finding.ts';
import { toWrite } from './translate.ts';

export type NameKind = 'tool' | 'prompt' | 'method';

interface Sign {
  readonly sign: RegExp;
  /** Which kinds of names cannot have it. Prompts are named for people, methods by all kinds of protocols. */
  readonly impossibleIn: readonly NameKind[];
  readonly says: (pattern: string, kind: NameKind) => string;
  readonly mend: (pattern: string, kind: NameKind) => string;
}

const ALL: readonly NameKind[] = ['tool', 'prompt', 'method'];
const NOT_PROMPTS: readonly NameKind[] = ['tool', 'method'];

const itself = (what: string) => (): string => `has ${what}, which stands for itself here: * is the only wildcard`;

/** The first that shows is what is said. */
const SIGNS: readonly Sign[] = [
  {
    sign: /^\s|\s$/,
    impossibleIn: ALL,
    says: (_pattern, kind) => `begins or ends with a blank, which no ${kind}'s name does, so it matches none`,
    mend: (pattern) => `write ${JSON.stringify(pattern.trim())}`,
  },
  {
    sign: /[\p{Cf}\p{Zl}\p{Zp}\u00a0\u3164]/u,
    impossibleIn: ALL,
    says: () => 'has a character that cannot be seen, and matches only names that have it, too',
    mend: () => 'type it again instead of copying it',
  },
  {
    sign: /^[!~]/,
    impossibleIn: ALL,
    says: ([first]) => `begins with "${first}", but there is no way to say "not" here, so it matches no name`,
    mend: () =>
      'name what is meant; to forbid all but some, allow those alone and leave out the rule that allows the rest',
  },
  {
    sign: /^\/.*\/[gimsuvy]*$/,
    impossibleIn: NOT_PROMPTS,
    says: () => 'looks like a regular expression between slashes, and matches only a name with these slashes',
    mend: toWrite,
  },
  {
    sign: /\|/,
    impossibleIn: NOT_PROMPTS,
    says: () => 'looks like alternatives, and matches only a name that has the "|" in it',
    mend: toWrite,
  },
  {
    sign: /^\^|\$$|\\|[()]|\.\+|\[.*\]|\+$/,
    impossibleIn: NOT_PROMPTS,
    says: () => 'looks like a regular expression, and matches only a name that has all these characters in it',
    mend: toWrite,
  },
  {
    sign: /[{}[\]]/,
    impossibleIn: NOT_PROMPTS,
    says: () => 'has braces or brackets, which stand for themselves here: * is the only wildcard',
    mend: toWrite,
  },
  {
    sign: /\?/,
    impossibleIn: NOT_PROMPTS,
    says: itself('a "?"'),
    mend: toWrite,
  },
  {
    sign: /%/,
    impossibleIn: NOT_PROMPTS,
    says: itself('a "%"'),
    mend: toWrite,
  },
  {
    sign: /[,;]/,
    impossibleIn: NOT_PROMPTS,
    says: () => 'looks like several names, and matches only one that has the comma or semicolon in it',
    mend: (pattern) => `${toWrite(pattern)}, as entries of their own`,
  },
  {
    sign: /["'`<>=]/,
    impossibleIn: NOT_PROMPTS,
    says: () => 'has a quote or a sign of comparison, and matches only a name that has it, too',
    mend: () => 'write the name alone, with * for any characters',
  },
  {
    sign: /^(re|regexp?|glob|prefix|tools?):/i,
    impossibleIn: [],
    says: (pattern) =>
      `begins with "${pattern.slice(0, pattern.indexOf(':') + 1)}", which names no kind of pattern here and stands for itself`,
    mend: (pattern) => toWrite(pattern.slice(pattern.indexOf(':') + 1)),
  },
  {
    sign: /\.\*/,
    impossibleIn: [],
    says: (pattern) =>
      `looks like a regular expression; here the dot is a dot, so it matches only names like ${example(pattern)}`,
    mend: toWrite,
  },
  {
    sign: /^-/,
    impossibleIn: [],
    says: () => 'begins with "-", but there is no way to say "not" here, so it matches only names that begin so',
    mend: () =>
      'name what is meant; to forbid all but some, allow those alone and leave out the rule that allows the rest',
  },
  {
    sign: /^mcp__.+?__./,
    impossibleIn: [],
    says: () => 'looks like the name that a client made of a server and its tool; the server itself knows no such name',
    mend: (pattern) => `write the tool's own name: ${JSON.stringify(pattern.replace(/^mcp__.+?__/, ''))}`,
  },
  {
    sign: /[\uff0a\u2217\u204e\ufe61]/u,
    impossibleIn: [],
    says: () => 'has a star that is not "*", and stands for itself',
    mend: (pattern) => `write ${JSON.stringify(pattern.replaceAll(/[\uff0a\u2217\u204e\ufe61]/gu, '*'))}`,
  },
  {
    sign: /\s/,
    impossibleIn: ['method'],
    says: () => 'has a blank in it, and matches only names that have one, too',
    mend: () => 'look whether the name has it; several names are entries of their own',
  },
];

/** What is strange about a pattern for names of a kind; undefined: nothing. */
export function readNamePattern(pattern: string, kind: NameKind): PatternFinding | undefined {
  const found = SIGNS.find(({ sign }) => sign.test(pattern) && !(kind === 'method' && pattern.startsWith('$/')));
  if (found === undefined) return undefined;
  return {
    message: found.says(pattern, kind),
    mend: found.mend(pattern, kind),
    impossible: found.impossibleIn.includes(kind),
  };
}

/** A name that it does match, which nobody meant. */
function example(pattern: string): string {
  return JSON.stringify(pattern.replaceAll('*', 'x'));
}
