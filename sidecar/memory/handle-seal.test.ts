import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../core/policy/principal.ts';
import { HandleSeal } from './handle-seal.ts';

const principal = (name: string, kind: Principal['kind'] = 'token'): Principal => ({ kind, name, groups: [] });
const KEY = Buffer.alloc(32, 1);

describe('HandleSeal', () => {
  it('opens what it sealed, for the same principal of the same server alone', () => {
    const seal = new HandleSeal(KEY);
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), fc.string(), (state, a, b, x, y) => {
        const sealed = seal.seal(state, principal(a), x);
        expect(seal.open(sealed, principal(a), x)).toBe(state);
        if (a !== b) expect(seal.open(sealed, principal(b), x)).toBeUndefined();
        if (x !== y) expect(seal.open(sealed, principal(a), y)).toBeUndefined();
        // What moves from one part into the next is another text.
        if (a !== '') expect(seal.open(sealed, principal(a.slice(1)), x + a.slice(0, 1))).toBeUndefined();
      }),
    );
  });

  it('a name of another kind is another principal', () => {
    const seal = new HandleSeal(KEY);
    expect(seal.open(seal.seal('s', principal('a'), 'x'), principal('a', 'anonymous'), 'x')).toBeUndefined();
  });

  it.each(['', 'sp1.', 'sp1..s', 'sp1.AAAAAAAAAAAAAAAAAAAAAA.s', 'sp2.AAAAAAAAAAAAAAAAAAAAAA.s', 's'])(
    'opens nothing else: %j',
    (sealed) => {
      expect(new HandleSeal(KEY).open(sealed, principal('a'), 'x')).toBeUndefined();
    },
  );

  it('a key that is changed: the last ones still open', () => {
    const [first, second] = [Buffer.alloc(32, 2), Buffer.alloc(32, 3)];
    const seal = new HandleSeal(KEY);
    const own = seal.seal('own', principal('a'), 'x');
    seal.adopt(first, []);
    const early = seal.seal('early', principal('a'), 'x');
    seal.adopt(second, [first]);
    expect(seal.open(own, principal('a'), 'x')).toBe('own');
    expect(seal.open(early, principal('a'), 'x')).toBe('early');
    seal.adopt(second, []);
    expect(seal.open(early, principal('a'), 'x')).toBeUndefined();
    expect(new HandleSeal(second).open(seal.seal('late', principal('a'), 'x'), principal('a'), 'x')).toBe('late');
  });
});
