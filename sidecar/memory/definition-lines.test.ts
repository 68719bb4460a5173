import { describe, expect, test } from 'vitest';
import { readLines, writeLine } from './definition-lines.ts';

const ADD = { kind: 'tool', name: 'add', digest: 'sha256:a' } as const;

describe('a line is read as it was written', () => {
  test.each(['seen', 'accepted'] as const)('%s, with the definition', (said) => {
    expect(readLines(writeLine(said, ADD, { name: 'add' }))).toEqual([{ said, of: ADD, definition: { name: 'add' } }]);
  });
  test('first', () => expect(readLines(writeLine('first', ADD))).toEqual([{ said: 'first', of: ADD }]));
  test('accepted without a definition, as others may write it', () => {
    expect(readLines(writeLine('accepted', ADD))).toEqual([{ said: 'accepted', of: ADD, definition: undefined }]);
  });
  test('several, in order', () => {
    const text = `${writeLine('first', ADD)}\n${writeLine('accepted', ADD)}\n`;
    expect(readLines(text).map(({ said }) => said)).toEqual(['first', 'accepted']);
  });
});

test.each([
  ['half of a line', writeLine('first', ADD).slice(0, -3)],
  ['no object', '7'],
  ['a word that nobody knows', JSON.stringify({ other: ADD })],
  ['a kind that nobody knows', JSON.stringify({ first: { ...ADD, kind: 'x' } })],
  ['no name', JSON.stringify({ first: { ...ADD, name: 7 } })],
  ['what was seen without what it was', writeLine('seen', ADD)],
])('%s is passed over', (_, line) => {
  expect(readLines(`${line}\n${writeLine('first', ADD)}`)).toHaveLength(1);
});
