import { expect, test } from 'vitest';
import { Chain, lineHash } from './chain.ts';
import { checkpointRecord, openRecord, releaseRecord } from './gate-record.ts';
import { checkpointText, originOf, parseCheckpoint } from './note/checkpoint.ts';
import { signNote } from './note/signed-note.ts';
import { parseLine } from './parse-line.ts';
import type { Report } from './report.ts';
import type { KeptCheckpoint } from './signed-lines.ts';
import { KEY, OTHER_KEY, signedStream } from './testing/signed-stream.ts';
import { Verifier, type VerifyOptions } from './verify.ts';

const TRUSTED = { keys: [KEY.verifier] };

function verify(lines: readonly string[], options: VerifyOptions = {}): Report {
  const verifier = new Verifier(options);
  for (const line of lines) verifier.push(line);
  return verifier.finish();
}

const found = ({ findings }: Report): string[] => findings.map(({ line, code }) => `${line} ${code}`);
const warned = ({ warnings }: Report): string[] => warnings.map(({ line, code }) => `${line} ${code}`);

/** The chain computed anew from there on, as somebody without the key can do it. */
function rewritten(
  lines: readonly string[],
  from: number,
  change: (record: Record<string, unknown>) => void,
): string[] {
  const all = [...lines];
  for (let at = from; at < all.length; at += 1) {
    const record = JSON.parse(all[at] ?? '') as Record<string, unknown>;
    if (at === from) change(record);
    else record['prev'] = lineHash(all[at - 1] ?? '');
    all[at] = JSON.stringify(record);
  }
  return all;
}

function keptOf(lines: readonly string[], line: number): KeptCheckpoint {
  const note = parseLine(lines[line] ?? '').fields?.checkpoint ?? '';
  const checkpoint = parseCheckpoint(note.slice(0, note.indexOf('\n\n') + 1));
  if (checkpoint === undefined) throw new Error(`line ${line} has no checkpoint`);
  return { ...checkpoint, name: 'kept.checkpoint' };
}

test('a log that its gate has signed is proven up to its last checkpoint', () => {
  const report = verify(signedStream(), TRUSTED);
  expect(found(report)).toEqual([]);
  expect(report.proof).toEqual({
    signed: 7,
    unsigned: 0,
    keys: [KEY.verifier.text],
    trusted: true,
    upTo: { file: undefined, line: 8, time: '2026-11-21T10:00:07.000Z' },
    witnessed: 0,
    streams: [
      {
        stream: 's1',
        server: 'default/files',
        first: 0,
        last: 8,
        signed: { before: 7, by: KEY.verifier.text, at: '2026-11-21T10:00:07.000Z' },
        witnessed: null,
        unsigned: null,
      },
    ],
  });
});

test('without a key, the one that the log names is believed, and that is said', () => {
  expect(verify(signedStream()).proof).toMatchObject({ signed: 7, trusted: false, keys: [KEY.verifier.text] });
});

test('what a killed gate had not signed yet is counted', () => {
  const report = verify(signedStream({ signAfter: [2], closes: false }), TRUSTED);
  expect(found(report)).toEqual([]);
  expect(report.proof).toMatchObject({ signed: 3, unsigned: 3 });
});

test.each([
  ['an edited record', 5, (record: Record<string, unknown>) => (record['tool'] = 'delete')],
  [
    'an edited principal of the first record after a checkpoint',
    4,
    (record: Record<string, unknown>) => (record['outcome'] = 'refused'),
  ],
])('%s is found although the chain was computed anew', (_, at, change) => {
  expect(found(verify(rewritten(signedStream(), at, change)))).toEqual(['8 checkpoint-mismatch']);
});

test('a record that was taken out is found although all that follows was numbered anew', () => {
  const lines = signedStream({ signAfter: [5] }).toSpliced(2, 1);
  const renumbered = lines.map((line, at) => line.replace(/"seq":\d+/, `"seq":${at}`));
  const report = verify(rewritten(renumbered, 1, () => {}));
  // The size that was signed is one more than there are lines before it.
  expect(found(report)).toEqual(['6 bad-checkpoint']);
  expect(report.proof.signed).toBe(0);
});

test('only the first checkpoint that does not hold is named', () => {
  const lines = rewritten(signedStream({ signAfter: [1, 2, 3, 4, 5] }), 1, (record) => (record['tool'] = 'x'));
  expect(found(verify(lines))).toEqual(['3 checkpoint-mismatch']);
});

test('a log that somebody else has signed is found where the key is given', () => {
  const forged = signedStream({ signer: OTHER_KEY });
  expect(verify(forged).ok).toBe(true);
  expect(found(verify(forged, TRUSTED))).toEqual(['4 stranger-signed', '8 stranger-signed']);
});

test('a signature that the key named did not make is found', () => {
  const lines = signedStream();
  const note = parseLine(lines[3] ?? '').fields?.checkpoint ?? '';
  const [text, signature = ''] = note.split('\n\n');
  const at = signature.lastIndexOf(' ') + 20;
  const swapped = signature.slice(0, at) + (signature[at] === 'A' ? 'B' : 'A') + signature.slice(at + 1);
  const forged = rewritten(lines, 3, (record) => (record['checkpoint'] = `${text}\n\n${swapped}`));
  expect(found(verify(forged))).toContain('4 bad-signature');
});

test.each([
  ['no note', 'hello'],
  ['a note that is no checkpoint', 'hello\n\n— a AAAAAAAA\n'],
])('%s in the place of a checkpoint is found', (_, text) => {
  const forged = rewritten(signedStream(), 3, (record) => (record['checkpoint'] = text));
  expect(found(verify(forged))).toContain('4 bad-checkpoint');
});

test('a checkpoint of another stream proves nothing here', () => {
  const other = signedStream({ stream: 's2' });
  const note = parseLine(other[3] ?? '').fields?.checkpoint;
  const forged = rewritten(signedStream(), 3, (record) => (record['checkpoint'] = note));
  expect(found(verify(forged))).toContain('4 bad-checkpoint');
});

test('lines that stay without a signature for a minute are not of a gate that signs', () => {
  const appended = signedStream({ decisions: 9, signAfter: [2], secondsEach: 20 });
  expect(found(verify(appended, TRUSTED))).toEqual(['12 unsigned-lines']);
  expect(found(verify(appended))).toEqual([]);
});

/** Without the key: as anybody writes them who may write the file. */
function unsigned(stream: string, secondsEach: number, lines: readonly string[] = []): string[] {
  return [...lines, ...signedStream({ stream, signAfter: [], secondsEach, after: lines })];
}

test('lines without a signature claim a day although the last of them claims the hour of the first', () => {
  const lines = signedStream({ decisions: 9, signAfter: [2], secondsEach: 3600, closes: false });
  const forged = rewritten(lines, lines.length - 1, (record) => (record['time'] = '2026-11-21T14:00:00.000Z'));
  expect(found(verify(forged, TRUSTED))).toEqual(['11 unsigned-lines']);
});

test('a stream that ends in order is signed to its end, however short it was', () => {
  const one = signedStream();
  expect(found(verify(unsigned('s2', 1, one), TRUSTED))).toEqual(['16 unsigned-lines']);
  expect(found(verify(unsigned('s2', 1, one)))).toEqual([]);
});

test('lines between the last checkpoint and the end are not of the gate', () => {
  const lines = signedStream({ decisions: 6, signAfter: [2, 5] });
  expect(found(verify(lines, TRUSTED))).toEqual(['10 unsigned-lines']);
});

test('lines of which none is signed are not of a gate whose key is given, however few', () => {
  expect(found(verify(signedStream({ signAfter: [], closes: false }), TRUSTED))).toEqual(['6 unsigned-lines']);
});

test('a file that is begun at the end, behind the last checkpoint, is one of the gate', () => {
  const lines = signedStream({ signAfter: [5], fileAfter: 5 });
  expect(found(verify(lines, TRUSTED))).toEqual([]);
});

test('only the gate itself can say that it has let files go', () => {
  const lines = signedStream({ decisions: 12, signAfter: [3, 12], fileAfter: 7 }).slice(9);
  const chain = new Chain({ stream: 's2', server: 'default/files', head: { hash: lineHash(lines.at(-1) ?? '') } });
  const time = Date.parse('2026-11-21T10:01:00Z');
  const released = { bytes: 1, file: 'audit-000001.jsonl', last: parseLine(lines[0] ?? '').fields?.prev ?? '' };
  const all = [...lines, chain.append(openRecord(time)), chain.append(releaseRecord(time, released))];
  const whole = { ...TRUSTED, isWhole: true };
  expect(found(verify(all, whole))).toEqual(['1 missing-files']);
  expect(warned(verify(all, { isWhole: true }))).toContain('1 released-files');
  const text = checkpointText({ origin: originOf('s2'), size: chain.next, root: chain.root() });
  const signed = [...all, chain.append(checkpointRecord(time, signNote(text, KEY)))];
  expect(found(verify(signed, whole))).toEqual([]);
  expect(warned(verify(signed, whole))).toContain('1 released-files');
});

test('a log without any signature is none of a gate whose key is given', () => {
  const report = verify(signedStream({ signAfter: [], secondsEach: 30 }), TRUSTED);
  expect(found(report)).toEqual(['7 unsigned-lines']);
  expect(report.proof.upTo).toBeNull();
});

test('a file that goes on from others is proven by what it says of their lines', () => {
  const lines = signedStream({ decisions: 6, signAfter: [2, 6], fileAfter: 3 });
  const second = lines.slice(5);
  const report = verify(second, TRUSTED);
  expect(found(report)).toEqual([]);
  expect(warned(report)).toEqual(['1 continued']);
  expect(report.proof).toMatchObject({ signed: 4, unsigned: 0 });
});

test('a file that says something else of the lines before it is found', () => {
  const second = signedStream({ decisions: 6, signAfter: [2, 6], fileAfter: 3 }).slice(5);
  const forged = rewritten(second, 0, (record) => {
    const { tree } = record['continues'] as { tree: string[] };
    tree[0] = tree.at(-1) === tree[0] ? 'A' : Buffer.alloc(32).toString('base64');
  });
  expect(found(verify(forged))).toEqual(['5 checkpoint-mismatch']);
});

test('a checkpoint that was kept shows that the end was cut off', () => {
  const lines = signedStream();
  const kept = [keptOf(lines, 7)];
  expect(found(verify(lines, { kept }))).toEqual([]);
  expect(found(verify(lines.slice(0, 6), { kept }))).toEqual(['0 checkpoint-not-met']);
});

test('a checkpoint that was kept shows that all was made anew, even with the key', () => {
  const kept = [keptOf(signedStream(), 7)];
  const forged = signedStream({ tool: 'write' });
  expect(found(verify(forged, TRUSTED))).toEqual([]);
  expect(found(verify(forged, { ...TRUSTED, kept }))).toEqual(['7 checkpoint-mismatch']);
});

test('each stream has its own tree, and is linked to the one before', () => {
  const one = signedStream();
  const report = verify([...one, ...signedStream({ stream: 's2', after: one })], TRUSTED);
  expect(found(report)).toEqual([]);
  expect(report.proof).toMatchObject({ signed: 14, unsigned: 0 });
});

test('where lines are missing, what follows is not held against their absence', () => {
  const lines = signedStream().toSpliced(5, 1);
  expect(found(verify(lines))).toEqual(['6 missing-records']);
});

test('a clock that goes back is worth a word', () => {
  const one = signedStream({ secondsEach: 10 });
  expect(warned(verify([...one, ...signedStream({ stream: 's2', after: one })]))).toContain('10 clock-back');
});
