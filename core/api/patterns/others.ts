/** Where no pattern is possible at all, and one was written: principals, groups, names of parameters, roots of paths. */
import type { PatternFinding } from './finding.ts';

/** Names of identity providers can have nearly any character, so only what surely is none counts. */
const NO_PRINCIPAL = /^\s|\s$|^[!^]|\.[*+]|\||\$$/;

export function readPrincipal(name: string): PatternFinding | undefined {
  if (!NO_PRINCIPAL.test(name)) return undefined;
  const isBlank = name !== name.trim();
  return {
    message: isBlank
      ? 'begins or ends with a blank, and principals go by exact name'
      : 'looks like a pattern, but principals go by exact name, so it means nobody',
    mend: isBlank ? `write ${JSON.stringify(name.trim())}` : 'list the names, one entry for each',
    impossible: isBlank,
  };
}

/** Of globs, regular expressions and JSONPath. */
const FOREIGN = /[*?|\\[\]{}()^]/;

function isPointer(name: string): boolean {
  if (!name.startsWith('/') || /^\/(arguments|args|params)\//.test(name)) return false;
  return name.split('/').every((part) => part === '*' || !FOREIGN.test(part));
}

/** A check under a name that no argument has checks nothing. A JSON Pointer is from the arguments, not from the message. */
export function readParameterName(name: string): PatternFinding | undefined {
  if (isPointer(name) || !(FOREIGN.test(name) || /^\$|^\/|^\s|\s$|^(arguments|args|params)\./.test(name)))
    return undefined;
  const parts = name
    .trim()
    .replace(/^(\$\.|\/)?((arguments|args|params)[./])*/, '')
    .split(/[./[\]]+/)
    .filter((part) => part !== '');
  const isPlain = parts.length > 0 && parts.every((part) => /^(?:[\w-]+|\*)$/.test(part));
  const [only] = parts;
  return {
    message: 'looks like a pattern or a path of another language, so it checks an argument of this name alone',
    mend: isPlain
      ? `write ${JSON.stringify(parts.length === 1 && only !== '*' ? only : `/${parts.join('/')}`)}`
      : 'write the name of one parameter, or a JSON Pointer into it such as "/edits/*/path"',
    impossible: name !== name.trim(),
  };
}

export function readRoot(root: string): PatternFinding | undefined {
  if (!/[*?]|\/\.[*+]/.test(root)) return undefined;
  const plain = root.replace(/\/[^/]*[*?].*$/, '') || '/';
  return {
    message: 'has a wildcard, but a root is a directory with all that is below it, so it means one that is named so',
    mend: `write ${JSON.stringify(plain)}`,
    impossible: false,
  };
}
