import { describe, expect, test } from 'vitest';
import { Amount, whyNever } from './amount.ts';
import { Failure } from './failure.ts';
import { NO_FACTS } from './frame.ts';
import { isMistake, parseAmount } from './parse.ts';
import { readCondition } from './read.ts';

function ask(text: string, args: object): number | string {
  const amount = new Amount(readCondition(text, 'tool', 'Number')).ask(NO_FACTS, 'export', args);
  return amount instanceof Failure ? `${amount.reason} ${amount.pointer}` : amount;
}

describe('an amount', () => {
  test.each<[text: string, args: object, amount: number | string]>([
    ['arguments.count * 2', { count: 3 }, 6],
    ['arguments.count', { count: 0.25 }, 0.25],
    ['arguments.urgent ? 10 : 1', { urgent: true }, 10],
    ['size(arguments.rows)', { rows: [1, 2, 3] }, 3],
    ['tool.name == "export" ? 7 : 1', {}, 7],
    ['arguments.count * 2', {}, 'missing /count'],
    ['arguments.count * 2', { count: '3' }, 'wrong-type /count'],
    ['arguments.count', { count: 'many' }, 'wrong-type '],
    ['arguments.count', { count: -1 }, 'no-result '],
    ['arguments.a / arguments.b', { a: 0.5, b: 0.0 }, 'wrong-type /a'],
    ['double(arguments.a) / double(arguments.b)', { a: 1, b: 0 }, 'no-result '],
    ['double(arguments.a) / double(arguments.b)', { a: 0, b: 0 }, 'no-result '],
    ['arguments.rows.map(x, arguments.rows.map(y, x + y)).size()', { rows: Array(500).fill(1) }, 'too-costly '],
  ])('of %s with %j is %s', (text, args, amount) => {
    expect(ask(text, args)).toBe(amount);
  });
});

describe('what cannot be an amount', () => {
  test.each([
    ['arguments.a > 1', 'comes to the type bool'],
    ['"a"', 'comes to the type string'],
    ['nobody.a', 'knows no variable "nobody"'],
    ['', 'is no condition'],
  ])('%s', (text, problem) => {
    const parsed = parseAmount(text, 'tool');
    expect(isMistake(parsed) && parsed.problem).toContain(problem);
  });

  test.each([
    ['-5', true],
    ['1 / 0', true],
    ['2 - 3', true],
    ['arguments.a - 3', false],
    ['3', false],
    ['principal.name == "ada" ? -1 : 1', false],
  ])('%s never gives one: %s', (text, never) => {
    expect(whyNever(readCondition(text, 'tool', 'Number')) !== undefined).toBe(never);
  });
});
