/** What became of a vote: the operator counts it a moment after the API server has taken it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApprovalDecision } from '../../core/api/approval-request.ts';
import { tallyInWords, tallyOf } from '../../core/approvals/tally.ts';
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
  const { outcome, ...tally } = tallyOf(voted.spec, voted.status?.votes ?? []);
  if (outcome === undefined && stateOf(voted) === 'Pending') {
    const words = tallyInWords({ outcome, ...tally });
    return `${visible(name)}: your vote (${decision}) is cast; ${visible(words)}\n`;
  }
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
  return `${visible(name)}: your vote (${decision}) is cast, and the operator has not counted it yet: see kubectl sallyport approvals show\n`;
}
