import { expect, test } from 'vitest';
import { signingKey } from './note-keys.ts';
import { parseNoteList } from './note-list.ts';
import { signNote } from './signed-note.ts';

const KEY = signingKey('sallyport/default/files', Buffer.alloc(32, 1));
const [ONE, TWO] = [signNote('sallyport/s1\n5\nroot\n', KEY), signNote('sallyport/s2\n6\nroot\n', KEY)];
const read = (list: string) => parseNoteList(list).map(({ line, note }) => [line, note?.text]);

test('notes with an empty line between them are read, each with its place', () => {
  expect(read(`${ONE}\n${TWO}`)).toEqual([
    [1, 'sallyport/s1\n5\nroot\n'],
    [7, 'sallyport/s2\n6\nroot\n'],
  ]);
});

test('one note is a list, and nothing is an empty one', () => {
  expect(read(ONE)).toEqual([[1, 'sallyport/s1\n5\nroot\n']]);
  expect(read('')).toEqual([]);
  expect(read('\n\n')).toEqual([]);
});

test('more empty lines do no harm, nor does a last line without its newline', () => {
  expect(read(`\n${ONE}\n\n\n${TWO.trimEnd()}`)).toHaveLength(2);
});

test('what is no note is told with its place', () => {
  expect(read(`${ONE}\nhello\n`)).toEqual([
    [1, 'sallyport/s1\n5\nroot\n'],
    [7, undefined],
  ]);
  expect(read('hello\n\n— x\n')).toEqual([[1, undefined]]);
});
