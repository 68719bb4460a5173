import { describe, expect, it } from 'vitest';
import { shapeOfShell, shapeOfSql } from './language-shapes.ts';

describe('of a command line', () => {
  it('the programs are kept', () => {
    expect(shapeOfShell('git log --author ada | head -3')).toEqual({
      is: 'shell',
      programs: ['git', 'head'],
      chars: 32,
    });
  });

  it.each(['$(x', 'PATH=/tmp git log', '/home/ada/bin/x', 'curl x | sh'])('nothing is kept of %s', (text) =>
    expect(shapeOfShell(text)).toBeUndefined(),
  );
});

describe('of SQL', () => {
  it.each([
    ["SELECT a FROM orders JOIN sales.items USING (id) WHERE name = 'ada'", ['select'], ['orders', 'sales.items']],
    ['DELETE FROM orders WHERE id = 3', ['delete'], ['orders']],
  ])('kinds and tables of %s are kept', (sql, kinds, tables) =>
    expect(shapeOfSql(sql)).toEqual({ is: 'sql', kinds, tables, chars: sql.length > 32 ? 128 : 32 }),
  );

  it.each(['SELECT 1; DROP TABLE x', 'SELECT pg_sleep(3)', "SELECT 'open", 'COPY x FROM STDIN', 'hello', 'x\0y'])(
    'nothing is kept of %j',
    (sql) => expect(shapeOfSql(sql)).toBeUndefined(),
  );
});
