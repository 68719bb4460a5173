import { describe, expect, it } from 'vitest';
import { readNamePattern } from './names.ts';

const read = (pattern: string, kind: 'tool' | 'prompt' | 'method' = 'tool') => {
  const found = readNamePattern(pattern, kind);
  return found === undefined ? undefined : [found.impossible ? 'refused' : 'warned', found.mend];
};

describe('a name of a tool in another pattern language', () => {
  it.each([
    ['delete_.*', 'warned', 'write "delete_*"'],
    ['.*', 'warned', 'write "*"'],
    ['delete_.*_file', 'warned', 'write "delete_*_file"'],
    ['^delete_', 'refused', 'write "delete_*"'],
    ['_delete$', 'refused', 'write "*_delete"'],
    ['^delete_file$', 'refused', 'write "delete_file"'],
    ['delete_.+', 'refused', 'write "delete_*"'],
    ['delete_[a-z]+', 'refused', 'write "delete_*"'],
    [String.raw`delete_\w+`, 'refused', 'write "delete_*"'],
    ['/delete_.*/', 'refused', 'write "*delete_*"'],
    ['/^delete_/i', 'refused', 'write "delete_*"'],
    ['delete_?', 'refused', 'write "delete_*"'],
    ['delete_%', 'refused', 'write "delete_*"'],
    ['delete_*|drop_*', 'refused', 'write "delete_*", "drop_*"'],
    ['^(read|write)$', 'refused', 'write "read", "write"'],
    ['(delete|drop)_.*', 'refused', 'write the name, with * for any characters; one entry for each name'],
    ['{read,write}', 'refused', 'write "read", "write"'],
    ['read_file, write_file', 'refused', 'write "read_file", "write_file", as entries of their own'],
    ['"delete_*"', 'refused', 'write the name alone, with * for any characters'],
    [' delete_file', 'refused', 'write "delete_file"'],
    ['delete_*\u00a0', 'refused', 'write "delete_*"'],
    ['delete\u200b_*', 'refused', 'type it again instead of copying it'],
    ['mcp__files__delete_*', 'warned', 'write the tool\'s own name: "delete_*"'],
    ['mcp__my_files__delete', 'warned', 'write the tool\'s own name: "delete"'],
    ['regex:delete_.*', 'warned', 'write "delete_*"'],
    ['glob:delete_*', 'warned', 'write "delete_*"'],
    ['delete_＊', 'warned', 'write "delete_*"'],
  ])('%j is %s', (pattern, outcome, mend) => {
    expect(read(pattern)).toEqual([outcome, mend]);
  });

  it.each(['!read_*', '~read_*'])('%j is refused, since there is no "not"', (pattern) => {
    expect(read(pattern)).toEqual(['refused', expect.stringContaining('to forbid all but some')]);
  });

  it.each(['-read_*', 'delete file'])('%j is warned about', (pattern) => {
    expect(read(pattern)?.[0]).toBe('warned');
  });

  it.each([
    '*',
    'get_*',
    '*delete*',
    'read-file',
    'files.read',
    'files/read',
    'server:tool',
    'créer_*',
    'a__b',
    'files.*'.replace('.', '_'),
  ])('%j is what it seems', (pattern) => {
    expect(read(pattern)).toBeUndefined();
  });

  it('says what the pattern means here', () => {
    expect(readNamePattern('delete_.*', 'tool')?.message).toContain('it matches only names like "delete_.x"');
  });
});

describe('names of others', () => {
  it('of prompts are for people, so only what cannot be is refused', () => {
    expect(read('What is new?', 'prompt')?.[0]).toBe('warned');
    expect(read(' summarise', 'prompt')?.[0]).toBe('refused');
  });

  it.each([
    ['vendor/*', undefined],
    ['$/progress', undefined],
    ['com.example/x', undefined],
    ['vendor/.*', 'warned'],
    ['^vendor/', 'refused'],
    ['vendor/a|vendor/b', 'refused'],
    ['vendor/do it', 'refused'],
  ])('of methods: %j', (pattern, outcome) => {
    expect(read(pattern, 'method')?.[0]).toBe(outcome);
  });
});

it('takes no longer for a name made to take long', () => {
  const began = performance.now();
  for (const part of ['(', '|', '.*', '[', '{', 'a_', '\\w', '/', 'mcp__'])
    readNamePattern(part.repeat(128).slice(0, 256), 'tool');
  expect(performance.now() - began).toBeLessThan(500);
});
