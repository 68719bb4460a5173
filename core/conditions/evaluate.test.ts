import { describe, expect, it } from 'vitest';
import { conditionOf, FACTS, Purse, say } from './testing/ask.ts';

const args = { amount: 1500, note: 'x', list: [1, 2], deep: { 'a/b': { c: null } }, yes: true, ratio: 0.5 };

describe('an expression', () => {
  it.each([
    ['arguments.amount > 1000', true],
    ['arguments["amount"] == 1500', true],
    ['arguments.list[1] == 2', true],
    ['arguments.deep["a/b"].c == null', true],
    ['arguments.yes', true],
    ['arguments.ratio < 1', true],
    ['arguments.amount > 1000 ? arguments.note == "x" : false', true],
    ['{"a": 1, "b": 2}.b == 2', true],
    ['"amount" in arguments && !("other" in arguments)', true],
    ['tool.name == "transfer"', true],
    ['server.namespace == "finance" && server.name == "ledger"', true],
    ['session.protocol >= "2025-06-18" && session.id == "s-1"', true],
    ['"treasury" in principal.groups && principal.name == "ada" && principal.kind == "token"', true],
    ['principal.attributes.namespace == "agents" && !("pod" in principal.attributes)', true],
    ['principal.attributes.pod == "a"', 'missing'],
    ['type(arguments.note) == string && type(arguments.list) == list', true],
    ['arguments.list[2] == 1', 'missing'],
    ['arguments.list["0"] == 1', 'wrong-type'],
    ['arguments.note.inner == 1', 'wrong-type'],
    ['arguments.other == 1', 'missing'],
    ['arguments.note', 'wrong-type'],
    ['arguments.note ? true : false', 'wrong-type'],
    ['!arguments.note', 'wrong-type'],
  ])('%s says %s', (text, said) => expect(say(text, args)).toBe(said));
});

describe('what one side decides alone', () => {
  it.each([
    ['arguments.none > 1 || arguments.yes', true],
    ['arguments.yes || arguments.none > 1', true],
    ['arguments.none > 1 && !arguments.yes', false],
    ['!arguments.yes && arguments.none > 1', false],
    ['arguments.none > 1 || !arguments.yes', 'missing'],
    ['arguments.none > 1 && arguments.yes', 'missing'],
    ['arguments.yes && arguments.note', 'wrong-type'],
  ])('holds whatever is wrong with the other: %s is %s', (text, said) => expect(say(text, args)).toBe(said));
});

describe('has', () => {
  it.each([
    ['has(arguments.amount)', true],
    ['has(arguments.other)', false],
    ['has(arguments.deep.x)', false],
    ['has(arguments.other.x)', 'missing'],
    ['has(arguments.note.x)', 'wrong-type'],
  ])('%s says %s', (text, said) => expect(say(text, args)).toBe(said));
});

describe('what every object of JavaScript has', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
  it.each(names)('is no argument: %s', (name) => {
    expect(say(`arguments[${JSON.stringify(name)}] == 1`, {})).toBe('missing');
    expect(say(`${JSON.stringify(name)} in arguments`, {})).toBe(false);
  });
  it('is one where it was sent', () => {
    expect(say('arguments.constructor == 3', JSON.parse('{"constructor": 3}') as object)).toBe(true);
  });
});

describe('another spelling of a key', () => {
  it.each([
    ['arguments.path == "x"', { PATH: 'x' }],
    ['arguments.path == "x"', { path: 'x', Path: 'y' }],
    ['has(arguments.path)', { Path: 'x' }],
    ['"path" in arguments', { pAth: 'x' }],
    ['arguments.kelvin == 1', { '\u212aelvin': 1 }],
    ['arguments.inner.path == "x"', { inner: { pATH: 'x' } }],
  ])('says neither that it is there nor that it is not: %s of %j', (text, sent) =>
    expect(say(text, sent)).toBe('spelled-otherwise'),
  );
});

describe('a failure', () => {
  it('names the place that it is about', () => {
    const ask = (text: string) => conditionOf(text).ask(FACTS, 'transfer', args, new Purse());
    expect(ask('arguments.deep["a/b"].d == 1')).toMatchObject({ reason: 'missing', pointer: '/deep/a~1b/d' });
    expect(ask('arguments.amount.startsWith("x")')).toMatchObject({ reason: 'wrong-type', pointer: '/amount' });
    expect(ask('arguments.list[7] == 1')).toMatchObject({ pointer: '/list/7' });
  });
});
