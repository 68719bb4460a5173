/** Taint by label: whoever has called a source may send nothing out for a while. */
import type { MarkSeen } from '../../history/kinds/mark.ts';
import { originNote, originWords } from './origin.ts';
import type { HistoryEvent, Part, Seen, Wanted } from './rule.ts';
import type { Membership, TaintTerms } from './taint-terms.ts';
import { placesOf } from './taint-places.ts';

export function partByLabel(terms: TaintTerms, event: HistoryEvent, { isSource, isSink }: Membership): Part {
  const { rule, shadow, isInTheWay } = terms;
  const ops: Wanted[] = [];
  for (const place of placesOf(rule, event, 'called')) {
    const { withinMs } = rule;
    if (isSink) ops.push({ op: { kind: 'whether', ...place, withinMs, want: 'HasNot' }, isAsked: isInTheWay });
    const note = originNote(event);
    if (isSource) ops.push({ op: { kind: 'mark', ...place, forMs: withinMs, note }, isAsked: false });
  }
  return {
    ...{ rule: rule.id, shadow, ops },
    judge(seen) {
      const last = latest(seen);
      if (last === undefined) return undefined;
      const origin = originWords(last.note, last.agoMs);
      return terms.against(
        `it can send out what ${origin} has answered`,
        'Do not retry; tell the user what was to be sent, and where.',
      );
    },
  };
}

function latest(seen: readonly Seen[]): MarkSeen['last'] {
  return seen
    .flatMap((one) => (one.kind === 'mark' && one.last !== undefined ? [one.last] : []))
    .toSorted((a, b) => a.agoMs - b.agoMs)[0];
}
