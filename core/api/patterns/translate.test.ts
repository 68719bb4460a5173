import { expect, test } from 'vitest';
import { toWrite } from './translate.ts';

test.each([
  ['^get_.*$', 'write "get_*"'],
  ['^get_', 'write "get_*"'],
  ['_file$', 'write "*_file"'],
  ['^get_file$', 'write "get_file"'],
  ['/get/', 'write "*get*"'],
  ['/^get/i', 'write "get*"'],
  ['^(get|list)$', 'write "get", "list"'],
  ['get_*|list_*', 'write "get_*", "list_*"'],
  ['{get,list}', 'write "get", "list"'],
  ['get, list', 'write "get", "list"'],
  [String.raw`^get\.file$`, 'write "get.file"'],
  [String.raw`^get_\w+$`, 'write "get_*"'],
  ['^get_[a-z]+_[0-9]*$', 'write "get_*_*"'],
  ['get_%', 'write "get_*"'],
  ['get_?', 'write "get_*"'],
  ['get_**', 'write "get_*"'],
])('%j means what it says in the one wildcard: %s', (pattern, words) => {
  expect(toWrite(pattern)).toBe(words);
});

test.each(['^(a(b|c))$', '(?!secret)', '^$', '', 'a b', '^(get|)$'])('%j is no guess', (pattern) => {
  expect(toWrite(pattern)).toBe('write the name, with * for any characters; one entry for each name');
});

test('a name that is a name already is to be written as it is', () => {
  expect(toWrite('get_file')).toBe('write "get_file"');
});
