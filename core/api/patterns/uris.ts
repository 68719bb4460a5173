/** Patterns of resource URIs that match nothing, or much less than they seem to. */
import type { PatternFinding } from './finding.ts';

interface Sign {
  readonly sign: RegExp;
  readonly impossible: boolean;
  readonly message: string;
  readonly mend: (pattern: string) => string;
}

const SIGNS: readonly Sign[] = [
  {
    sign: /^\s|\s$/,
    impossible: true,
    message: 'begins or ends with a blank, which no URI does',
    mend: (pattern) => `write ${JSON.stringify(pattern.trim())}`,
  },
  {
    sign: /^!/,
    impossible: true,
    message: 'begins with "!", but there is no way to say "not" here, and no URI begins so',
    mend: () =>
      'name what is meant; to forbid all but some, allow those alone and leave out the rule that allows the rest',
  },
  {
    sign: /^\^/,
    impossible: true,
    message: 'looks like a regular expression, and no URI begins with "^"',
    mend: (pattern) => `write the URI, with * for any characters but / and ** for any: ${asGlob(pattern)}`,
  },
  {
    sign: /\\/,
    impossible: true,
    message: 'has a backslash, and URIs with one are refused whatever rules say',
    mend: (pattern) =>
      /^[a-z]:\\/i.test(pattern)
        ? `write ${JSON.stringify(`file:///${pattern.replaceAll('\\', '/')}`)}`
        : 'write the URI, with * for any characters but / and ** for any',
  },
  {
    sign: /(^|[/\\])\.\.?([/\\?#]|$)/,
    impossible: true,
    message: 'has a "." or ".." segment, and URIs with one are refused whatever rules say',
    mend: () => 'write the URI as it is without',
  },
  {
    sign: /^\*$|^[a-z][a-z0-9+.-]*:(\/\/)?\*$/i,
    impossible: false,
    message: 'matches only URIs without a / there, since * stands for any characters but /',
    mend: (pattern) => `write ${JSON.stringify(`${pattern}*`)} for any characters`,
  },
  {
    sign: /^[~/]/,
    impossible: false,
    message: 'looks like a path, and resources go by their URI, which begins with a scheme',
    mend: (pattern) => `write for example ${JSON.stringify(`file://${pattern.replace(/^~/, '')}`)}`,
  },
  {
    sign: /\/\.\*(?=$|\/)|^\.\*|\.\+/,
    impossible: false,
    message: 'has a dot before a wildcard; here it is a dot, so only names that begin with one are meant',
    mend: (pattern) => `for any name write ${asGlob(pattern)}; keep it if hidden files are meant`,
  },
  {
    sign: /\||\[[^\]]*[-^][^\]]*\]|\{[^{}]*,[^{}]*\}|\$$/,
    impossible: false,
    message: 'looks like another pattern language; here only * and ** are wildcards, all else stands for itself',
    mend: (pattern) =>
      pattern.includes('|') ? 'write one entry for each URI' : `write for example ${asGlob(pattern)}`,
  },
];

export function readUriPattern(pattern: string): PatternFinding | undefined {
  const found = SIGNS.find(({ sign }) => sign.test(pattern));
  if (found === undefined) return undefined;
  return { message: found.message, mend: found.mend(pattern), impossible: found.impossible };
}

function asGlob(pattern: string): string {
  const glob = pattern
    .replace(/^\/(.*)\/[a-z]*$/, '$1')
    .replace(/^\^/, '')
    .replace(/\$$/, '')
    .replaceAll(/\\(.)/g, '$1')
    .replaceAll(/\.[*+]|\([^()]*\)|\[[^\]]*\][*+]?|\{[^{}]*\}/g, '**');
  return JSON.stringify(glob);
}
