/** The policy that a recorded server is held against. */
import { formatProblem } from '../../core/api/problem.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { systemReason, UserError } from '../errors.ts';
import { labelsIn } from '../halt-pack.ts';
import { loadPolicy } from '../load-policy.ts';

export interface PolicyOptions {
  readonly policy: string;
  readonly server?: string;
  readonly labels?: string;
}

/** `recorded`: `namespace/name` of the server, where it is known. Throws a UserError. */
export function policyFor(
  { policy: path, server: serverName, labels }: PolicyOptions,
  recorded: string | undefined,
): Policy {
  const namespace = recorded?.split('/')[0];
  const server = {
    ...(namespace === undefined || namespace === '' ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels: labelsIn(labels) }),
  };
  const loaded = read(path, () => loadPolicy({ path, serverName, server }));
  if ('problems' in loaded)
    throw new UserError(loaded.problems.map(formatProblem).join('\n'), 'mend the files, or see: sallyport lint');
  if (!('noPackFor' in loaded)) return loaded;
  throw new UserError(
    `no PolicyPack of ${path} applies to the server ${loaded.noPackFor}`,
    'give the labels that it has with -l, or put its MCPServer beside the packs',
  );
}

function read<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot read ${path}: ${systemReason(error)}`, 'check the path and its permissions');
  }
}
