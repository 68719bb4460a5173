import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Op } from '../../../../core/history/ops.ts';
import { divided } from './divided.ts';

const place = { of: 'rule', whom: 'ada' };
const part = (op: Op, gates: number) => divided([{ op, isAsked: true }], gates)[0]?.op;

it('all gates together have no more than the limit', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 500 }), (limit, gates) => {
      for (const op of [
        { kind: 'window' as const, ...place, windowMs: 1, limit, add: 1 },
        { kind: 'period' as const, ...place, endsAt: 1, limit, add: 1 },
        { kind: 'lease' as const, ...place, id: 'i', limit, forMs: 1 },
      ]) {
        const own = part(op, gates);
        const its = own !== undefined && 'limit' in own ? (own.limit ?? NaN) : NaN;
        expect(its * gates).toBeLessThanOrEqual(limit);
        expect((its + 1) * gates).toBeGreaterThan(limit);
      }
    }),
  );
});

it.each<[string, Op]>([
  ['a sum without a limit', { kind: 'window', ...place, windowMs: 1, limit: undefined, add: 1 }],
  ['what happened', { kind: 'mark', ...place, forMs: 1, note: '' }],
  ['whether it did', { kind: 'whether', ...place, withinMs: 1, want: 'Has' }],
  ['what is given back', { kind: 'release', ...place, id: 'i' }],
])('%s is the same for one alone', (_what, op) => {
  expect(part(op, 4)).toEqual(op);
});
