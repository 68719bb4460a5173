import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack } from '../testing/gen.ts';
import { limitsOf, limitsSchema, mergeLimits } from './limits.ts';

const STANDARD = { body: 4 * 1024 * 1024, batch: 100, sessionIdleMs: 3_600_000 };
const said = fc.record(
  {
    body: fc.constantFrom('1Ki', '64Ki', '4Mi'),
    batch: fc.integer({ min: 0, max: 100 }),
    sessionIdle: fc.constantFrom('1m', '1h', '24h'),
  },
  { requiredKeys: [] },
);
const merged = (limits: readonly object[]) => mergeLimits(limits.map((own, i) => pack({ limits: own }, `p${i}`)));

describe('limits', () => {
  it('are bytes, messages and milliseconds, and null where a pack is silent', () => {
    expect(limitsOf({ body: '64Ki', batch: 0, sessionIdle: '1h30m' })).toEqual({
      body: 65_536,
      batch: 0,
      sessionIdleMs: 5_400_000,
    });
    expect(limitsOf(undefined)).toEqual({ body: null, batch: null, sessionIdleMs: null });
  });

  it('are the standard where no pack names any', () => {
    expect(merged([])).toEqual(STANDARD);
    expect(merged([{}])).toEqual(STANDARD);
  });

  it('of several packs are the smallest of each that is named, in whatever order', () => {
    fc.assert(
      fc.property(fc.array(said, { maxLength: 4 }), (all) => {
        const one = merged(all);
        expect(merged(all.toReversed())).toEqual(one);
        expect(limitsSchema.parse(one)).toEqual(one);
        const own = all.map(limitsOf);
        for (const limit of ['body', 'batch', 'sessionIdleMs'] as const) {
          const named = own.flatMap((limits) => limits[limit] ?? []);
          expect(one[limit]).toBe(named.length === 0 ? STANDARD[limit] : Math.min(...named));
        }
      }),
    );
  });

  it.each([{ body: 0 }, { batch: -1 }, { sessionIdleMs: 0 }, { body: 1.5 }, { more: 1 }])(
    'are not read as %j',
    (wrong) => {
      expect(limitsSchema.safeParse({ ...STANDARD, ...wrong }).success).toBe(false);
    },
  );
});
