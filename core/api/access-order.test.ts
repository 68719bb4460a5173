import { describe, expect, it } from 'vitest';
import { WAYS_IN } from './access-names.ts';
import { ORDER_RULES, orderSchema } from './access-order.ts';

describe('an order of ways', () => {
  it.each([
    ['one way', ['JWT'], []],
    ['several', ['JWT', 'Tokens'], []],
    ['one twice', ['JWT', 'JWT'], ['stands here twice, and is asked once; remove one of them']],
  ])('of %s', (_what, order, complaints) => {
    expect(orderSchema.safeParse(order).error?.issues.map(({ message }) => message) ?? []).toEqual(complaints);
  });

  it('is held against the fields by the API server, too', () => {
    expect(ORDER_RULES.map(({ rule }) => rule)).toEqual(
      Object.entries(WAYS_IN).map(
        ([way, field]) => `!has(self.order) || !('${way}' in self.order) || has(self.${field})`,
      ),
    );
  });
});
