/** One vote: what it is on is shown first, and what became of it is said after. */
import type { ApprovalDecision } from '../../core/api/approval-request.ts';
import { EXIT, usageError, UserError } from '../errors.ts';
import { digestOf, settledWords, stateOf } from '../render-approval.ts';
import { visible } from '../../core/shown/terminal-text.ts';
import type { Cluster, Stored } from './cluster.ts';
import { checkDigest, isConfirmed, type Sure } from './confirm.ts';

/** What the API server keeps of a reason. */
export const MAX_REASON = 1024;

export interface DecideOptions extends Sure {
  readonly reason?: string;
}

/** Votes of others and what the operator writes make another version of the same request. */
const ATTEMPTS = 5;

/** The request with the vote in it; undefined where the question was answered with no. `shown`: what is shown before it is asked. */
export async function decide(
  cluster: Cluster,
  name: string,
  decision: ApprovalDecision,
  options: DecideOptions,
  shown: (request: Stored) => string,
): Promise<Stored | undefined> {
  const { reason } = options;
  if (reason !== undefined && reason.length > MAX_REASON) {
    throw usageError(
      `--reason has ${reason.length} characters, at most ${MAX_REASON} are kept`,
      'say it in fewer words',
    );
  }
  const request = cluster.get(name);
  if (stateOf(request) !== 'Pending') throw settled(request);
  if (decision === 'Denied') checkDigest(request, options.digest);
  else if (!(await isConfirmed(request, options, () => shown(request), 'Approve this?'))) return undefined;
  return cast(cluster, request, decision, reason);
}

function cast(cluster: Cluster, seen: Stored, decision: ApprovalDecision, reason: string | undefined): Stored {
  let request = seen;
  for (let attempt = 1; ; attempt++) {
    try {
      return cluster.vote(request, decision, reason);
    } catch (error) {
      const { namespace, name, uid } = seen.metadata;
      request = cluster.get(name);
      // The spec never changes, so the same object is what was seen.
      if (request.metadata.uid !== uid || digestOf(request) !== digestOf(seen)) {
        throw new UserError(
          `approval ${namespace}/${visible(name)} is another request now than the one that was shown; nothing was decided`,
          'look at it again',
        );
      }
      const isNewer = request.metadata.resourceVersion !== seen.metadata.resourceVersion;
      if (!(error instanceof UserError) || !isNewer || attempt === ATTEMPTS) throw error;
      if (stateOf(request) !== 'Pending') throw settled(request);
    }
  }
}

function settled(request: Stored): UserError {
  const { namespace, name } = request.metadata;
  return new UserError(
    `approval ${namespace}/${visible(name)} is settled already: ${visible(settledWords(request))}`,
    'nothing was changed',
    EXIT.failure,
  );
}
