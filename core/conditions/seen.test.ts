import { expect, it } from 'vitest';
import { isMistake, parseCondition } from './parse.ts';
import { seenBy } from './seen.ts';
import { FACTS } from './testing/ask.ts';

function seen(text: string, args: object): Record<string, string> {
  const parsed = parseCondition(text, 'tool');
  if (isMistake(parsed)) return expect.fail(parsed.problem);
  return Object.fromEntries(seenBy(parsed, FACTS, 'transfer', args).map(({ what, value }) => [what, value]));
}

it('is each way from a variable to what is read, once', () => {
  const text =
    'arguments.n > 1 && arguments.n < 9 && has(arguments.a.b) && arguments["x y"][0] == 1 && now > timestamp("2026-01-01T00:00:00Z")';
  expect(seen(text, { n: 5, a: {}, 'x y': [1] })).toEqual({
    'arguments.n': '5',
    'arguments.a.b': 'not there',
    'arguments["x y"][0]': '1',
    now: '"2026-11-30T23:30:15.250Z"',
  });
});

it('is the whole list that a macro goes through, and not its variable', () => {
  expect(seen('arguments.l.exists(x, x.n > 1 && tool.name == "a")', { l: [{ n: 1 }] })).toEqual({
    'arguments.l': '[{"n":1}]',
    'tool.name': '"transfer"',
  });
});

it('says of another spelling that it cannot be read', () => {
  expect(seen('arguments.path == "a"', { PATH: 'a' })).toEqual({ 'arguments.path': 'not readable' });
});
