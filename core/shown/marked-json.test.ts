import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonLines } from './marked-json.ts';

test('it is the JSON that everybody writes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      expect(
        jsonLines(value, [])
          .map(({ text }) => text)
          .join('\n'),
      ).toBe(JSON.stringify(value, null, 2));
    }),
  );
});

test('what is at a place, or below it, is marked, and nothing that only begins like it', () => {
  const value = { to: 'x', amount: { value: 5, unit: 'EUR' }, amounts: 1, 'a/b': [1, 2] };
  const marked = jsonLines(value, ['/amount', '/a~1b/1']).filter(({ isMarked }) => isMarked);
  expect(marked.map(({ text }) => text)).toEqual([
    '  "amount": {',
    '    "value": 5,',
    '    "unit": "EUR"',
    '  },',
    '    2',
  ]);
});
