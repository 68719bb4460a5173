import { describe, expect, it } from 'vitest';
import { type Expression, isExpression, partsOf, reads } from './expression.ts';
import { isMistake, parseCondition } from './parse.ts';

const everything =
  '[1.0, -2.5].exists(x, x > 1.0) ? {"a": null}.a == null || has(arguments.a) : type("s") == string && arguments["b"]';

function treeOf(text: string): Expression {
  const parsed = parseCondition(text, 'tool');
  return isMistake(parsed) ? expect.fail(parsed.problem) : parsed;
}

describe('a tree', () => {
  it('is known after its way through JSON', () => {
    const tree = treeOf(everything);
    expect(isExpression(JSON.parse(JSON.stringify(tree)))).toBe(true);
    expect(JSON.parse(JSON.stringify(tree))).toEqual(tree);
  });

  it.each([
    [null],
    [[]],
    [['value', 1]],
    [['value', 'a', 'b']],
    [['int', 1]],
    [['int', '1e9']],
    [['double', '1']],
    [['name']],
    [['field', ['name', 'a'], 1]],
    [['field', 'a', 'b']],
    [['list', ['x']]],
    [['map', [[['value', 'a']]]]],
    [['and', ['value', true]]],
    [['if', ['value', true], ['value', true]]],
    [['call', '==', ['value', 1]]],
    [['each', 'any', 'x', ['list', []], [['value', true]]]],
    [['each', 'all', 'x', ['list', []], []]],
    [['later', 'x']],
    [Array.from({ length: 300 }).reduce<unknown>((inner) => ['field', inner, 'a'], ['name', 'x'])],
  ])('is none: %j', (value) => expect(isExpression(value)).toBe(false));

  it('tells what it reads, wherever that stands', () => {
    expect(reads(treeOf(everything), 'arguments')).toBe(true);
    expect(reads(treeOf('tool.name == "a"'), 'arguments')).toBe(false);
    expect(partsOf(['value', true])).toEqual([]);
  });
});
