import { DEFAULT_ORDER } from '../../api/access-names.ts';
import { expect, it } from 'vitest';
import { compileOrder } from './access-order.ts';

it.each([
  ['nothing, where nobody says an order', undefined, {}],
  ['nothing, where it is that of every gate', { order: ['Tokens'] as const }, {}],
  [
    'all ways, those that are not listed behind',
    { order: ['JWT'] as const },
    { order: ['JWT', ...DEFAULT_ORDER.filter((way) => way !== 'JWT')] },
  ],
])('a bundle has %s', (_what, access, held) => {
  expect(compileOrder(access)).toEqual(held);
});
