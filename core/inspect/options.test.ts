import { expect, test } from 'vitest';
import { findOption } from './options.ts';

test.each([
  ['-x', 0],
  ['--output=/x', 0],
  [' --help', 1],
  ['"-oProxyCommand=x', 1],
  ['\u2212rf', 0],
  ['main --upload-pack x', 4],
  ['main --anything=x', 4],
  ['main -o /etc/x', 4],
  ['x -rf', 1],
])('%j has an option at %i', (text, start) => expect(findOption(text)?.start).toBe(start));

test.each([
  '-',
  '-1',
  '- item',
  '—title',
  '-created_at',
  '-createdAt',
  '-name,-date',
  '-label:bug',
  '-OabcD3fGhIjKl',
  'a-b',
  'a - b',
  'Add --verbose flag',
  'a -- b',
])('%j has none', (text) => expect(findOption(text)).toBeUndefined());
