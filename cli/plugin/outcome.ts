/** What became of a vote: the operator counts it a moment after the API server has taken it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApprovalDecision } from '../../core/api/approval-request.ts';
import { renderDecided, stateOf } from '../render-approval.ts';
import { visible } from '../../core/shown/terminal-text.ts';
import type { Cluster, Stored } from './cluster.ts';

const WITHIN_MS = 5_000;
const EVERY_MS = 250;

export async function tellOutcome(
  cluster: Cluster,
  voted: Stored,
  decision: ApprovalDecision,
  withinMs = WITHIN_MS,
): Promise<string> {
  const { name, uid } = voted.metadata;
  const until = Date.now() + withinMs;
  let request = voted;
  while (stateOf(request) === 'Pending' && Date.now() < until) {
    await sleep(EVERY_MS);
    const now = cluster.get(name);
    // A settled one is deleted some time: then this vote was counted before.
    if (now.metadata.uid !== uid) break;
    request = now;
  }
  if (stateOf(request) !== 'Pending') return renderDecided(request);
  return `${visible(name)}: your vote (${decision}) is kept, and not counted yet: see kubectl sallyport approvals show\n`;
}
