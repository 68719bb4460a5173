import { describe, expect, test } from 'vitest';
import { readParameterName, readPrincipal, readRoot } from './others.ts';

describe('a principal', () => {
  test.each(['ada', 'Domain Users', '/realm/agents', 'ada@example.com', 'a.b', 'a$b', 'who?'])('may be %j', (name) => {
    expect(readPrincipal(name)).toBeUndefined();
  });
  test.each([
    [' ada', 'write "ada"', true],
    ['ada\t', 'write "ada"', true],
    ['^ada', 'list the names, one entry for each', false],
    ['!ada', 'list the names, one entry for each', false],
    ['ada.*', 'list the names, one entry for each', false],
    ['ada|bob', 'list the names, one entry for each', false],
    ['ada$', 'list the names, one entry for each', false],
  ])('is hardly %j', (name, mend, impossible) => {
    expect(readPrincipal(name)).toMatchObject({ mend, impossible });
  });
});

describe('a parameter', () => {
  test.each(['path', 'file.path', 'x-file', 'файл', 'argumentsList', '/path', '/edits/*/path', '/a/*', '/*', '/a/0'])(
    'may be %j',
    (name) => {
      expect(readParameterName(name)).toBeUndefined();
    },
  );
  test.each([
    ['$.path', 'write "path"', false],
    ['arguments.path', 'write "path"', false],
    ['/params/path', 'write "path"', false],
    [' path', 'write "path"', true],
    ['path*', 'write the name of one parameter, or a JSON Pointer into it such as "/edits/*/path"', false],
    ['/path*', 'write the name of one parameter, or a JSON Pointer into it such as "/edits/*/path"', false],
    ['a[0].b', 'write "/a/0/b"', false],
    ['edits[*].path', 'write "/edits/*/path"', false],
    ['$.a.b', 'write "/a/b"', false],
    ['$', 'write the name of one parameter, or a JSON Pointer into it such as "/edits/*/path"', false],
  ])('is hardly %j', (name, mend, impossible) => {
    expect(readParameterName(name)).toMatchObject({ mend, impossible });
  });
});

describe('a root', () => {
  test.each(['/', '/data', '/data/.config', '/data/a.b'])('may be %j', (root) => {
    expect(readRoot(root)).toBeUndefined();
  });
  test.each([
    ['/data/*', 'write "/data"'],
    ['/data/**/*.txt', 'write "/data"'],
    ['/data/a?/b', 'write "/data"'],
    ['/*', 'write "/"'],
  ])('is hardly %j', (root, mend) => expect(readRoot(root)?.mend).toBe(mend));
});
