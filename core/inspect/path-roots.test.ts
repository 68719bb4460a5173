import { posix } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PathRoots } from './path-roots.ts';

interface Case {
  roots?: string[];
  path: string;
  inside: boolean;
}

describe('a path', { tags: ['paths'] }, () => {
  const cases: Record<string, Case> = {
    'that is the root is inside': { path: '/data', inside: true },
    'below the root is inside': { path: '/data/a/b', inside: true },
    'that only begins like the root is not (CVE-2025-53110)': { path: '/data_evil/x', inside: false },
    'above the root is not': { path: '/', inside: false },
    'that climbs out and comes back is inside': { path: '/data/../data/x', inside: true },
    'that climbs out is not': { path: '/data/../etc/passwd', inside: false },
    'that climbs above / stays there': { path: '/../../data/x', inside: true },
    'with doubled slashes is what it resolves to': { path: '//data//x', inside: true },
    'that is empty is the root': { path: '', inside: true },
    'that is relative is inside': { path: 'a/b', inside: true },
    'that is relative and climbs within is inside': { path: 'a/../b', inside: true },
    'that is relative and climbs out is not': { path: 'a/../../etc', inside: false },
    'that climbs out and comes back by the name of the root is inside': { path: '../data/x', inside: true },
    'whose name begins with two dots climbs nowhere': { path: '..hidden', inside: true },
    'below / is always inside': { roots: ['/'], path: '/etc/passwd', inside: true },
    'is inside when one of several roots holds it': { roots: ['/a', '/b'], path: '/b/x', inside: true },
    'that climbs has to stay inside whichever root it starts from': {
      roots: ['/srv/a', '/srv/b'],
      path: '../a/x',
      inside: true,
    },
    'that climbs and leaves one of the roots is not': { roots: ['/srv/a', '/b'], path: '../a/x', inside: false },
    'is not inside where there is no root': { roots: [], path: 'a', inside: false },
    'is held against a root without its last slash': { roots: ['/data/'], path: '/data/x', inside: true },
    'is held against what a root resolves to': { roots: ['/data/../etc'], path: '/data/x', inside: false },
  };
  for (const [name, { roots = ['/data'], path, inside }] of Object.entries(cases)) {
    test(name, () => expect(new PathRoots(roots).hold(path)).toBe(inside));
  }
});

test('an absolute path is inside where what it resolves to is, however it is written', () => {
  const text = fc
    .array(fc.constantFrom('/', '.', '..', 'data', 'a', '.git', '_'), { maxLength: 8 })
    .map((parts) => `/${parts.join('')}`);
  fc.assert(
    fc.property(text, (path) => {
      const resolved = posix.resolve(path);
      expect(new PathRoots(['/data']).hold(path)).toBe(resolved === '/data' || resolved.startsWith('/data/'));
    }),
    { numRuns: 1000 },
  );
});

test('roots are told as they were written', () => {
  expect(new PathRoots(['/data/', '/a/../b']).written).toEqual(['/data/', '/a/../b']);
});

test('what climbs is work for each root, what does not is work once', () => {
  const roots = new PathRoots(Array.from({ length: 50 }, (_, i) => `/root-${i}`));
  expect(roots.workOf(['a'.repeat(100)])).toBe(150);
  expect(roots.workOf([`../${'a'.repeat(97)}`])).toBe(50 + 100 * 51);
  expect(roots.workOf(['/../x'])).toBe(55);
});
