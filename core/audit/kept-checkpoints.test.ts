import { describe, expect, test } from 'vitest';
import { Chain, lineHash } from './chain.ts';
import { closeRecord, continueRecord, keyRecord, openRecord } from './gate-record.ts';
import type { KeptCheckpoint } from './kept-checkpoints.ts';
import { signingKey } from './note/note-keys.ts';
import type { Report } from './report.ts';
import { KEY, OTHER_KEY, signedStream, WITNESS, witnessedList } from './testing/signed-stream.ts';
import { Verifier, type VerifyOptions } from './verify.ts';
import { readWitnessed } from './witnessed-notes.ts';

/** Lines 0 to 14: signed before 4, 9 and 15; the last is a close. */
const LINES = signedStream({ decisions: 12, signAfter: [3, 7, 12] });
const MINUTE = 60;
const START = Date.parse('2026-11-21T10:00:00Z');

function kept(list: string): readonly KeptCheckpoint[] {
  const read = readWitnessed(list, 'w', [WITNESS.verifier]);
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

/** As an auditor does it: with the key of the gate, and with what the witness has seen. */
function verify(lines: readonly string[], list: string, options: VerifyOptions = {}): Report {
  const verifier = new Verifier({ keys: [KEY.verifier], kept: kept(list), ...options });
  for (const line of lines) verifier.push(line);
  return verifier.finish();
}

const codes = ({ findings, warnings }: Report): string[] =>
  [...findings, ...warnings].map(({ line, code }) => `${line} ${code}`);

const SEEN = witnessedList(LINES, MINUTE);

describe('what a witness has seen', () => {
  test('is proven to have existed by then', () => {
    const report = verify(LINES, SEEN);
    expect(codes(report)).toEqual([]);
    expect(report.proof).toMatchObject({
      signed: 15,
      witnessed: 15,
      streams: [{ stream: 's1', witnessed: { before: 15, by: WITNESS.verifier.text, at: '2026-11-21T10:01:00.000Z' } }],
    });
  });

  test('is proven up to its last checkpoint, though more was written since', () => {
    const early = witnessedList(LINES.slice(0, 10), MINUTE);
    expect(verify(LINES, early).proof).toMatchObject({ signed: 15, witnessed: 9 });
  });

  test('counts from the earliest witness', () => {
    const both = `${witnessedList(LINES, 2 * MINUTE)}\n${SEEN}`;
    expect(verify(LINES, both).proof.streams[0]?.witnessed?.at).toBe('2026-11-21T10:01:00.000Z');
  });

  test('is met in a file that goes on from another, where the lines before are elsewhere', () => {
    const split = signedStream({ decisions: 12, signAfter: [3, 12], fileAfter: 7 });
    const report = verify(split.slice(9), witnessedList(split, MINUTE));
    expect(codes(report)).toEqual(['1 continued']);
    expect(report.proof).toMatchObject({ witnessed: 6, streams: [{ first: 9, witnessed: { before: 15 } }] });
  });
});

describe('attacks', () => {
  test('a tail that was cut off is told as an interval', () => {
    const report = verify(LINES.slice(0, 10), SEEN);
    expect(codes(report)).toContain('10 cut-off');
    expect(report.findings[0]?.message).toBe(
      'The stream ends here with number 9, and witness.example.com/w1 saw 15 lines of it at 2026-11-21T10:01:00.000Z: 5 records are missing, written from 2026-11-21T10:00:09.000Z until then.',
    );
    expect(report.proof.witnessed).toBe(9);
  });

  test('one record at the end is one record', () => {
    expect(verify(LINES.slice(0, 14), SEEN).findings[0]?.message).toContain(': one record is missing,');
  });

  test('a log made anew with the stolen key is not what the witness saw, and whose key it is is said', () => {
    const forged = signedStream({ decisions: 12, signAfter: [3, 7, 12], tool: 'forged' });
    const report = verify(forged, SEEN);
    expect(codes(report)).toEqual(['4 rewritten']);
    expect(report.findings[0]?.message).toContain(
      'None of its lines is known to be as it was. What is here instead is signed',
    );
    expect(report.proof.witnessed).toBe(0);
  });

  test('only what was rewritten behind the last that holds is doubted', () => {
    // The same up to its ninth line, and signed with the gate's key again from there.
    const forged = signedStream({ decisions: 12, signAfter: [3, 7, 11, 12] });
    const report = verify(forged, SEEN);
    expect(codes(report)).toEqual(['15 rewritten']);
    expect(report.findings[0]?.message).toContain(
      'Its first 9 lines are as they were when witness.example.com/w1 saw them',
    );
    expect(report.proof.witnessed).toBe(9);
  });

  test('what was rewritten without the key is found by the signature, and by the witness', () => {
    const forged = signedStream({ decisions: 12, signAfter: [3, 7, 12], tool: 'forged', signer: OTHER_KEY });
    const report = verify(forged, SEEN);
    expect(codes(report)).toEqual(['5 stranger-signed', '10 stranger-signed', '16 stranger-signed', '4 rewritten']);
    expect(report.findings[3]?.message).not.toContain('stolen');
    expect(report.findings[3]?.message).not.toContain('signed with');
  });

  test('a stream of this server that is not here', () => {
    const other = signedStream({ stream: 's2' });
    const report = verify(LINES, `${SEEN}\n${witnessedList(other, MINUTE)}`);
    expect(codes(report)).toEqual(['0 stream-missing']);
    expect(report.findings[0]?.message).toContain(
      'No line is here of sallyport/s2, of which witness.example.com/w1 saw',
    );
  });

  test('streams of servers of which nothing is here are only named', () => {
    const key = signingKey('sallyport/default/mail', Buffer.alloc(32, 9));
    const other = signedStream({ stream: 's2', server: 'default/mail', signer: key });
    expect(codes(verify(LINES, `${SEEN}\n${witnessedList(other, MINUTE)}`))).toEqual(['0 other-servers']);
  });

  test('a gate that has told the witness another story: one of both cannot be here', () => {
    const other = signedStream({ decisions: 12, signAfter: [3, 7, 12], tool: 'told' });
    expect(codes(verify(LINES, `${SEEN}\n${witnessedList(other, MINUTE)}`))).toEqual(['4 rewritten']);
  });
});

test('lines of a time at which the witness had seen them already show a clock that is ahead', () => {
  const report = verify(LINES, witnessedList(LINES, -2 * MINUTE));
  expect(codes(report)).toEqual(['4 clock-ahead', '9 clock-ahead', '15 clock-ahead']);
  expect(report.warnings[0]?.message).toContain('and witness.example.com/w1 saw them at 2026-11-21T09:58:00.000Z');
});

test('a stream whose files were let go on record is no finding', () => {
  const old = signedStream({ stream: 's0' });
  const own = signedStream({ stream: 's1', after: old, releases: old });
  const report = verify(own, witnessedList(old, -MINUTE), { isWhole: true });
  expect(codes(report)).toEqual(['1 released-files', '0 released-files']);
});

describe('what is not held against the lines', () => {
  /** As anybody can who may write the file: the chain computed anew behind a first line that does not say what was before it. */
  function withoutTree(lines: readonly string[]): string[] {
    const all: string[] = [];
    for (const line of lines) {
      const record = JSON.parse(line) as { prev: string; continues?: { tree?: unknown } };
      const before = all.at(-1);
      if (before === undefined) delete record.continues?.tree;
      else record.prev = lineHash(before);
      all.push(JSON.stringify(record));
    }
    return all;
  }
  const FILES = { decisions: 12, signAfter: [3, 12], fileAfter: 7 };

  test('is none of it: a stream whose lines do not say what was before them may be rewritten', () => {
    const forged = withoutTree(signedStream({ ...FILES, tool: 'forged' }).slice(9));
    const report = verify(forged, witnessedList(signedStream(FILES), MINUTE), { keys: undefined });
    expect(codes(report)).toEqual(['8 rewritten', '1 continued']);
    expect(report.findings[0]?.message).toContain('not shown to be the 15 that witness.example.com/w1 saw at');
    expect(report.proof.witnessed).toBe(0);
  });

  test('nor where only a later file says it, for more lines than were seen', () => {
    const forged = withoutTree(
      signedStream({ ...FILES, decisions: 20, closes: false, secondsEach: 0, tool: 'x' }).slice(9),
    );
    const chain = new Chain({ stream: 's1', server: 'default/files' });
    for (let n = 0; n < 9 + forged.length; n += 1) chain.append(closeRecord(0));
    const continues = { reason: 'size' as const, tree: chain.subtrees(), file: 'f' };
    const record = JSON.parse(chain.append(continueRecord(START, continues))) as object;
    const last = JSON.stringify({ ...record, prev: lineHash(forged.at(-1) ?? '') });
    const report = verify([...forged, last], witnessedList(signedStream(FILES), MINUTE), { keys: undefined });
    expect(codes(report)).toContain(`${forged.length + 1} rewritten`);
  });

  test('and of lines before the first one that is here only that is said', () => {
    const split = signedStream(FILES);
    const report = verify(split.slice(9), witnessedList(split.slice(0, 9), MINUTE));
    expect(codes(report)).toEqual(['8 released-files', '1 continued']);
    expect(report.warnings[0]?.message).toContain('begin with number 9, behind the 4 that witness.example.com/w1 saw');
  });

  test('twice: a stream that begins again with other lines is not what the witness saw', () => {
    const two = [...LINES, ...signedStream({ stream: 's2', after: LINES })];
    const again = signedStream({ decisions: 12, signAfter: [3, 7, 12], tool: 'forged', after: two });
    const report = verify([...two, ...again], SEEN);
    expect(report.findings).toMatchObject([{ line: two.length + 1, code: 'out-of-order' }]);
    expect(report.proof).toMatchObject({ witnessed: 15, streams: [{}, {}, { stream: 's1', witnessed: null }] });
  });
});

test('a stream is missing however many servers other lines claim to be of', () => {
  const chain = new Chain({ stream: 's0', server: 'default/a0' });
  const claims = [chain.append(openRecord(START))];
  for (let n = 0; n < 2000; n += 1) {
    chain.serve(`default/a${n}`);
    claims.push(chain.append(keyRecord(START, '')));
  }
  const list = `${SEEN}\n${witnessedList(signedStream({ stream: 's2' }), MINUTE)}`;
  const verifier = new Verifier({ keys: [KEY.verifier], kept: kept(list) });
  for (const line of claims) verifier.push(line);
  verifier.beginFile('b', false);
  for (const line of LINES) verifier.push(line);
  expect(verifier.finish().findings.map(({ code }) => code)).toEqual(['stream-missing']);
});

test('a gate lets go no files of other servers', () => {
  const mail = signingKey('sallyport/default/mail', Buffer.alloc(32, 9));
  const keys = [KEY.verifier, mail.verifier];
  const old = signedStream({ stream: 's0' });
  const left = signedStream({ stream: 's1', after: old });
  const other = signedStream({ stream: 'm1', server: 'default/mail', signer: mail, releases: old });
  const verifier = new Verifier({ keys, kept: kept(witnessedList(old, -MINUTE)), isWhole: true });
  for (const line of left) verifier.push(line);
  verifier.beginFile('mail', false);
  for (const line of other) verifier.push(line);
  const { findings } = verifier.finish();
  expect(findings.map(({ code }) => code)).toEqual(['missing-beginning', 'stream-missing']);
});
