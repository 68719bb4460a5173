/** Sequences of one pack, played. For tests. */
import type { PolicyPackInput } from '../../api/policy-pack.ts';
import { explainRefusal } from '../explain.ts';
import { ada, pack, policyOf, tool } from './gen.ts';
import { type Played, Player } from './player.ts';

export type Sequence = NonNullable<PolicyPackInput['spec']['sequences']>[number];

export const MINUTE = 60_000;
export const bob = { ...ada, name: 'bob' };

export function playerOf(...sequences: Sequence[]): Player {
  const labels = { 'private-source': ['read_*'], 'external-sink': ['send_*', 'http_get'] };
  return new Player(policyOf(pack({ labels, sequences })));
}

/** Of each call, whether it was sent. */
export function effects(player: Player, ...calls: Played[]): boolean[] {
  return calls.map((call) => player.play(call).isSent);
}

/** What its caller reads; undefined: it was sent. */
export function wordsOf(player: Player, call: Played): string | undefined {
  const [judged] = player.play(call).against;
  return judged === undefined ? undefined : explainRefusal(judged.verdict, tool(call.tool), ada);
}
