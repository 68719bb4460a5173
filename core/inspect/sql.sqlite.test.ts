/** What SQLite itself says that a text reads and changes, for texts that are allowed to read two tables. */
import { constants, DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { inspectSql, type SqlSettings } from './sql.ts';
import { TablePatterns } from './sql/table-patterns.ts';

const ALLOWED = new Set(['orders', 'items']);
const SETTINGS: SqlSettings = {
  kinds: new Set(['select']),
  several: 'no',
  tables: new TablePatterns([...ALLOWED]),
  functions: new Set(),
};

const HARMLESS = new Set<number>([constants.SQLITE_SELECT, constants.SQLITE_FUNCTION, constants.SQLITE_RECURSIVE]);

/** Statements over `orders`, with holes for whatever may make more of them. */
const FRAMES = [
  'select * from orders @ secret',
  'select * from orders a @',
  'select x from orders where x in @ secret @',
  'select x from orders where x in @ secret () @',
  'with a as (@) select * from @',
  'with secret as (@) select * from secret @',
  'with recursive a as (@ secret @) select * from a @',
  'select * from orders @ join @ secret',
  'select (@ secret @)',
  'select * from (@ secret @)',
  'select * from orders, (@) b @, secret',
  'select * from orders order by x @ , secret',
  'select 1 @ ; @ delete from orders',
  'with a as (@) delete from orders @',
  'with a as (@) replace into orders @',
  'pragma @ = @',
  '@ values (1) @',
];
const PIECES =
  `select|from|where|orders|secret|items|"secret"|[secret]|main.secret|*|,|(|)|;|with|as|join|union|union all|delete from|update|set|x|x = 1|1|'|--|-- \n|/*|*/|\n|insert into|limit|returning|order by|group by|exists|in|not|on|using (x)|natural|cross|recursive|distinct|table_info|1|-1|if|delete|index_list|attach|begin|commit|replace into|materialized|window|except|a|b|"|\`|[|]|over|values|as a|as secret|with secret as (select 1 as x)|select x from secret|(select x from orders)`.split(
    '|',
  );

test('what is allowed reads only the tables that it may, and changes nothing', () => {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  database.exec('create table orders(x); create table items(x); create table secret(x); insert into orders values (1)');
  let asked: string[] = [];
  database.setAuthorizer((action, what, detail) => {
    const isAllowed = action === constants.SQLITE_READ ? ALLOWED.has(what ?? '') : HARMLESS.has(action);
    const isTold = action === constants.SQLITE_PRAGMA && (detail === null || ALLOWED.has(detail));
    if (!isAllowed && !isTold) asked.push(`${action} ${what} ${detail}`);
    return isAllowed ? constants.SQLITE_OK : constants.SQLITE_DENY;
  });
  let valid = 0;
  const hole = fc.array(fc.constantFrom(...PIECES), { maxLength: 4 }).map((pieces) => pieces.join(' '));
  const texts = fc
    .tuple(fc.constantFrom(...FRAMES), fc.array(hole, { minLength: 3, maxLength: 3 }))
    .map(([frame, holes]) => frame.split('@').reduce((text, part, i) => `${text} ${holes[i - 1] ?? ''} ${part}`));
  fc.assert(
    fc.property(texts, (text) => {
      if (inspectSql(text, SETTINGS) !== undefined) return;
      asked = [];
      try {
        database.exec(text);
        valid += 1;
      } catch {
        // Most are no SQL; what ran before that was asked about.
      }
      expect(asked).toEqual([]);
    }),
    { numRuns: 20_000 },
  );
  expect(valid).toBeGreaterThan(20);
});
