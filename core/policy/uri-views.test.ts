import { describe, expect, it } from 'vitest';
import { uriViews } from './uri-views.ts';

describe('a URI with a segment that leads upwards for some reader is read in no way', () => {
  it.each([
    ['as it is', 'file:///data/../secret'],
    ['encoded', 'file:///data/%2e%2e/secret'],
    ['with a parameter, which servlets cut off', 'file:///data/..;/secret'],
    ['with a parameter that has a value', 'file:///data/..;a=b/secret'],
    ['encoded, with a parameter', 'file:///data/%2e%2e%3bx/secret'],
    ['with a blank behind it, which Windows cuts off', 'file:///data/..%20/secret'],
    ['one dot with a parameter', 'file:///data/.;x/secret'],
  ])('%s', (_name, uri) => {
    expect(uriViews(uri)).toEqual({ problem: 'the URI has a "." or ".." segment' });
  });

  it.each([
    ['a parameter behind a name', 'file:///data/report;v=1'],
    ['dots in a name', 'file:///data/a..b/..c'],
    ['three dots', 'file:///data/.../x'],
  ])('but not with %s', (_name, uri) => {
    expect(uriViews(uri)).toMatchObject({ views: [uri] });
  });
});
