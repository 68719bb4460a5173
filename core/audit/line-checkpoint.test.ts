import { expect, test } from 'vitest';
import { checkpointIn } from './line-checkpoint.ts';
import { parseLine } from './parse-line.ts';
import { signedStream } from './testing/signed-stream.ts';

const { checkpoint = '', seq = 0, stream = '' } = parseLine(signedStream()[3] ?? '').fields ?? {};

test('a line holds the checkpoint of the lines before it', () => {
  expect(checkpointIn({ checkpoint, seq, stream })?.checkpoint).toMatchObject({ origin: 'sallyport/s1', size: 3 });
});

test.each([
  ['no checkpoint', { seq, stream }],
  ['what is no note', { checkpoint: 'hello', seq, stream }],
  ['a note that is no checkpoint', { checkpoint: 'hello\n\n— a AAAAAAAA\n', seq, stream }],
  ['the checkpoint of another stream', { checkpoint, seq, stream: 's2' }],
  ['the checkpoint of other lines', { checkpoint, seq: seq + 1, stream }],
  ['a note that would move the cursor', { checkpoint: checkpoint.replace('s1', 's1\u001b[2J'), seq, stream }],
])('%s is none of this line', (_, fields) => {
  expect(checkpointIn(fields)).toBeUndefined();
});
