import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isMet, mergeResults, renderTable, type Result } from './results.ts';

const result = (given: Partial<Result> = {}): Result => ({
  name: 'a/b',
  value: 1,
  unit: '×',
  aim: { max: 1.5 },
  command: 'npm run bench',
  ...given,
});

describe('isMet', () => {
  it.each([
    { name: 'a maximum is met by itself', given: { value: 1.5, aim: { max: 1.5 } }, met: true },
    { name: 'a maximum is missed by more', given: { value: 1.51, aim: { max: 1.5 } }, met: false },
    { name: 'a minimum is met by itself', given: { value: 3, aim: { min: 3 } }, met: true },
    { name: 'a minimum is missed by less', given: { value: 2.9, aim: { min: 3 } }, met: false },
  ])('$name', ({ given, met }) => {
    expect(isMet(result(given))).toBe(met);
  });
});

describe('mergeResults', () => {
  it('replaces its own rows, keeps those of other benchmarks and orders by name', () => {
    const other = result({ name: 'm/x', command: 'npm run bench -- other' });
    const merged = mergeResults([result({ name: 'z/old' }), other], 'npm run bench', [
      result({ name: 'z/new' }),
      result({ name: 'a/new' }),
    ]);
    expect(merged.map(({ name }) => name)).toEqual(['a/new', 'm/x', 'z/new']);
  });
});

describe('renderTable', () => {
  it('says of each row what it is, what was aimed at and whether that was met', () => {
    const rows = [
      { result: result(), note: '0.9 to 1.1' },
      { result: result({ name: 'long/name', value: 2 }), note: '' },
    ];
    expect(renderTable(rows)).toBe(
      [
        'name       value  aim            rounds',
        'a/b        1 ×    ≤ 1.5  met     0.9 to 1.1',
        'long/name  2 ×    ≤ 1.5  MISSED',
      ].join('\n'),
    );
  });
});

describe('results.json', () => {
  const committed = JSON.parse(readFileSync(join(import.meta.dirname, 'results.json'), 'utf8')) as Result[];

  it('has rows of exactly the agreed form, each name once', () => {
    for (const row of committed) {
      expect(Object.keys(row)).toEqual(['name', 'value', 'unit', 'aim', 'command']);
      expect(row.value).toBeTypeOf('number');
      expect(Object.keys(row.aim)).toHaveLength(1);
      expect(Object.values(row.aim)[0]).toBeTypeOf('number');
    }
    expect(new Set(committed.map(({ name }) => name)).size).toBe(committed.length);
  });
});
