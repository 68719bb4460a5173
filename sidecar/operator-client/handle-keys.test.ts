import { describe, expect, it } from 'vitest';
import { HandleKeys } from './handle-keys.ts';

const [A, B, C] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte)) as [Buffer, Buffer, Buffer];
const answer = (key: Buffer, next?: Buffer) => ({
  handleKey: key.toString('base64url'),
  ...(next === undefined ? {} : { nextHandleKey: next.toString('base64url') }),
});

/** What the listener heard: the key that seals first, then the others. */
function heard(...answers: unknown[]): Buffer[][] {
  const all: Buffer[][] = [];
  const keys = new HandleKeys((key, others) => void all.push([key, ...others]));
  for (const one of answers) keys.take(one);
  return all;
}

describe('HandleKeys', () => {
  it.each<[string, unknown[], Buffer[][]]>([
    ['the first key', [answer(A)], [[A]]],
    ['the same again: no news', [answer(A), answer(A)], [[A]]],
    ['the next one, before it is used', [answer(A), answer(A, B)], [[A], [A, B]]],
    [
      'the change to it: the former one opens still',
      [answer(A, B), answer(B)],
      [
        [A, B],
        [B, A],
      ],
    ],
    [
      'a replica that has not changed yet',
      [answer(A, B), answer(B), answer(A, B)],
      [
        [A, B],
        [B, A],
        [A, B],
      ],
    ],
    ['only the last former one', [answer(A), answer(B), answer(C)], [[A], [B, A], [C, B]]],
    ['no answer of today', [answer(A), undefined, {}, 'x', null], [[A]]],
    ['an operator of an earlier version', [undefined], []],
    ['a key that is too short', [{ handleKey: 'abc' }], []],
    ['a key that is no text', [{ handleKey: 7 }], []],
    ['a next one that is none', [{ ...answer(A), nextHandleKey: 'x' }], [[A]]],
  ])('%s', (_, answers, expected) => {
    expect(heard(...answers)).toEqual(expected);
  });
});
