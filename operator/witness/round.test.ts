import { expect, test } from 'vitest';
import { cosignaturesOf } from '../../core/audit/note/cosignature.ts';
import { cosigningKey } from '../../core/audit/note/note-keys.ts';
import { parseNote } from '../../core/audit/note/signed-note.ts';
import { keyOf, type Entry, readEntry } from './entry.ts';
import { roundOf } from './round.ts';
import { ShownStream } from './testing/shown.ts';

const NOW = Date.parse('2026-11-30T10:00:00Z');
const KEYS = [cosigningKey('w', Buffer.alloc(32, 8)), cosigningKey('w', Buffer.alloc(32, 9))];

function after(entries: ReadonlyMap<string, Entry>, ...submitted: Parameters<typeof roundOf>[1]) {
  const round = roundOf(entries, submitted, KEYS, NOW);
  return { ...round, entries: new Map([...entries, ...round.put]), answer: round.answers[0] };
}

const one = (stream = new ShownStream().grow(5)) => ({ stream, ...after(new Map(), stream.shown(0)) });

test('what goes on is cosigned by every key, and held with whose it is', () => {
  const { stream, put, answer, isDoubtful } = one();
  const entry = put.get(keyOf(stream.origin));
  expect(entry).toMatchObject({
    server: 'finance/ledger',
    pod: 'ledger-1',
    uid: 'uid-ledger-1',
    time: '2026-11-30T10:00:00.000Z',
  });
  const note = parseNote(entry?.note ?? '') ?? expect.fail('no note');
  const cosigned = cosignaturesOf(
    note,
    KEYS.map(({ verifier }) => verifier),
  );
  expect(cosigned).toMatchObject([{ time: NOW / 1000 }, { time: NOW / 1000 }]);
  expect(note.signatures).toHaveLength(3);
  if (answer?.kind !== 'cosigned') expect.fail(answer?.kind);
  expect(entry?.note.endsWith(answer.cosignatures)).toBe(true);
  expect(isDoubtful).toBe(false);
  expect(readEntry(keyOf(stream.origin), JSON.stringify(entry))).toEqual(entry);
});

test('what is held is answered with the cosignatures that it has, and written no more', () => {
  const first = one();
  const second = after(first.entries, first.stream.shown(5));
  expect(second.answer).toEqual(first.answer);
  expect(second.put.size).toBe(0);
});

test('two of one stream in a round go on from each other', () => {
  const stream = new ShownStream().grow(5);
  const shown = stream.shown(0);
  const { answers, put } = after(new Map(), shown, stream.grow(9).shown(5));
  expect(answers.map(({ kind }) => kind)).toEqual(['cosigned', 'cosigned']);
  expect(put.get(keyOf(stream.origin))?.note).toContain('\n9\n');
});

test('the stream of a pod is gone on with by no other, nor by a namesake of it', () => {
  const first = one();
  const other = { ...first.stream.grow(6).shown(5), uid: 'uid-of-another' };
  expect(after(first.entries, other)).toMatchObject({ answer: { kind: 'refused' }, isDoubtful: true });
});

test('a fork is answered each time and written once; the held checkpoint stays, and is gone on from', () => {
  const first = one();
  const forked = new ShownStream().grow(3).grow(9, 1);
  const second = after(first.entries, forked.shown(5));
  expect(second).toMatchObject({ answer: { kind: 'fork' }, isDoubtful: true });
  const entry = second.put.get(keyOf(first.stream.origin));
  expect(entry).toMatchObject({
    fork: { size: 9, pod: 'ledger-1' },
    note: first.put.get(keyOf(first.stream.origin))?.note,
  });
  const third = after(second.entries, forked.shown(5));
  expect(third.answer?.kind).toBe('fork');
  expect(third.put.size).toBe(0);
  const fourth = after(second.entries, first.stream.grow(7).shown(5));
  expect(fourth.answer?.kind).toBe('cosigned');
  expect(fourth.put.get(keyOf(first.stream.origin))?.fork).toEqual(entry?.fork);
});

test('a conflict is doubtful: another replica may have held more', () => {
  expect(after(new Map(), new ShownStream().grow(3).grow(5).shown(3))).toMatchObject({
    answer: { kind: 'conflict', size: 0 },
    isDoubtful: true,
  });
});
