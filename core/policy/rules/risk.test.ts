import { describe, expect, it } from 'vitest';
import { pack, policyOf } from '../testing/gen.ts';
import { riskOfEither } from './risk.ts';

type Risk = Parameters<typeof pack>[0]['risk'];

const compiled = (risk: NonNullable<Risk>) => {
  const said = policyOf(pack({ risk }, 'rules')).bundle.packs[0]?.risk;
  if (said === undefined) throw new Error('the bundle has none');
  return said;
};

describe('risk in a bundle', () => {
  it('has everything filled in', () => {
    expect(
      compiled({ denyAt: 80, hours: { from: '07:30', to: '19:00', timeZone: 'UTC' }, weights: { refusal: 0 } }),
    ).toEqual({
      ...{ id: 'finance/rules#risk', mode: 'Enforce', per: 'principal', approveAt: null, denyAt: 80 },
      ...{ halfLifeMs: 1_800_000, learn: 20, hours: { from: 450, to: 1_140, timeZone: 'UTC' } },
      weights: {
        ...{ finding: 10, answerFinding: 10, newTool: 10, newPlace: 10, burst: 15, largeArguments: 10 },
        ...{ destructive: 15, refusal: 0, unusualHour: 10 },
      },
    });
  });

  it('has the lower thresholds of two versions that a gate cannot tell apart', () => {
    const [one, other] = [compiled({ approveAt: 50, denyAt: 80 }), compiled({ denyAt: 60 })];
    expect(riskOfEither(one, other).risk).toMatchObject({ approveAt: 50, denyAt: 60 });
    expect(riskOfEither(other, one).risk).toMatchObject({ approveAt: 50, denyAt: 60 });
    expect(riskOfEither(undefined, other).risk).toEqual(other);
    expect(riskOfEither(one, undefined).risk).toEqual(one);
    expect(riskOfEither(undefined, undefined)).toEqual({});
  });
});
