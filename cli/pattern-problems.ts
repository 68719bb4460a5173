/** Rules in another pattern language, at their place in a file: what cannot be is a problem, what is strange a warning. */
import type { LoadedDocument } from '../core/api/load.ts';
import { checkPatterns } from '../core/api/patterns/check-pack.ts';
import { formatPath, type Problem, showValue } from '../core/api/problem.ts';

export interface PatternProblems {
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

export function checkPatternsOf(documents: readonly LoadedDocument[]): PatternProblems {
  const found: PatternProblems = { problems: [], warnings: [] };
  for (const document of documents) {
    if (document.kind !== 'PolicyPack') continue;
    for (const { path, pattern, message, mend, impossible } of checkPatterns(document.value)) {
      const value = showValue(pattern);
      const problem: Problem = {
        file: document.file,
        ...document.position(path),
        path: formatPath(path),
        value,
        message: `${value} ${message}`,
        mend,
      };
      (impossible ? found.problems : found.warnings).push(problem);
    }
  }
  return found;
}

export function asWarning(problem: Problem): Problem {
  return { ...problem, message: `warning: ${problem.message}` };
}
