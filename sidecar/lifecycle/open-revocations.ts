/** What is revoked in this pod, and who is told of it. */
import type { Logger } from 'pino';
import { RevocationDirectory, type RevocationState } from '../identity/revoked/revocation-directory.ts';
import type { RevocationSource } from '../identity/revoked/revocation-table.ts';
import type { OperatorLink } from './operator-link.ts';
import type { RevocationRecord } from './recorded-changes.ts';

/** Throws the system's error where the directory is not there: a gate that cannot know who is to be kept out lets nobody in. */
export function openRevocations(
  { revocationDirectory }: { readonly revocationDirectory: string | undefined },
  log: Logger,
  operator: Pick<OperatorLink, 'revocationsRead'> | undefined,
  record: RevocationRecord,
  onChange: () => void,
): RevocationSource | undefined {
  if (revocationDirectory === undefined) return undefined;
  return new RevocationDirectory(revocationDirectory, (state: RevocationState) => {
    operator?.revocationsRead(state);
    record.read(state.entries, state.problems);
    onChange();
    for (const problem of state.problems) log.error({ problem }, 'a revocation cannot be read');
    log.info({ entries: state.entries.length }, 'revocations read');
  });
}
