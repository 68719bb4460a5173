/** The cluster as its gate knows it: what lies beside the policy, and who can be asked. */
import type { Logger } from 'pino';
import { type Cluster, NO_CLUSTER } from '../identity/service-accounts/cluster.ts';
import { KeysFile } from '../identity/service-accounts/keys-file.ts';
import type { OperatorLink } from './operator-link.ts';

/** `onChange` is called when the keys of ServiceAccounts are others: what was signed by those of before may be nobody's. */
export function openCluster(
  bundleDirectory: string,
  operator: Pick<OperatorLink, 'accountKeys' | 'reviewAccount'> | undefined,
  log: Logger,
  onChange: () => void,
): Cluster {
  const file = new KeysFile(bundleDirectory, (problem) => {
    if (problem === undefined) log.info('keys of ServiceAccounts read');
    else log.error({ problem }, 'keys of ServiceAccounts not taken');
    onChange();
  });
  const mirrored = (): ReturnType<Cluster['mirrored']> => file.current();
  if (operator === undefined) return { ...NO_CLUSTER, mirrored };
  return { mirrored, keys: () => operator.accountKeys(), review: (token) => operator.reviewAccount(token) };
}
