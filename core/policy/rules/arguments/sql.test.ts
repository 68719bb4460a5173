import { describe, expect, it } from 'vitest';
import { Inspection } from '../../inspection.ts';
import { sqlArgument } from './sql.ts';

const foundIn = (value: unknown, said: object = {}, work?: number) => {
  const check = sqlArgument.prepare(sqlArgument.compile({ type: 'sql', ...said }));
  const inspection = new Inspection({ monotonic: () => 0 }, work);
  return check.inspect(value, inspection, inspection.enforced)?.finding.reason;
};

describe('an argument that is SQL', () => {
  it('may be one statement that reads', () => {
    expect(foundIn('SELECT 1')).toBeUndefined();
    expect(foundIn('SELECT 1; SELECT 2')).toBe('several-statements');
    expect(foundIn('DELETE FROM t')).toBe('statement-kind');
  });

  it('may be what is said', () => {
    expect(foundIn('DELETE FROM t', { statements: ['delete'] })).toBeUndefined();
    expect(foundIn('SELECT 1; SELECT 2', { multiple: true })).toBeUndefined();
    expect(foundIn("SELECT nextval('s')", { functions: ['nextval'] })).toBeUndefined();
    expect(foundIn('SELECT * FROM orders', { tables: ['orders'] })).toBeUndefined();
    expect(foundIn('SELECT * FROM secret', { tables: ['orders'] })).toBe('table');
  });

  it('may be a list', () => {
    expect(foundIn(['SELECT 1', 'SELECT 2'])).toBeUndefined();
    expect(foundIn(['SELECT 1', 'DROP TABLE t'])).toBe('statement-kind');
  });

  it('costs more with more tables on either side', () => {
    const query = 'SELECT * FROM a, b, c, d';
    expect(foundIn(query, { tables: ['x'] }, 200)).toBe('table');
    expect(foundIn(query, { tables: Array.from({ length: 50 }, (_, i) => `t${i}`) }, 200)).toBeUndefined();
  });

  it('is held in a bundle with everything said, sorted', () => {
    expect(sqlArgument.compile({ type: 'sql', statements: ['select', 'insert'], tables: ['b', 'a'] })).toEqual({
      type: 'sql',
      statements: ['insert', 'select'],
      tables: ['a', 'b'],
      functions: [],
      multiple: false,
    });
  });
});
