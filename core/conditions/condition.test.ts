import { describe, expect, it } from 'vitest';
import { Condition } from './condition.ts';
import { NO_FACTS } from './frame.ts';
import { conditionOf, FACTS, Purse } from './testing/ask.ts';

describe('a condition', () => {
  it('knows what it has to be asked with', () => {
    const of = (text: string) => {
      const { needsArguments, readsName } = conditionOf(text);
      return { needsArguments, readsName };
    };
    expect(of('arguments.n > 1')).toEqual({ needsArguments: true, readsName: false });
    expect(of('tool.name == "a"')).toEqual({ needsArguments: false, readsName: true });
    expect(of('principal.name == "a"')).toEqual({ needsArguments: false, readsName: false });
  });

  it.each(['principal.name == "a"', 'server.name == "a"', 'session.id == "a"', 'now.getHours() == 1'])(
    'fails where what it reads is not known: %s',
    (text) => {
      expect(conditionOf(text).ask(NO_FACTS, '', {}, new Purse())).toMatchObject({ reason: 'missing', pointer: '' });
    },
  );

  it('that this gate cannot evaluate fails, and does not throw', () => {
    const unknown = [
      new Condition(['name', '']),
      new Condition(['call', 'later', []]),
      new Condition([
        'call',
        'matches',
        [
          ['value', 'a'],
          ['name', 'arguments'],
        ],
      ]),
      new Condition([
        'call',
        'matches',
        [
          ['value', 'a'],
          ['value', '('],
        ],
      ]),
    ];
    for (const one of unknown) expect(one.ask(FACTS, '', {}, new Purse())).toMatchObject({ reason: 'failed' });
  });
});

describe('the budget of a condition', () => {
  it('ends it where a call would have it go on', () => {
    const list = Array.from({ length: 300 }, (_, i) => i);
    const condition = conditionOf('arguments.l.exists(a, arguments.l.exists(b, a + b == -1)) || true');
    const purse = new Purse();
    // Not even what is beside it can make up for it.
    expect(condition.ask(FACTS, '', { l: list }, purse)).toMatchObject({ reason: 'too-costly' });
    expect(1_000_000 - purse.left).toBeLessThan(150_000);
  });

  it('is what the payer has, if that is less', () => {
    const purse = new Purse(10);
    conditionOf('arguments.l.all(a, a >= 0)').ask(FACTS, '', { l: Array.from({ length: 300 }, (_, i) => i) }, purse);
    expect(purse.left).toBeLessThan(0);
  });

  it.each([
    ['pathIn(x, ["/data"])', (i: number) => `/data/some/folder/with/names/file-number-${i}.txt`],
    ['hostIn(x, ["*.example.com"])', (i: number) => `https://api.example.com/v1/some/folder?x=${i}`],
  ])('lets a list of 200 ordinary values pass: %s', (text, value) => {
    const list = Array.from({ length: 200 }, (_, i) => value(i));
    expect(conditionOf(`arguments.l.all(x, ${text})`).ask(FACTS, '', { l: list }, new Purse())).toBe(true);
  });

  it.each([
    ['a pattern', 'arguments.s.matches("(a|aa)+$")', { s: `${'a'.repeat(1_000_000)}b` }],
    [
      'a growing text',
      'arguments.l.map(x, arguments.s + arguments.s + arguments.s).exists(t, t == "")',
      {
        s: 'a'.repeat(100_000),
        l: Array.from({ length: 10_000 }, () => 0),
      },
    ],
    ['a long list', 'arguments.s in arguments.l', { s: 'x', l: Array.from({ length: 1_000_000 }, () => 'y') }],
    ['many keys', 'arguments.x == 1', Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i]))],
    ['a path', 'pathIn(arguments.s, ["/data"])', { s: '..%2f'.repeat(200_000) }],
    ['a URL', 'hostIn(arguments.s, ["a.com"])', { s: `http://${'%61'.repeat(300_000)}` }],
    ['mixed case', 'arguments.s.lowerAscii() == "a"', { s: 'aA'.repeat(1_000_000) }],
    ['a map', 'arguments.m == {}', { m: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i])) }],
    ['parts', 'arguments.s.split("").size() > 0', { s: 'a'.repeat(1_000_000) }],
  ])('holds in time as well: %s of a megabyte', (_, text, args) => {
    const condition = conditionOf(text);
    const start = performance.now();
    const answer = condition.ask(FACTS, '', args, new Purse());
    expect(performance.now() - start).toBeLessThan(250);
    expect(typeof answer === 'boolean' ? 'said' : answer.reason).toBe('too-costly');
  });
});
