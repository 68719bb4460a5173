/**
 * The house rules that a formatter cannot know: files are small, and whatever decides something has its test beside it, where a reader
 * of the one looks for the other.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { branchesOf } from './branches.ts';
import { OVERLONG, OWED, TESTED_ELSEWHERE } from './exceptions.ts';
import { oldClosuresIn } from './old-closures.ts';

const root = join(import.meta.dirname, '../..');

const MAX_LINES = 300;
const MAX_MEDIAN = 80;
/** One or two branches are a guard or a loop over a table; from here on a file decides. */
const DECISION = 3;

/** They put a gate together. */
const MADE_ONCE = new Set(['sidecar/create-gate.ts']);

const product = globSync('{core,sidecar,operator,archive,cli,scripts}/**/*.ts', { cwd: root })
  // What lies in testing/ serves tests alone.
  .filter((path) => !/\.test\.ts$|\.d\.ts$|(^|\/)testing\//.test(path))
  .toSorted()
  .map((path) => {
    const source = readFileSync(join(root, path), 'utf8');
    return {
      path,
      lines: source.split('\n').length - 1,
      branches: branchesOf(source),
      oldClosures: oldClosuresIn(source),
    };
  });

const isTested = (path: string): boolean => existsSync(join(root, path.replace(/\.ts$/, '.test.ts')));
const overlong = product.filter(({ lines }) => lines > MAX_LINES).map(({ path }) => path);
const untested = product
  .filter(({ path, branches }) => branches >= DECISION && !isTested(path))
  .map(({ path }) => path);

test('the product is found', () => {
  expect(product.length).toBeGreaterThan(400);
});

describe('size', () => {
  test(`no file has more than ${MAX_LINES} lines`, () => {
    expect(overlong.filter((path) => !OVERLONG.has(path))).toEqual([]);
  });

  test(`half of the files have ${MAX_MEDIAN} lines or fewer`, () => {
    const lines = product.map((file) => file.lines).toSorted((a, b) => a - b);
    expect(lines[lines.length >> 1]).toBeLessThanOrEqual(MAX_MEDIAN);
  });
});

describe('speed', () => {
  test('no function that is made for a call grows old by the way it is written', () => {
    const found = product.filter(({ path, oldClosures }) => path.startsWith('sidecar/') && oldClosures > 0);
    expect(found.map(({ path }) => path).filter((path) => !MADE_ONCE.has(path))).toEqual([]);
  });
});

describe('tests', () => {
  test('every file that decides something has its test beside it', () => {
    const excused = new Set([...OWED, ...TESTED_ELSEWHERE.keys()]);
    expect(untested.filter((path) => !excused.has(path))).toEqual([]);
  });

  for (const [path, { by }] of TESTED_ELSEWHERE) {
    test(`what tests ${path} instead is there`, () => {
      expect(existsSync(join(root, by))).toBe(true);
    });
  }
});

describe('the lists of exceptions only shrink', () => {
  test('no file is excused for a test that it has or does not need', () => {
    expect([...OWED, ...TESTED_ELSEWHERE.keys()].filter((path) => !untested.includes(path))).toEqual([]);
  });

  test('no file is excused for a length that it does not have', () => {
    expect([...OVERLONG].filter((path) => !overlong.includes(path))).toEqual([]);
  });

  test('no file is excused twice', () => {
    const all = [...OWED, ...TESTED_ELSEWHERE.keys()];
    expect(all.filter((path, i) => all.indexOf(path) !== i)).toEqual([]);
  });
});
