import { describe, expect, it } from 'vitest';
import { say } from './testing/ask.ts';

describe('numbers', () => {
  it.each([
    ['arguments.n == 1', { n: 1 }, true],
    ['arguments.n == 1.0', { n: 1 }, true],
    ['arguments.n == 1.5', { n: 1.5 }, true],
    ['arguments.n > 1 && arguments.n < 2', { n: 1.5 }, true],
    ['arguments.n > 9007199254740992', { n: 5 }, false],
    ['arguments.n > 1000', { n: 1e300 }, true],
    ['arguments.n >= 2', { n: 2 }, true],
    ['arguments.n <= 1', { n: 2 }, false],
    // 9007199254740993 comes out of JSON as ...992, and as "no" it would pass by a rule that forbids it.
    ['arguments.n == 9007199254740993', { n: 9007199254740992 }, 'no-result'],
    ['arguments.n < 1', { n: '0' }, 'wrong-type'],
    ['arguments.n < 1', { n: null }, 'wrong-type'],
    ['0.0 / 0.0 <= arguments.n', { n: 0.5 }, false],
    ['0.0 / 0.0 >= arguments.n', { n: 0.5 }, false],
  ])('%s with %j says %s', (text, args, said) => expect(say(text, args)).toBe(said));
});

describe('equality', () => {
  it.each([
    ['arguments.v == null', { v: null }, true],
    ['arguments.v == null', { v: 'x' }, false],
    ['arguments.v != "x"', { v: 'y' }, true],
    ['arguments.v == true', { v: true }, true],
    ['arguments.v == [1, 2]', { v: [1, 2] }, true],
    ['arguments.v == [1, 2]', { v: [1] }, false],
    ['arguments.v == {"a": 1}', { v: { a: 1 } }, true],
    ['arguments.v == {"a": 1}', { v: { a: 2 } }, false],
    ['arguments.v == {"a": 1}', { v: { b: 1 } }, false],
    ['arguments.v == {"a": 1}', { v: {} }, false],
    ['{"a": 1} == arguments.v', { v: { a: 1 } }, true],
    ['{1: 2} == arguments.v', { v: { 1: 2 } }, false],
    ['arguments.v == {1: 2}', { v: { 1: 2 } }, false],
    ['arguments.v == arguments.w', { v: { a: [{}] }, w: { a: [{}] } }, true],
    ['arguments.v == {"toString": null}', { v: { x: 1 } }, false],
    ['type(arguments.v) == type(1)', { v: 2 }, true],
    ['timestamp("2026-01-01T00:00:00Z") == timestamp("2026-01-01T01:00:00+01:00")', {}, true],
    ['duration("60s") == duration("1m")', {}, true],
  ])('%s with %j is %s', (text, args, said) => expect(say(text, args)).toBe(said));

  // A server may take "5" for 5.
  it.each([
    ['arguments.v == 5', { v: '5' }],
    ['arguments.v != 5', { v: '5' }],
    ['arguments.v == "true"', { v: true }],
    ['arguments.v == "a"', { v: ['a'] }],
    ['arguments.v in [5, 6]', { v: '5' }],
  ])('of two types is not known: %s with %j', (text, args) => expect(say(text, args)).toBe('wrong-type'));
});

describe('order', () => {
  it.each([
    ['arguments.v < "b"', { v: 'a' }, true],
    ['arguments.v > "b"', { v: 'a' }, false],
    ['arguments.v <= "a"', { v: 'a' }, true],
    ['arguments.v > false', { v: true }, true],
    ['now > timestamp("2026-01-01T00:00:00Z")', {}, true],
    ['duration("1h") > duration("59m")', {}, true],
    ['arguments.v < "b"', { v: ['a'] }, 'wrong-type'],
  ])('%s with %j says %s', (text, args, said) => expect(say(text, args)).toBe(said));
});
