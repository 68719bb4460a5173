import { expect, it } from 'vitest';
import type { Effect } from '../../api/effects.ts';
import { callLine } from '../testing/lines.ts';
import { Changes, type Seen } from './changes.ts';

const seen = (effect: Effect, more: Partial<Seen> = {}): Seen => ({
  ...{ call: callLine(), effect, rules: ['p#new'], answer: undefined, answerRules: [], untold: [], arguments: {} },
  ...more,
});

it('counts by decision, rule, caller and thing, with the first as an example', () => {
  const changes = new Changes();
  changes.add(seen('Allow'));
  changes.add(seen('Deny', { call: callLine({ call: 7 }) }));
  changes.add(seen('Deny'));
  changes.add(seen('Deny', { rules: [] }));
  changes.add(seen('Allow', { call: callLine({ effect: 'Deny', principal: null }) }));
  expect([changes.calls, changes.same, changes.changed, changes.stricter, changes.looser]).toEqual([5, 1, 4, 3, 1]);
  expect(
    changes.list.map(({ before, after, rules, principal, calls, example }) => [
      before,
      after,
      rules,
      principal,
      calls,
      example.call,
    ]),
  ).toEqual([
    ['Allow', 'Deny', ['p#new'], 'ada', 2, 7],
    ['Allow', 'Deny', ['default/open#all'], 'ada', 1, 1],
    ['Deny', 'Allow', ['p#new'], 'nobody known', 1, 1],
  ]);
});

it('looks at the answer where the call goes on as before', () => {
  const changes = new Changes();
  changes.add(seen('Allow', { answer: 'Redact', answerRules: ['p#dlp'] }));
  changes.add(seen('Allow', { answer: 'Redact', call: callLine({ answer: { effect: 'Redact', rules: ['o#dlp'] } }) }));
  changes.add(seen('Allow', { answer: 'Allow', call: callLine({ answer: { effect: 'Redact', rules: ['o#dlp'] } }) }));
  expect(changes.list.map(({ of, before, after, rules }) => [of, before, after, rules])).toEqual([
    ['answer', 'Allow', 'Redact', ['p#dlp']],
    ['answer', 'Redact', 'Allow', ['o#dlp']],
  ]);
  expect([changes.same, changes.changed]).toEqual([1, 2]);
});

it('does not guess', () => {
  const changes = new Changes();
  changes.add(
    seen('Deny', {
      untold: [
        { rule: 'p#a', why: 'w' },
        { rule: 'p#b', why: 'w' },
      ],
    }),
  );
  changes.add(seen('Deny', { untold: [{ rule: 'p#a', why: 'w' }] }));
  changes.pass();
  expect([changes.changed, changes.untold, changes.unasked, changes.calls]).toEqual([0, 2, 1, 3]);
  expect(changes.reasons).toEqual([
    { rule: 'p#a', why: 'w', calls: 2 },
    { rule: 'p#b', why: 'w', calls: 1 },
  ]);
});

it('has a bound', () => {
  const changes = new Changes();
  for (let i = 0; i < 1_002; i++) changes.add(seen('Deny', { rules: [`p#${i}`] }));
  expect([changes.list.length, changes.unlisted, changes.changed]).toEqual([1_000, 2, 1_002]);
});
