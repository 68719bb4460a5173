import { expect, it } from 'vitest';
import { isSchemelessHost } from './schemeless.ts';

it.each([
  ...[
    'example.com',
    'example.com/a',
    'www.example.com?a',
    'bücher.de',
    '8.8.8.8',
    '2130706433/x',
    '0x7f.1',
    '0',
    'localhost/a',
  ],
  ...[
    'metadata/computeMetadata',
    'redis:6379',
    'a@b',
    '[::1]/',
    '169%2e254.169.254',
    'db.internal',
    'a.svc/x',
    '１27.0.0.1',
  ],
])('%s is a host', (text) => {
  expect(isSchemelessHost(text)).toBe(true);
});

it.each([
  '',
  '/a',
  './a',
  '../a.com',
  '?a',
  '#a',
  '\\a',
  'index.html',
  'docs/a.com',
  'users',
  '42',
  'my file.md',
  'a_b.json',
])('%j is a path', (text) => {
  expect(isSchemelessHost(text)).toBe(false);
});
