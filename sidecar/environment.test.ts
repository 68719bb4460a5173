import { expect, it } from 'vitest';
import { durationOf, flagOf, portOf, required } from './environment.ts';

it('what is there is read', () => {
  expect(required({ A: 'x' }, 'A', 'a name')).toBe('x');
  expect([flagOf({}, 'A'), flagOf({ A: '' }, 'A'), flagOf({ A: 'false' }, 'A'), flagOf({ A: 'true' }, 'A')]).toEqual([
    false,
    false,
    false,
    true,
  ]);
  expect([portOf({}, 'A', 8484), portOf({ A: '0' }, 'A', 1), portOf({ A: '65535' }, 'A', 1)]).toEqual([
    8484, 0, 65_535,
  ]);
  expect([durationOf({}, 'A', '5s'), durationOf({ A: '1m' }, 'A', '5s')]).toEqual([5_000, 60_000]);
});

it.each<[why: string, read: () => unknown]>([
  ['A is not set; it must be a name', () => required({}, 'A', 'a name')],
  ['A is not set; it must be a name', () => required({ A: '' }, 'A', 'a name')],
  ['A is neither true nor false: "yes"', () => flagOf({ A: 'yes' }, 'A')],
  ['A is not a port: "65536"', () => portOf({ A: '65536' }, 'A', 1)],
  ['A is not a port: "-1"', () => portOf({ A: '-1' }, 'A', 1)],
  ['A is not a port: "1.5"', () => portOf({ A: '1.5' }, 'A', 1)],
  ['A is not a duration such as 20s: "5"', () => durationOf({ A: '5' }, 'A', '1s')],
])('%s', (why, read) => {
  expect(read).toThrow(why);
});
