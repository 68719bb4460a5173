import { expect, test } from 'vitest';
import { checkLineProof, formatLineProof, parseLineProof } from './line-proof.ts';
import { LineSearch } from './prove-line.ts';
import { cosignatureLine } from './note/cosignature.ts';
import { KEY, OTHER_KEY, signedStream, WITNESS } from './testing/signed-stream.ts';

function example(lines = signedStream()): string {
  const search = new LineSearch(2, undefined);
  for (const line of lines) search.push(Buffer.from(line));
  const path = search.path('s1');
  for (const line of lines) path?.push(Buffer.from(line));
  const proof = path?.proof();
  return proof === undefined ? '' : formatLineProof(proof);
}
const check = (text: string, key = KEY) => {
  const proof = parseLineProof(text);
  return proof === undefined ? undefined : checkLineProof(proof, [key.verifier]);
};
const EXAMPLE = example();

test('a proof has the form of C2SP tlog-proof', () => {
  expect(EXAMPLE).toMatch(
    /^c2sp\.org\/tlog-proof@v1\nextra [\w+/=]+\nindex 2\n([\w+/]{43}=\n)+\nsallyport\/s1\n3\n[\w+/]{43}=\n\n— sallyport\/default\/files [\w+/=]+\n$/,
  );
  expect(check(EXAMPLE)).toMatchObject({ ok: true, size: 3 });
});

const extra = (change: (line: string) => string): string =>
  EXAMPLE.replace(/extra (.*)/, (_, line: string) => {
    const changed = change(Buffer.from(line, 'base64').toString());
    return `extra ${Buffer.from(changed).toString('base64')}`;
  });

test.each([
  ['whose line was edited', extra((line) => line.replace('read', 'edit')), 'the line is not in what was signed'],
  ['with another number', EXAMPLE.replace('index 2', 'index 1'), 'the line is not in what was signed'],
  ['with a number beyond the tree', EXAMPLE.replace('index 2', 'index 3'), 'the line is not in what was signed'],
  ['whose path is cut off', EXAMPLE.replace(/(index 2\n)[^\n]+\n/, '$1'), 'the line is not in what was signed'],
  ['whose checkpoint was edited', EXAMPLE.replace('\n3\n', '\n4\n'), 'is not signed by the key that it names'],
  ['without a checkpoint', EXAMPLE.replace(/\n\n[^]*$/, '\n\nhello'), 'what it holds as its checkpoint is none'],
])('a proof %s is none', (_, text, problem) => {
  expect(check(text)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) as string });
});

test('of another key it is said whose it is', () => {
  expect(check(EXAMPLE, OTHER_KEY)).toMatchObject({
    problem: expect.stringMatching(/is signed by sallyport\/default\/files\+[0-9a-f]{8}, which is none/) as string,
  });
});

test.each([
  ['empty', ''],
  ['of another version', EXAMPLE.replace('@v1', '@v2')],
  ['without the line', EXAMPLE.replace(/extra .*\n/, '')],
  ['with a number that is none', EXAMPLE.replace('index 2', 'index 02')],
  ['with a hash that is too short', EXAMPLE.replace(/(index 2\n)..../, '$1')],
  ['without an end', EXAMPLE.split('\n\n')[0] ?? ''],
])('a text that is %s is not read as a proof', (_, text) => {
  expect(parseLineProof(text)).toBeUndefined();
});

test('the key of one server proves no line of another', () => {
  expect(check(example(signedStream({ server: 'default/mail' })))).toMatchObject({
    problem: 'it is signed by sallyport/default/files, and the line says that it is of default/mail',
  });
});

test('of a cosignature that was edited nothing is believed', () => {
  const text = EXAMPLE.slice(EXAMPLE.indexOf('sallyport/s1'), EXAMPLE.lastIndexOf('\n\n') + 1);
  const both = parseLineProof(`${EXAMPLE}${cosignatureLine(text, 1000, WITNESS)}`);
  const wrong = parseLineProof(`${EXAMPLE}${cosignatureLine(`${text}more\n`, 1000, WITNESS)}`);
  const verdict = (proof: typeof both) => proof && checkLineProof(proof, [KEY.verifier], [WITNESS.verifier]);
  expect(verdict(both)).toMatchObject({ ok: true, witnessed: { time: 1000 } });
  expect(verdict(wrong)).toMatchObject({
    ok: false,
    problem: expect.stringContaining('not what the witness') as string,
  });
});
