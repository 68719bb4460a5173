import { expect, it } from 'vitest';
import { EFFECTS } from '../api/effects.ts';
import { isStricter } from './effect.ts';

it('orders effects as the design says: Deny > RequireApproval > Redact > Log > Allow', () => {
  const strictest = EFFECTS.toSorted((a, b) => (isStricter(a, b) ? -1 : 1));
  expect(strictest).toEqual(['Deny', 'RequireApproval', 'Redact', 'Log', 'Allow']);
});

it('takes no effect for stricter than itself', () => {
  expect(EFFECTS.filter((effect) => isStricter(effect, effect))).toEqual([]);
});
