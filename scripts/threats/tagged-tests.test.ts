import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CONTROLS, CONTROL_IDS } from './controls.ts';
import { FRAMEWORKS } from './frameworks/all.ts';
import { taggedIn, taggedTests } from './tagged-tests.ts';

const found = taggedTests(join(import.meta.dirname, '../..'));
const read = (source: string) =>
  taggedIn('x.test.ts', source).map(({ path, controls }) => [path.join(' › '), controls]);

describe('a test with tags is read', () => {
  test.each([
    ['of a test', `it('a', { tags: ['halt'] }, () => {});`, 'a'],
    ['of a group', `describe('a', { timeout: 1, tags: ['halt'] }, () => {});`, 'a'],
    [
      'of a test in groups',
      `describe('a', () => { describe("b's", () => { test('c', { tags: ['halt'] }, f); }); });`,
      "a › b's › c",
    ],
    ['of a table', `it.each<string>(['x'])('a %s', { tags: ['halt'] }, f);`, 'a %s'],
    ['of a table in a template', 'it.each`x`("a %s", { tags: ["halt"] }, f);', 'a %s'],
    ['of what is skipped here', `describe.skipIf(true)('a', { tags: ['halt'] }, f);`, 'a'],
    ['below a name that is made', 'describe(`a ${b} c`, () => { it(`d`, { tags: ["halt"] }, f); });', 'a … c › d'],
  ])('%s', (_, source, path) => expect(read(source)).toEqual([[path, ['halt']]]));

  test.each([
    ['without tags', `it('a', { timeout: 1 }, f); it('b', f); it('c', [], f);`],
    ['of another function', `holds('a', { tags: ['halt'] }, f);`],
    ['of a method of something else', `parser.parse('a', { tags: ['halt'] }, f);`],
    ['of a name that no source has', `it(name, { tags: ['halt'] }, f);`],
  ])('but nothing %s', (_, source) => expect(read(source)).toEqual([]));
});

test.each([
  ['a tag of no control', `describe('a', () => { it('b', { tags: ['hat'] }, f); });`, '"a › b": hat is no control'],
  ['tags that are computed', `it('a', { tags: some }, f);`, 'tags are an array of names that are written out'],
  ['a name that is made', 'it(`a ${b}`, { tags: ["halt"] }, f);', 'a test with tags has a name that is written out'],
])('%s is refused', (_, source, says) => expect(() => read(source)).toThrow(says));

test('each control is shown by a test', () => {
  const shown = new Set<string>(found.flatMap(({ controls }) => controls));
  expect(CONTROL_IDS.filter((id) => !shown.has(id))).toEqual([]);
});

test('each control stands against a threat', () => {
  const used = new Set<string>(FRAMEWORKS.flatMap(({ threats }) => threats.flatMap(({ controls }) => controls)));
  expect(CONTROL_IDS.filter((id) => !used.has(id))).toEqual([]);
});

test('no two controls have one heading', () => {
  const titles = CONTROL_IDS.map((id) => CONTROLS[id].title);
  expect(new Set(titles).size).toBe(titles.length);
});

describe.each(FRAMEWORKS)('$title', ({ threats, url, version }) => {
  test('names each threat once, with a control once, and says of each what is left', () => {
    const ids = threats.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, title, controls, left } of threats) {
      expect(title, id).not.toBe('');
      expect(new Set(controls).size, id).toBe(controls.length);
      expect(left, id).toMatch(/^[^|\n]+\.$/);
    }
  });

  test('says where it is from', () => {
    expect(url).toMatch(/^https:\/\//);
    expect(version).toMatch(/\d/);
  });
});

test('the catalogues are whole', () => {
  expect(FRAMEWORKS.map(({ title, threats }) => [title, threats.length])).toEqual([
    ['OWASP MCP Top 10', 10],
    ['OWASP Top 10 for Agentic Applications', 10],
    ['OWASP Agentic AI: Threats and Mitigations', 15],
    ['NSA: MCP Security Design Considerations', 9],
    ['MCP-38', 38],
    ['SAFE-MCP', 83],
  ]);
});
