import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GlobSet, type GlobSyntax } from './glob-set.ts';

function matches(syntax: GlobSyntax, pattern: string, text: string): boolean {
  const globs = new GlobSet<string>(syntax);
  globs.add(pattern, pattern);
  return globs.match(text).length > 0;
}

/** The same meaning as a regular expression: slow and simple, to compare with. */
function reference(syntax: GlobSyntax, pattern: string): RegExp {
  const source = pattern
    .split(/(\*+)/)
    .map((part) => {
      if (!part.startsWith('*')) return part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
      return syntax === 'uri' && part.length === 1 ? '[^/]*' : '[^]*';
    })
    .join('');
  return new RegExp(`^${source}$`);
}

describe('GlobSet', () => {
  it.each([
    ['name', 'get_*', 'get_user', true],
    ['name', 'get_*', 'get_', true],
    ['name', 'get_*', 'get', false],
    ['name', '*', '', true],
    ['name', '*_file', 'a/b_file', true],
    ['name', 'a*b*c', 'aXbYc', true],
    ['name', 'a*b*c', 'aXcYb', false],
    ['uri', 'file:///data/*', 'file:///data/a', true],
    ['uri', 'file:///data/*', 'file:///data/a/b', false],
    ['uri', 'file:///data/**', 'file:///data/a/b', true],
    ['uri', 'file:///data/**', 'file:///database', false],
    ['uri', 'file:///*/x/**', 'file:///a/x/', true],
    ['uri', '***', 'any://thing/at all', true],
  ] as const)('%s syntax: %s against %s is %s', (syntax, pattern, text, expected) => {
    expect(matches(syntax, pattern, text)).toBe(expected);
  });

  it('agrees with a regular expression for every pattern of a set at once', () => {
    const character = fc.constantFrom('a', 'b', '/', '*');
    const pattern = fc.string({ unit: character, maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 10 });
    fc.assert(
      fc.property(
        fc.constantFrom<GlobSyntax>('name', 'uri'),
        fc.array(pattern, { maxLength: 12 }),
        text,
        (syntax, patterns, name) => {
          const globs = new GlobSet<string>(syntax);
          for (const each of patterns) globs.add(each, each);
          const expected = patterns.filter((each) => reference(syntax, each).test(name));
          expect(globs.match(name).sort()).toEqual(expected.sort());
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes text that is written to make backtracking explode', () => {
    const globs = new GlobSet<number>('name');
    for (let i = 0; i < 50; i++) globs.add(`${'a*'.repeat(20)}b${i}`, i);
    expect(globs.match('a'.repeat(5000))).toEqual([]);
  });
});
