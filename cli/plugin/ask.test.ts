import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { isAnsweredYes } from './ask.ts';

test.each([
  ['y\n', true],
  [' YES \n', true],
  ['n\n', false],
  ['yeah\n', false],
  ['\n', false],
  ['', false],
  ['n\ny\n', false],
])('%j', async (typed, isYes) => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const answer = isAnsweredYes('Approve this?', input, output);
  input.end(typed);
  expect(await answer).toBe(isYes);
  expect(String(output.read())).toBe('Approve this? [y/N] ');
});
