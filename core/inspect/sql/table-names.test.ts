import { expect, test } from 'vitest';
import { STANDARD_LEXING } from './dialects.ts';
import { readTables } from './table-names.ts';
import { sqlTokens } from './tokens.ts';

function tables(text: string): string[] {
  return readTables(sqlTokens(text, STANDARD_LEXING), 0).map(({ parts }) => parts.join('.'));
}

const named: Record<string, readonly string[]> = {
  'select 1': [],
  'select * from a': ['a'],
  'select * from a.b, "C" as c join d on d.x = c.x, e': ['a.b', 'c', 'd', 'e'],
  'select * from (a join (b)) where x in (select y from c)': ['a', 'b', 'c'],
  'select * from f(x) g, a': ['a'],
  'select a, b from c order by d, e': ['c'],
  'select extract(year from x), trim(both from y) from a': ['a'],
  'select extract(year from (select x from b)) from a': ['b', 'a'],
  'select a is distinct from b from c': ['c'],
  'select distinct from c': ['c'],
  'with a as (select * from b) select * from a join c': ['b', 'c'],
  'with a (x) as not materialized (select 1) select * from a': [],
  'with a as (select * from a) select * from a': ['a'],
  'with recursive a as (select * from a) select * from a': [],
  'select (with a as (select 1) select * from a), b from a': ['a'],
  'with a as (select 1) select * from s.a': ['s.a'],
  'with a as (select 1) delete from a': ['a'],
  'with a as (select 1) insert into a select * from a': ['a'],
  'insert into a (x, y) select x, y from b': ['a', 'b'],
  'insert a values (1)': ['a'],
  'update a, b set x = 1 from c': ['a', 'b', 'c'],
  'insert into a values (1) on conflict do update set x = 1': ['a'],
  'delete from a using b where x': ['a', 'b'],
  'delete a from b': ['a', 'b'],
  'merge into a using b on x': ['a', 'b'],
  'drop table if exists a, b': ['a', 'b'],
  'truncate table a': ['a'],
  'create table a (x int references b)': ['a', 'b'],
  'create index i on a (x)': ['a'],
  'create view v as select * from a': ['v', 'a'],
  'table a': ['a'],
  'describe a': ['a'],
  'explain select * from a': ['a'],
  'show columns from a': ['a'],
  'pragma table_info(a)': ['a'],
  'pragma table_info = a': ['a'],
  'select * from a where x in b or y in $1 or z in (1, 2)': ['a', 'b'],
  'select position(x in y) from a': ['a'],
  'show columns in a': ['a'],
  "select * from 'a.csv'": ['a.csv'],
  'select * from @a, b..c': ['b..c'],
  'select * from a cross apply f(x) y': ['a'],
  'select * from a with (nolock), b': ['a', 'b'],
  'select * from a limit (nolock), b limit, c limit 5, 6': ['a', 'b', 'c'],
  'select * from a set, b values, c': ['a', 'b', 'c'],
  'select * from a minus, b returning, c': ['a', 'b', 'c'],
  'select * from a use index for order by (i), b': ['a', 'b'],
  'select * from a where x in (1, 2) order by y, z': ['a'],
  'select * from a )': ['a'],
  "select null::b, 'c'::regclass, null as d from a": ['b', 'c', 'a'],
};
for (const [text, names] of Object.entries(named)) test(text, () => expect(tables(text)).toEqual(names));
