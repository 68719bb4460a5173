import { expect, it } from 'vitest';
import { NO_BOUND } from '../inspect/content/work.ts';
import { shapeOfPath } from './path-shape.ts';

it.each([
  ['/data/reports/q1.txt', '/data/reports', 1],
  ['/data/reports', '/data/reports', 0],
  ['/data/Ada-Lovelace-contract.pdf', '/data', 1],
  ['/data/acct-4711081500/x.txt', '/data', 2],
  ['/home/ada/notes/x.txt', '/home', 3],
  ['/srv/customers/ada/x.txt', '/srv/customers', 2],
  ['/mail/ada@sallyport.dev/x', '/mail', 2],
  ['src/app/main.ts', 'src/app', 1],
  ['x.txt', '', 1],
  ['/', '/', 0],
  ['/a/b/c/d/e/f/g/h/i/j.txt', '/a/b/c/d/e/f/g/h', 2],
])('of %s %s is kept', (path, under, parts) =>
  expect(shapeOfPath(path, NO_BOUND)).toEqual({ is: 'path', under, parts }),
);

it.each(['../x', '/data/../etc', '/data/%2e%2e/etc', 'C:\\x', '/a\u200bb/c', '~/x'])('nothing is kept of %j', (path) =>
  expect(shapeOfPath(path, NO_BOUND)).toBeUndefined(),
);
