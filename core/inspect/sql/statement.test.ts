import { describe, expect, test } from 'vitest';
import { STANDARD_LEXING } from './dialects.ts';
import { readStatement, type SqlStatement } from './statement.ts';
import { sqlTokens } from './tokens.ts';

function read(text: string): SqlStatement {
  return readStatement(sqlTokens(text, STANDARD_LEXING));
}

describe('a statement does', () => {
  const cases: Record<string, readonly string[]> = {
    'select 1': ['select'],
    '((select 1))': ['select'],
    'select a into b from c': ['select', 'create'],
    'select a into @b from c': ['select'],
    "select a into outfile 'b'": ['select', 'file'],
    'select 1 for update': ['select', 'update'],
    'select 1 for no key update': ['select', 'update'],
    'select substring(a for 3)': ['select'],
    'with a as (delete from b returning *) select 1': ['select', 'delete'],
    'with a as (select 1) update b set c = 1': ['select', 'update'],
    'with a as (select 1) replace into b select * from a': ['select', 'update'],
    "with a as (select replace(x, 'a', 'b') from c) select replace(y, 'c', 'd') from a": ['select'],
    'select 1 drop table a': ['select', 'drop'],
    "select 1 exec('a')": ['select', 'call'],
    'select update, t.delete, "drop" from a': ['select'],
    'select insert(a, 1, 2, b)': ['select'],
    'explain delete from a': ['select'],
    'explain analyze delete from a': ['select', 'delete'],
    'explain (analyze, verbose) insert into a values (1)': ['select', 'insert'],
    'show create table a': ['select'],
    'insert into a values (1)': ['insert'],
    'insert into a values (1) on conflict do update set b = 1': ['insert', 'update'],
    'insert or replace into a values (1)': ['insert', 'update'],
    'replace into a values (1)': ['update', 'insert'],
    'merge into a using b on c when matched then delete when not matched then update': ['merge', 'delete', 'update'],
    'pragma table_info(a)': ['select'],
    'pragma main.user_version': ['select'],
    'pragma user_version = 5': ['set'],
    'grant update on a to b': ['grant'],
    'create table a (b int references c on delete cascade on update cascade)': ['create'],
    'please do': [],
    '1': [],
  };
  for (const [text, kinds] of Object.entries(cases)) test(text, () => expect([...read(text).kinds]).toEqual(kinds));
});

describe('a function that acts', () => {
  const cases: Record<string, readonly string[]> = {
    'select pg_sleep(1), a.pg_sleep (2), count(*)': ['pg_sleep', 'pg_sleep'],
    'select "PG_SLEEP"(1)': ['pg_sleep'],
    'select pg_sleep': [],
    'select url(a) from url(b)': ['url'],
    "copy a from program 'b'": ['program'],
    'exec xp_cmdshell a': ['xp_cmdshell'],
  };
  for (const [text, names] of Object.entries(cases)) {
    test(text, () => expect(read(text).acting.map(({ name }) => name)).toEqual(names));
  }
});

test('a procedure, a file and a function may touch what they do not name', () => {
  for (const text of ['call a()', "copy a to 'b'", 'create function a() returns int', 'drop schema a']) {
    expect(read(text).unseen).toBe(true);
  }
  for (const text of ['select 1', 'create or replace view a as select 1', 'drop table a']) {
    expect(read(text).unseen).toBe(false);
  }
});

test('a transaction begins and ends', () => {
  expect(read('start transaction').transaction).toBe('begins');
  expect(read('begin').transaction).toBe('begins');
  expect(read('rollback').transaction).toBe('ends');
  expect(read('rollback to a').transaction).toBeUndefined();
  expect(read('select 1').transaction).toBeUndefined();
});
