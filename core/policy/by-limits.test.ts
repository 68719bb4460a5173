import { describe, expect, it } from 'vitest';
import { pack, policyOf } from './testing/gen.ts';

type Limits = NonNullable<NonNullable<Parameters<typeof pack>[0]['arguments']>['limits']>;

const ROWS = { rows: [1, 2, 3, 4, 5] };
const judged = (args: object, ...packs: Parameters<typeof policyOf>) =>
  policyOf(...packs).argumentLimits?.judge(Buffer.from(JSON.stringify(args)));
const limiting = (limits: Limits, name = 'a', mode: 'Enforce' | 'Shadow' = 'Enforce') =>
  pack({ mode, arguments: { limits } }, name);

describe('arguments that are too large', () => {
  it('are denied, in words that say what and where', () => {
    expect(judged(ROWS, limiting({ maxItems: 3 }))).toMatchObject({
      effect: 'Deny',
      rules: ['finance/a#arguments.limits'],
      causes: [
        { kind: 'argument', detail: 'argument "rows": The list has 5 items, at most 3 are allowed. Split the call.' },
      ],
      findings: [{ detector: 'limits', reason: 'list-too-long', pointer: '/rows' }],
    });
  });

  it('are too large for the strictest pack, which is the one that is named', () => {
    expect(judged(ROWS, limiting({ maxItems: 9 }), limiting({ maxItems: 4, maxDepth: 5 }, 'b'))).toMatchObject({
      effect: 'Deny',
      rules: ['finance/b#arguments.limits'],
    });
    expect(judged(ROWS, limiting({ maxItems: 3 }), limiting({ maxSize: '16' }, 'b'))?.rules).toEqual([
      'finance/a#arguments.limits',
      'finance/b#arguments.limits',
    ]);
  });

  it.each([
    ['limits in shadow', limiting({ maxItems: 3, mode: 'Shadow' })],
    ['a pack in shadow', limiting({ maxItems: 3 }, 'a', 'Shadow')],
  ])('are on record only by %s', (_, one) => {
    expect(judged(ROWS, one)).toMatchObject({ effect: 'Allow', findings: [], would: { effect: 'Deny' } });
    expect(judged(ROWS, one, limiting({ maxItems: 2 }, 'b'))).toMatchObject({ effect: 'Deny', would: undefined });
  });
});

it('arguments within all limits are nothing to speak of, and without limits nobody looks', () => {
  expect(judged(ROWS, limiting({ maxItems: 5, maxDepth: 2, maxLength: 4, maxProperties: 1, maxSize: '20' }))).toBe(
    undefined,
  );
  expect(policyOf(pack({})).argumentLimits).toBeUndefined();
  expect(policyOf(pack({ arguments: { schema: 'Enforce' } })).argumentLimits).toBeUndefined();
});
