/**
 * `/tokens` and `/revocations`: Secrets that say of themselves that they hold digests of client tokens, or which tokens are taken back. Their
 * values are never repeated.
 */
import { sentence } from '../../core/api/check-object.ts';
import { readClientTokens } from '../../core/api/client-tokens.ts';
import { formatPath } from '../../core/api/problem.ts';
import { readRevocations } from '../../core/api/revocations.ts';
import type { EntryProblem } from '../../core/api/secret-entries.ts';
import { type AdmissionHandler, subjectOf } from './review.ts';

export interface TokensLookups {
  /** A Secret of the kind is about to change: it is not stored yet when this is called, and may still be refused by others. */
  readonly onTokensChanged: (namespace: string, name: string) => void;
}

interface SecretKind {
  /** What its label says that it holds. */
  readonly called: string;
  readonly problemsOf: (data: Readonly<Record<string, string>>) => readonly EntryProblem[];
}

const TOKENS: SecretKind = {
  called: 'client tokens',
  problemsOf: (data) => readClientTokens({ data }).problems,
};

const REVOCATIONS: SecretKind = {
  called: 'revocations',
  problemsOf: (data) => readRevocations({ data }).problems,
};

export function tokensHandler(lookups: TokensLookups): AdmissionHandler {
  return secretHandler(TOKENS, lookups);
}

export function revocationsHandler(lookups: TokensLookups): AdmissionHandler {
  return secretHandler(REVOCATIONS, lookups);
}

function secretHandler({ called, problemsOf }: SecretKind, { onTokensChanged }: TokensLookups): AdmissionHandler {
  return {
    reasons: { allowed: ['valid', 'going', 'not-ours'], refused: ['invalid'] },
    answer(request) {
      const { operation, object, namespace, dryRun = false, kind } = request;
      const name = request.name ?? object?.metadata.name ?? '';
      if (kind.kind !== 'Secret' || namespace === undefined) return { allowed: true, reason: 'not-ours' };
      const isGoing = operation === 'DELETE' || object?.metadata.deletionTimestamp !== undefined;
      if (!isGoing) {
        const problems = problemsOf(textValues(object?.data));
        if (problems.length > 0) {
          const causes = problems.map(({ path, message, mend }) => ({
            field: formatPath(path),
            message: sentence(message, mend),
          }));
          const lines = causes.map(({ field, message }) => `${field}: ${message}`);
          const message = `${subjectOf(request)} is labelled as ${called} and is not: ${lines.join('\n')}`;
          return { allowed: false, reason: 'invalid', message, causes };
        }
      }
      // A name that is yet to be generated is named by no MCPServer.
      if (!dryRun && name !== '') onTokensChanged(namespace, name);
      return { allowed: true, reason: isGoing ? 'going' : 'valid' };
    },
  };
}

/** What is no text has been refused by the API server long before. */
function textValues(data: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries((data ?? {}) as Record<string, unknown>).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
