import { setImmediate as immediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readBody } from './body.ts';

async function* sent(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
  await immediate();
  for (const piece of pieces.slice(1)) piece.fill('x');
}

test('a body is bounded, and its pieces are not kept: each takes more memory than its bytes', async () => {
  const pieces = () => 'abc'.split('').map((char) => Buffer.from(char));
  expect(await readBody(sent(pieces()), 3)).toEqual({ bytes: Buffer.from('abc') });
  expect(await readBody(sent(pieces()), 2)).toEqual({ tooLarge: true });
});
