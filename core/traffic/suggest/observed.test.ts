import { expect, it } from 'vitest';
import { callLine } from '../testing/lines.ts';
import { ObservedTraffic } from './observed.ts';

it('keeps what was let through, by thing and caller', () => {
  const observed = new ObservedTraffic();
  observed.add(callLine());
  observed.add(callLine({ effect: 'RequireApproval' }));
  observed.add(callLine({ principal: { kind: 'token', name: 'bob', groups: [] } }));
  observed.add(callLine({ effect: 'Deny', outcome: 'refused' }));
  observed.add(callLine({ effect: 'RequireApproval', outcome: 'pending' }));
  observed.add(callLine({ effect: null, outcome: 'refused', reason: 'halted' }));
  expect([observed.allowed, observed.refused]).toEqual([3, 3]);
  expect(
    observed.used.map(({ principal, calls, isHeld, samples }) => [principal.name, calls, isHeld, samples.length]),
  ).toEqual([
    ['ada', 2, true, 1],
    ['bob', 1, false, 1],
  ]);
});

it.each([
  [{ name: 'a*' }, /"\*" or is none/],
  [{ name: 'a\nb' }, /is none that a rule/],
  [{ name: 'x'.repeat(257) }, /is none/],
  [{ name: '[masked: email]' }, /is not kept/],
  [{ principal: null }, /nobody knows/],
  [{ principal: { kind: 'token', name: '*', groups: [] } }, /that no rule can name/],
])('no rule can be about %j', (said, why) => {
  const observed = new ObservedTraffic();
  observed.add(callLine(said));
  expect(observed.used).toEqual([]);
  expect(observed.leftOut[0]?.why).toMatch(why);
});

it('has a bound', () => {
  const observed = new ObservedTraffic();
  for (let i = 0; i < 4_001; i++) observed.add(callLine({ name: `t${i}` }));
  for (let i = 0; i < 201; i++) observed.add(callLine({ name: `t${i}*` }));
  expect([observed.used.length, observed.leftOut.length, observed.isPartly]).toEqual([4_000, 200, true]);
});
