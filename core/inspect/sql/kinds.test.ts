import { expect, test } from 'vitest';
import { expectsName, isInnerVerb, isTellingPragma, kindOf, SQL_KINDS } from './kinds.ts';

test('every kind has a word that begins it', () => {
  const words = [
    'select',
    'insert',
    'update',
    'delete',
    'merge',
    'create',
    'alter',
    'drop',
    'truncate',
    'grant',
    'call',
    'set',
    'begin',
    'copy',
    'vacuum',
  ];
  expect(words.map(kindOf)).toEqual(SQL_KINDS);
  expect(kindOf('please')).toBeUndefined();
});

test('what may begin inside of a statement has a kind', () => {
  expect(isInnerVerb('drop')).toBe(true);
  expect(isInnerVerb('select')).toBe(false);
});

test('behind some words a name stands', () => {
  expect(expectsName('by')).toBe(true);
  expect(expectsName('t')).toBe(false);
});

test('a pragma tells where it has no argument or is known to', () => {
  expect(isTellingPragma('user_version', false)).toBe(true);
  expect(isTellingPragma('user_version', true)).toBe(false);
  expect(isTellingPragma('table_info', true)).toBe(true);
  expect(isTellingPragma('optimize', false)).toBe(false);
  expect(isTellingPragma('', false)).toBe(false);
});
