import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JsonView } from './json-view.ts';
import { lazyValue } from './lazy-value.ts';
import { readCarefully } from './parse-json.ts';
import { scanStrictly } from './strict-scan.ts';

const LONG = 'x'.repeat(3000);
const viewOf = (json: unknown): JsonView =>
  scanStrictly(Buffer.from(JSON.stringify(json)), true)?.view ?? expect.fail();

it('is what JSON.parse gives, in the same order', () => {
  const leaf = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(LONG));
  const object = fc.dictionary(fc.string({ maxLength: 3 }), leaf);
  fc.assert(
    fc.property(object, object, (outer, inner) => {
      const text = JSON.stringify({ ...outer, inner });
      fc.pre(!text.includes('__proto__'));
      const value = lazyValue(scanStrictly(Buffer.from(text), true)?.view ?? expect.fail());
      expect(JSON.stringify(value)).toBe(JSON.stringify(readCarefully(text)));
      expect(value).toEqual(readCarefully(text));
    }),
  );
});

it('makes a large member when it is read, and once', () => {
  const value = lazyValue(viewOf({ small: 1, params: { name: 'a', arguments: { text: LONG, list: [LONG] } } }));
  const isMade = (object: object, key: string) => 'value' in (Object.getOwnPropertyDescriptor(object, key) ?? {});
  expect([isMade(value, 'small'), isMade(value, 'params')]).toEqual([true, false]);
  const { params } = value as { params: { arguments: { list: unknown; text: string } } };
  expect([isMade(value, 'params'), isMade(params, 'name'), isMade(params, 'arguments')]).toEqual([true, true, false]);
  const args = params.arguments;
  expect([isMade(args, 'list'), isMade(args, 'text'), args.text]).toEqual([false, false, LONG]);
  expect([isMade(args, 'list'), isMade(args, 'text'), args.list === args.list]).toEqual([false, true, true]);
});
