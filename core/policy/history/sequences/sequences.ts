/** The sequences of a bundle as rules on what came before. */
import type { Bundle } from '../../bundle.ts';
import type { BundleSequence } from '../../rules/sequences.ts';
import type { HistoryRule } from '../rule.ts';
import { Barrier } from './barrier.ts';
import { Count } from './count.ts';
import { MemberSets } from './members.ts';
import { Order } from './order.ts';
import { Prerequisite } from './require.ts';

export function sequenceRules({ packs }: Pick<Bundle, 'packs'>): readonly HistoryRule[] {
  const sets = new MemberSets();
  return packs.flatMap(({ mode, sequences = [] }) =>
    sequences.map((said) => ruleOf(said, mode === 'Shadow' || said.mode === 'Shadow', sets)),
  );
}

function ruleOf(said: BundleSequence, shadow: boolean, sets: MemberSets): HistoryRule {
  switch (said.kind) {
    case 'require':
      return new Prerequisite(said, shadow, sets);
    case 'after':
      return new Barrier(said, shadow, sets);
    case 'count':
      return new Count(said, shadow, sets);
    case 'order':
      return new Order(said, shadow, sets);
  }
}
