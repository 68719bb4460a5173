import { expect, test } from 'vitest';
import * as z from 'zod';
import { parseConfigText } from './config-text.ts';

const schema = z.strictObject({ a: z.strictObject({ b: z.int('is no number') }) });
const read = (text: string) => parseConfigText(text, 'x.yaml', schema, 'the thing');

test('gives what the schema makes of it', () => {
  expect(read('a: {b: 1}')).toEqual({ a: { b: 1 } });
});

test.each([
  ['a: {b: x}', /^x\.yaml is not a configuration of the thing:\n {2}a\.b: is no number$/],
  ['5', /\n {2}the file: /],
  ['a: {', /^x\.yaml is not YAML: /],
])('%j is refused in words', (text, says) => expect(() => read(text)).toThrow(says));
