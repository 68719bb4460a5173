import { expect, it } from 'vitest';
import { escapePart, unescapePart } from './json-pointer.ts';

it('a part of a pointer is the key again', () => {
  for (const key of ['path', 'a/b', '~1', '~', '/', '~01']) expect(unescapePart(escapePart(key))).toBe(key);
});
