import { expect, it } from 'vitest';
import { policyPackSchema } from '../../api/policy-pack.ts';
import { pack } from '../testing/gen.ts';
import { compileArgumentLimits, smallerLimits, smallestOf } from './argument-limits.ts';

type Limits = NonNullable<NonNullable<Parameters<typeof pack>[0]['arguments']>['limits']>;
const compiled = (limits?: Limits) =>
  compileArgumentLimits('a/b', pack(limits === undefined ? {} : { arguments: { limits } }).spec);

it('holds what is named, in numbers, and whether it only records', () => {
  const rule = { id: 'a/b#arguments.limits', maxItems: 5, maxSize: 2048 };
  expect(compiled({ maxItems: 5, maxSize: '2Ki' })).toEqual({ argumentLimits: rule });
  expect(compiled({ maxItems: 5, maxSize: '2Ki', mode: 'Shadow' })).toEqual({ shadowArgumentLimits: rule });
  expect(compiled()).toEqual({});
});

it.each([{}, { mode: 'Shadow' }])('limits have to limit something: %j', (limits) => {
  const { success } = policyPackSchema.safeParse({ ...pack({}), spec: { arguments: { limits } } });
  expect(success).toBe(false);
});

it('of two versions the smaller of each limit is left, and what one alone has', () => {
  const [one, other] = [
    { id: 'a', maxItems: 5, maxDepth: 3 },
    { id: 'b', maxItems: 4, maxSize: 100 },
  ];
  expect(smallerLimits(one, other)).toEqual({ argumentLimits: { id: 'a', maxItems: 4, maxDepth: 3, maxSize: 100 } });
  expect(smallerLimits(undefined, other)).toEqual({ argumentLimits: other });
  expect(smallerLimits(undefined, undefined)).toEqual({});
  expect(smallestOf([]).maxItems).toBe(Infinity);
});
