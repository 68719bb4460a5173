/** Whose signatures count, seen from outside: what a verification says of logs whose keys changed, or are of somebody else. */
import { describe, expect, test } from 'vitest';
import { type SigningKey, signingKey } from './note/note-keys.ts';
import type { Report } from './report.ts';
import { serverOfKey } from './signers.ts';
import { KEY, OTHER_KEY, signedStream } from './testing/signed-stream.ts';
import { Verifier, type VerifyOptions } from './verify.ts';

const MAIL = signingKey('sallyport/default/mail', Buffer.alloc(32, 9));
const [OLD, NEW] = [KEY.verifier, OTHER_KEY.verifier];

function verify(lines: readonly string[], options: VerifyOptions = { keys: [OLD] }): Report {
  const verifier = new Verifier(options);
  for (const line of lines) verifier.push(line);
  return verifier.finish();
}

const codes = ({ findings, warnings }: Report): string[] =>
  [...findings, ...warnings].map(({ line, code }) => `${line} ${code}`);

test('the name of a key says its server', () => {
  expect(serverOfKey('sallyport/default/files')).toBe('default/files');
  expect(serverOfKey('witness.example.com/w1')).toBeUndefined();
});

describe('a key that is replaced', () => {
  // Announced in line 7, which the old one signs in line 10; the new one signs from line 15 on.
  const rotated = signedStream({ decisions: 12, signAfter: [3, 6, 10, 12], rotateAfter: 4 });

  test('vouches for the new one, which is all that somebody with the old one needs', () => {
    const report = verify(rotated);
    expect(codes(report)).toEqual([]);
    expect(report.proof.keys).toEqual([OLD.text, NEW.text]);
    expect(report.proof.streams[0]?.signed).toMatchObject({ before: 17, by: NEW.text });
  });

  test('needs no key at all where the log is asked', () => {
    expect(codes(verify(rotated, {}))).toEqual([]);
  });

  test('vouches for the streams that the new one opens as well', () => {
    const next = signedStream({ stream: 's2', signer: OTHER_KEY, after: rotated });
    expect(verify([...rotated, ...next]).findings).toEqual([]);
  });

  test('signs no more in the same files: whoever has stolen it is found', () => {
    const next = signedStream({ stream: 's2', after: rotated });
    expect(codes(verify([...rotated, ...next]))).toContain(`${rotated.length + 4} replaced-key`);
  });

  test('may sign for a while what another gate writes, in files of its own', () => {
    const verifier = new Verifier({ keys: [OLD] });
    verifier.beginFile('one', false);
    for (const line of rotated) verifier.push(line);
    verifier.beginFile('two', false);
    for (const line of signedStream({ stream: 's2' })) verifier.push(line);
    expect(codes(verifier.finish())).toEqual([]);
  });

  test('vouches for nobody in lines that it has not signed', () => {
    // The thief writes the announcement himself, and signs with what it names.
    const announced = signedStream({ decisions: 6, signAfter: [2], rotateAfter: 4, closes: false });
    const open = signedStream({ stream: 's2', signer: OTHER_KEY, after: announced });
    expect(codes(verify([...announced, ...open]))).toContain(`${announced.length + 4} stranger-signed`);
  });

  test('vouches for no other server', () => {
    const lines = signedStream({ decisions: 12, signAfter: [3, 6, 10, 12], rotateAfter: 4, rotateTo: MAIL });
    expect(codes(verify(lines))).toContain('15 stranger-signed');
  });
});

describe('the key of another server', () => {
  const of = (server: string, signer: SigningKey) => signedStream({ server, signer });
  const keys = [OLD, MAIL.verifier];

  test('proves nothing of this one, though it is among those given', () => {
    const report = verify(of('default/files', MAIL), { keys });
    expect(codes(report)).toEqual(['4 other-server-signed', '8 other-server-signed']);
    expect(report.proof).toMatchObject({ signed: 0, keys: [] });
  });

  test('proves what is of its own', () => {
    expect(codes(verify(of('default/mail', MAIL), { keys }))).toEqual([]);
  });

  test('proves no lines of another server in a stream of its own', () => {
    const lines = of('default/files', KEY).map((line, at) =>
      at === 2 ? line.replace('default/files', 'default/mail') : line,
    );
    expect(codes(verify(lines, { keys }))).toContain('4 other-server-signed');
  });
});
