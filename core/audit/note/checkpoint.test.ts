import { expect, test } from 'vitest';
import { checkpointText, originOf, parseCheckpoint, streamOf } from './checkpoint.ts';

/** The example of C2SP tlog-checkpoint. */
const EXAMPLE = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

test('a checkpoint is read as the specification writes it, and written so', () => {
  const checkpoint = parseCheckpoint(EXAMPLE);
  expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20852163 });
  expect(checkpoint === undefined ? '' : checkpointText(checkpoint)).toBe(EXAMPLE);
});

test('lines behind it are passed over', () => {
  expect(parseCheckpoint(`${EXAMPLE}something more\n`)?.size).toBe(20852163);
});

test('the stream is in the origin, and nobody else has one of ours', () => {
  expect(streamOf(originOf('default/files/1'))).toBe('default/files/1');
  expect(streamOf('example.com/log')).toBeUndefined();
});

test.each([
  ['without its last newline', EXAMPLE.slice(0, -1)],
  ['with an empty line', EXAMPLE.replace('\n', '\n\n')],
  ['with a leading zero', EXAMPLE.replace('2085', '02085')],
  ['with a size that is no number', EXAMPLE.replace('2085', '-2085')],
  ['of more than can be counted', EXAMPLE.replace('20852163', '9999999999999999')],
  ['with a root that is too short', EXAMPLE.replace('CsUY', '')],
  ['with a root in another spelling', EXAMPLE.replace('q2I=', 'q2J=')],
  ['of two lines', 'a\n1\n'],
])('a checkpoint %s is none', (_, text) => {
  expect(parseCheckpoint(text)).toBeUndefined();
});
