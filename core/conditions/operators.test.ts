import { expect, it } from 'vitest';
import { say } from './testing/ask.ts';

it.each([
  ['arguments.n + 1 == 6 && arguments.n - 1 == 4 && arguments.n * 2 == 10', { n: 5 }, true],
  ['arguments.n / 2 == 2 && arguments.n % 2 == 1 && -arguments.n == -5', { n: 5 }, true],
  ['arguments.n + 1.0 == 1.5 && arguments.n - 0.5 == 0.0 && arguments.n * 2.0 == 1.0', { n: 0.5 }, true],
  ['arguments.n / 0.5 == 1.0 && -arguments.n < 0.0', { n: 0.5 }, true],
  ['arguments.n + 1 == 1', { n: 0.5 }, 'wrong-type'],
  ['double(arguments.n) + 0.5 == 5.5', { n: 5 }, true],
  ['arguments.n % arguments.n == 0', { n: 0.5 }, 'wrong-type'],
  ['arguments.n / 0 == 1', { n: 5 }, 'no-result'],
  ['arguments.n % 0 == 1', { n: 5 }, 'no-result'],
  ['arguments.n + 9223372036854775807 > 0', { n: 1 }, 'no-result'],
  ['-(arguments.n - 9223372036854775807 - 2) > 0', { n: 1 }, 'no-result'],
  ['-arguments.n == 1', { n: 'x' }, 'wrong-type'],
  ['arguments.s + "b" == "ab"', { s: 'a' }, true],
  ['arguments.s + "b" == "ab"', { s: 1 }, 'wrong-type'],
  ['arguments.l + [3] == [1, 3]', { l: [1] }, true],
  ['arguments.s in ["a", "b"]', { s: 'b' }, true],
  ['arguments.s in ["a", "b"]', { s: 'c' }, false],
  ['arguments.s in arguments.l', { s: 'c', l: [1, 'c'] }, true],
  ['arguments.s in arguments.l', { s: 'c', l: [1, 'd'] }, 'wrong-type'],
  ['arguments.s in arguments.l', { s: 'c', l: 'abc' }, 'wrong-type'],
  ['now - timestamp("2026-11-30T23:00:15Z") < duration("31m")', {}, true],
  ['now + duration("1h") - duration("2h") < now', {}, true],
  ['duration("1h") + duration("1m") > duration("1h") - duration("1s")', {}, true],
])('%s with %j says %s', (text, args, said) => expect(say(text, args)).toBe(said));
