import { expect, it } from 'vitest';
import { policyOf } from './policy-note.ts';

const NOTE = { event: 'policy', previous: null, revision: 'sha256:a', state: 'Enforced' } as const;
const halt = { by: 'ada', principals: null, reason: 'incident', tools: ['send_*'] };

it.each([
  ['nothing', undefined, undefined],
  ['what it halts', halt, halt],
  ['of whom, and of no more than fit', { ...halt, principals: ['a'], reason: 'x'.repeat(2000) }, undefined],
])('a pack in force says %s', (_what, said, written) => {
  const [pack] = policyOf({ ...NOTE, packs: [{ halt: said, mode: 'Enforce', ref: 'finance/stop' }] }).packs;
  expect(pack).toMatchObject({ mode: 'Enforce', ref: 'finance/stop' });
  if (written !== undefined) expect(pack?.halt).toEqual(written);
  expect(pack?.halt?.reason.length ?? 0).toBeLessThan(1_100);
});

it('packs beyond two hundred are left out', () => {
  const packs = Array.from({ length: 201 }, (_, i) => ({ mode: 'Enforce', ref: `finance/p${i}` }));
  expect(policyOf({ ...NOTE, packs }).packs).toHaveLength(200);
});
