import { describe, expect, test } from 'vitest';
import { readUriPattern } from './uris.ts';

describe('a pattern of URIs that no URI can match is impossible', () => {
  test.each([
    ['file:///a ', 'write "file:///a"'],
    ['!file:///a', expect.stringContaining('allow those alone')],
    ['^file:///a$', expect.stringContaining('"file:///a"')],
    ['file:///a\\b', expect.stringContaining('write the URI')],
    ['c:\\a\\*', 'write "file:///c:/a/*"'],
    ['file:///a/../b', 'write the URI as it is without'],
    ['file:///a/.', 'write the URI as it is without'],
    ['./notes', 'write the URI as it is without'],
    ['file:///a/..?x', 'write the URI as it is without'],
  ])('%j', (pattern, mend) => expect(readUriPattern(pattern)).toMatchObject({ impossible: true, mend }));
});

describe('one that matches less than it seems is told', () => {
  test.each([
    ['*', '"**"'],
    ['file://*', '"file://**"'],
    ['~/notes', '"file:///notes"'],
    ['/data/x', '"file:///data/x"'],
    ['file:///a/.*', '"file:///a/**"'],
    ['file:///a/x.+', '"file:///a/x**"'],
    ['file:///a/[a-z]+', '"file:///a/**"'],
    ['file:///{a,b}', '"file:///**"'],
    ['file:///a$', '"file:///a"'],
    ['file:///a|file:///b', 'one entry for each URI'],
  ])('%j: %s', (pattern, words) => {
    expect(readUriPattern(pattern)).toMatchObject({
      impossible: false,
      mend: expect.stringContaining(words) as string,
    });
  });
});

test.each(['file:///data/**', 'file:///a/.env', 'https://a/?b=*', 'http://[::1]/**', 'demo://x/{id}', '**', 'a:..b'])(
  '%j is what it seems',
  (pattern) => expect(readUriPattern(pattern)).toBeUndefined(),
);
