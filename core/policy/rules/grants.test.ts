import { describe, expect, it } from 'vitest';
import { pack } from '../testing/gen.ts';
import { compileGrantCeilings, compileGrantTerms } from './grants.ts';

const allow = { tools: [{ names: ['a'], effect: 'Allow' as const }] };

describe('how far grants may go', () => {
  it('is in milliseconds and uses, of a rule that says it', () => {
    expect(compileGrantTerms({ maxDuration: '2h', maxUses: 10 })).toEqual({
      grants: { maxMs: 7_200_000, maxUses: 10 },
    });
    expect(compileGrantTerms(undefined)).toEqual({});
  });

  it.each([
    [{ maxDuration: '1h' }, { maxMs: 3_600_000 }],
    [{ maxUses: 3 }, { maxUses: 3 }],
    [{ never: ['b', 'a'] }, { never: ['a', 'b'] }],
  ])('is of a pack what it says, %j', (grants, compiled) => {
    expect(compileGrantCeilings(pack({ ...allow, grants }).spec)).toEqual({ grants: compiled });
  });

  it('is not there of a pack that says nothing', () => {
    expect(compileGrantCeilings(pack(allow).spec)).toEqual({});
  });
});
