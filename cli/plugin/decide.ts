/** One vote: what it is on is shown first, and what became of it is said after. */
import type { ApprovalDecision } from '../../core/api/approval-request.ts';
import { EXIT, usageError, UserError } from '../errors.ts';
import { digestOf, renderApproval, settledWords, stateOf } from '../render-approval.ts';
import { styleFor } from '../style.ts';
import { visible } from '../../core/shown/terminal-text.ts';
import { isAnsweredYes } from './ask.ts';
import type { Cluster, Stored } from './cluster.ts';

/** What the API server keeps of a reason. */
export const MAX_REASON = 1024;

export interface DecideOptions {
  readonly reason?: string;
  /** As `show` printed it. */
  readonly digest?: string;
  readonly yes?: boolean;
}

/** Votes of others and what the operator writes make another version of the same request. */
const ATTEMPTS = 5;

/** The request with the vote in it; undefined where the question was answered with no. */
export async function decide(
  cluster: Cluster,
  name: string,
  decision: ApprovalDecision,
  options: DecideOptions,
): Promise<Stored | undefined> {
  const { reason, digest, yes } = options;
  if (reason !== undefined && reason.length > MAX_REASON) {
    throw usageError(
      `--reason has ${reason.length} characters, at most ${MAX_REASON} are kept`,
      'say it in fewer words',
    );
  }
  const request = cluster.get(name);
  const { namespace } = request.metadata;
  if (digest !== undefined && digest !== digestOf(request)) {
    throw new UserError(
      `approval ${namespace}/${visible(name)} is about something else than --digest says: its digest is ${digestOf(request) ?? 'not known'}`,
      `look at it again: kubectl sallyport approvals show ${visible(name)} -n ${namespace}`,
    );
  }
  if (stateOf(request) !== 'Pending') throw settled(request);
  if (decision === 'Approved' && yes !== true && digest === undefined) {
    if (!process.stdin.isTTY) {
      throw usageError(
        'nobody is at this terminal who could say yes to what is shown',
        'add --digest with the digest that `show` printed, or --yes',
      );
    }
    const columns = process.stderr.columns ?? 80;
    process.stderr.write(renderApproval(request, Date.now(), columns, { style: styleFor(process.stderr) }));
    if (!(await isAnsweredYes('\nApprove this?'))) return undefined;
  }
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
