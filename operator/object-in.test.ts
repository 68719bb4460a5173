import { expect, test } from 'vitest';
import { objectIn } from './object-in.ts';

test.each([
  ['{"a":1}', { a: 1 }],
  ['{"a":', undefined],
  ['[1]', undefined],
  ['null', undefined],
  ['', undefined],
])('%j is %j', (text, value) => expect(objectIn(text)).toEqual(value));
