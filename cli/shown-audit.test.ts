import { expect, test } from 'vitest';
import type { GateNote, LostKind } from '../core/audit/gate-record.ts';
import type { DecisionInput } from '../core/audit/record.ts';
import { ShownAudit } from './shown-audit.ts';

const input = {} as DecisionInput;

function audit(isWhole: boolean) {
  const seen: string[] = [];
  const log = {
    state: 'behind' as const,
    append: () => void seen.push('recorded'),
    intend: () => 7,
    refuseUnknown: () => isWhole,
    note: ({ event }: GateNote) => void seen.push(event),
    lose: (what: LostKind) => void seen.push(what),
  };
  return { seen, shown: new ShownAudit(log, () => seen.push('shown')) };
}

test('a decision is shown once it is recorded', () => {
  const { seen, shown } = audit(true);
  shown.append(input);
  expect(seen).toEqual(['recorded', 'shown']);
});

test('a refusal that is only counted is not shown, so that nobody can fill the terminal', () => {
  const [whole, counted] = [audit(true), audit(false)];
  expect([whole.shown.refuseUnknown(input, '::/64'), whole.seen]).toEqual([true, ['shown']]);
  expect([counted.shown.refuseUnknown(input, '::/64'), counted.seen]).toEqual([false, []]);
});

test('what is with the server is recorded and not shown, and the state is that of the log', () => {
  const { seen, shown } = audit(true);
  expect([shown.intend(input), shown.state, seen]).toEqual([7, 'behind', []]);
});

test('what is no decision goes to the log alone', () => {
  const { seen, shown } = audit(true);
  shown.note({ event: 'pin', digest: 'sha256:1', kind: 'tool', name: 'a', state: 'accepted' });
  shown.lose('refused');
  expect(seen).toEqual(['pin', 'refused']);
});
