import { expect, test } from 'vitest';
import { checkLineProof, formatLineProof, parseLineProof } from './line-proof.ts';
import { LineSearch } from './prove-line.ts';
import { KEY, OTHER_KEY, signedStream } from './testing/signed-stream.ts';

function proofOf(lines: readonly string[], seq: number, stream?: string) {
  const push = (sink: { push(line: Uint8Array): void }): void => {
    for (const line of lines) sink.push(Buffer.from(line));
  };
  const search = new LineSearch(seq, stream);
  push(search);
  const [first = ''] = search.streams();
  const path = search.path(first);
  if (path === undefined) return undefined;
  push(path);
  return path.proof();
}

test('each line that is signed can be proven, and only with the key', () => {
  const lines = signedStream({ decisions: 40, signAfter: [7, 21, 40] });
  for (const seq of lines.keys()) {
    const proof = proofOf(lines, seq);
    if (seq >= 43) {
      expect(proof).toBeUndefined();
      continue;
    }
    const read = parseLineProof(proof === undefined ? '' : formatLineProof(proof));
    expect(read && checkLineProof(read, [KEY.verifier])).toMatchObject({ ok: true, stream: 's1', by: KEY.verifier });
    expect(read && checkLineProof(read, [OTHER_KEY.verifier])).toMatchObject({ ok: false });
    expect(Buffer.from(read?.line ?? []).toString()).toBe(lines[seq]);
  }
});

test('a line is proven by the file that it is in, where the files before are gone', () => {
  const lines = signedStream({ decisions: 20, signAfter: [20], fileAfter: 11 }).slice(12);
  const proof = proofOf(lines, 15);
  expect(proof && checkLineProof(proof, [KEY.verifier])).toMatchObject({ ok: true });
});

test('the stream that is named is the one whose line is proven', () => {
  const lines = [...signedStream(), ...signedStream({ stream: 's2' })];
  const proof = proofOf(lines, 2, 's2');
  expect(proof && checkLineProof(proof, [KEY.verifier])).toMatchObject({ ok: true, stream: 's2' });
});

test('all streams that have such a line are named', () => {
  const search = new LineSearch(2, undefined);
  for (const line of [...signedStream(), ...signedStream({ stream: 's2' })]) search.push(Buffer.from(line));
  expect(search.streams()).toEqual(['s1', 's2']);
});

test('what stands for a checkpoint and is none is passed over', () => {
  const lines = signedStream({ signAfter: [2, 3, 5] });
  const forged = lines.with(3, (lines[3] ?? '').replace('sallyport/s1', 'sallyport/s2'));
  const proof = proofOf(forged, 1);
  expect(proof?.checkpoint.split('\n')[1]).toBe('5');
});

test('no more streams are kept than anybody reads', () => {
  const search = new LineSearch(0, undefined);
  const [line = ''] = signedStream();
  for (let at = 0; at < 200; at += 1) search.push(Buffer.from(line.replace('"stream":"s1"', `"stream":"s${at}"`)));
  expect(search.streams()).toHaveLength(100);
});

test('no proof is made where a line is missing that it rests on', () => {
  expect(proofOf(signedStream().toSpliced(1, 1), 4)).toBeUndefined();
});
