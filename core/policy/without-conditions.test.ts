import { expect, it } from 'vitest';
import { readCondition } from '../conditions/read.ts';
import { compilePack } from './rules/pack.ts';
import { pack } from './testing/gen.ts';
import { withoutConditions } from './without-conditions.ts';

const when = { when: 'principal.name == "a"' };
const compiled = (more: { when?: string }, mode: 'Enforce' | 'Shadow') =>
  compilePack(
    pack({
      detectors: { use: 'Default', mode, ...more },
      dlp: [{ detect: ['secrets'], effect: 'Deny', mode, ...more }],
      clientRequests: { roots: { effect: 'Deny', mode, ...more } },
    }),
    readCondition,
  );

it.each(['Enforce', 'Shadow'] as const)('takes them from everything that restricts, in the mode %s', (mode) => {
  expect(withoutConditions(compiled(when, mode))).toEqual(compiled({}, mode));
});

it('leaves a pack as it is that has none', () => {
  const plain = compiled({}, 'Enforce');
  expect(withoutConditions(plain)).toBe(plain);
  const empty = compilePack(pack({}), readCondition);
  expect(withoutConditions(empty)).toBe(empty);
});
