import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SQL, inspectSql, judgeSql, readSql, SQL_REASONS, type SqlSettings } from './sql.ts';
import { TablePatterns } from './sql/table-patterns.ts';

const READING: SqlSettings = { kinds: new Set(['select']), several: 'no', tables: undefined, functions: new Set() };
const TABLES: SqlSettings = { ...READING, tables: new TablePatterns(['orders', 'sales.*']) };

function reasonOf(value: string, settings: Partial<SqlSettings> = {}): string | undefined {
  return inspectSql(value, { ...READING, ...settings })?.reason;
}

describe('what only reads passes', () => {
  const values = [
    'SELECT * FROM orders WHERE id = 1',
    'select count(*) from users;',
    "SELECT u.name, o.total FROM users u JOIN orders o ON o.user_id = u.id WHERE o.created_at > NOW() - INTERVAL '7 days' ORDER BY o.total DESC LIMIT 10",
    "WITH recent AS (SELECT * FROM orders WHERE created_at > '2024-01-01') SELECT status, count(*) FROM recent GROUP BY status",
    'WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n+1 FROM t WHERE n < 100) SELECT sum(n) FROM t',
    'EXPLAIN SELECT * FROM t',
    'EXPLAIN ANALYZE SELECT * FROM t',
    'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM t',
    'EXPLAIN QUERY PLAN SELECT * FROM t',
    'EXPLAIN DELETE FROM t',
    'SHOW TABLES',
    'SHOW CREATE TABLE users',
    'SHOW COLUMNS FROM users',
    'DESCRIBE users',
    'PRAGMA table_info(users)',
    "PRAGMA table_info('users');",
    'PRAGMA foreign_keys',
    'PRAGMA main.table_list',
    "SELECT name FROM sqlite_master WHERE type='table'",
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
    '(SELECT 1) UNION ALL (SELECT 2)',
    "VALUES (1, 'a'), (2, 'b')",
    'TABLE users',
    'SELECT EXTRACT(YEAR FROM created_at) AS y, SUBSTRING(name FROM 1 FOR 3) FROM t',
    'SELECT a IS DISTINCT FROM b FROM t',
    "SELECT 'it''s; DROP TABLE x' AS s",
    'SELECT "update", "delete" FROM t',
    'SELECT update_time, deleted FROM t',
    'SELECT t.update FROM t',
    "SELECT REPLACE(name, 'a', 'b'), INSERT('abc', 1, 1, 'x') FROM t",
    "SELECT DATE_FORMAT(d, '%Y-%m') FROM t -- comment; DROP TABLE x",
    'SELECT /* a; b */ 1',
    "SELECT * FROM t WHERE name LIKE '%--%'",
    String.raw`SELECT * FROM t WHERE path = 'C:\temp\'`,
    String.raw`SELECT * FROM t WHERE name = 'it\'s'`,
    `SELECT data->>'a', data#>'{a,b}', data @> '{"x":1}' FROM t`,
    "SELECT $$it's$$::text",
    'SELECT [Order ID], [User] FROM [dbo].[Orders] WITH (NOLOCK)',
    'SELECT TOP 10 * FROM dbo.Users ORDER BY Id DESC',
    'SELECT @@VERSION',
    'SELECT * FROM t WHERE a = $1 AND b = :b AND c = ?',
    "SELECT CASE WHEN a > 1 THEN 'update' ELSE 'delete' END FROM t",
    'SELECT a, ROW_NUMBER() OVER (PARTITION BY b ORDER BY c) FROM t QUALIFY 1 = 1',
    'SELECT * FROM a, b, (SELECT * FROM c) d WHERE a.x = b.x',
    'SELECT count(*) FILTER (WHERE x) FROM t TABLESAMPLE SYSTEM (10)',
    'SELECT * FROM generate_series(1, 10) AS g(x), LATERAL (SELECT 1) y',
    'SELECT json_agg(row_to_json(t)) FROM (SELECT * FROM x) t',
    'SELECT array_agg(x ORDER BY y) FROM t GROUP BY GROUPING SETS ((a), (b))',
    'SELECT * FROM t LIMIT 10 OFFSET 20',
    'SELECT DISTINCT ON (a) a, b FROM t',
    'SELECT * FROM t FETCH FIRST 10 ROWS ONLY',
    'DESC users',
    'SELECT last_insert_rowid()',
    "SELECT pg_size_pretty(pg_total_relation_size('t'))",
    'SELECT current_database(), current_user, version()',
    "SELECT * FROM pg_stat_activity WHERE state = 'active'",
    'SELECT 5--1',
    'SELECT a # comment\nFROM t',
    'SELECT 1;\n-- done',
    ';WITH c AS (SELECT 1 AS x) SELECT * FROM c',
    '-- find it\nSELECT 1',
    '/* hi */ SELECT 1 /* there',
    'SELECT `key`, `desc` FROM `my-table`',
    '',
  ];
  for (const value of values) test(JSON.stringify(value), () => expect(reasonOf(value)).toBeUndefined());
});

describe('what does more does not', { tags: ['sql'] }, () => {
  const values = [
    'DELETE FROM t',
    'INSERT INTO t VALUES (1)',
    'UPDATE t SET a = 1',
    'DROP TABLE t',
    'CREATE TABLE x (a int)',
    'CREATE TABLE x AS SELECT 1',
    'ALTER TABLE t ADD c int',
    'TRUNCATE t',
    'SELECT 1; DROP TABLE t',
    'SELECT 1;SELECT 2',
    'SELECT * INTO x FROM t',
    "SELECT * FROM t INTO OUTFILE '/tmp/x'",
    'WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d',
    'WITH d AS MATERIALIZED (UPDATE t SET a=1 RETURNING *) SELECT * FROM d',
    'WITH c AS (SELECT 1) DELETE FROM t',
    'WITH c AS (SELECT 1) INSERT INTO t SELECT * FROM c',
    'EXPLAIN ANALYZE DELETE FROM t',
    'EXPLAIN (ANALYZE) INSERT INTO t VALUES (1)',
    'EXPLAIN (ANALYZE true, BUFFERS) UPDATE t SET a=1',
    "COPY t FROM PROGRAM 'id'",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "COPY t TO '/tmp/x'",
    "SELECT pg_read_file('/etc/passwd')",
    'SELECT pg_catalog.pg_sleep(5)',
    'SELECT "pg_sleep"(5)',
    'SELECT pg_sleep /* x */ (5)',
    "SELECT lo_import('/etc/passwd')",
    "SELECT * FROM dblink('host=x', 'select 1') AS t(a int)",
    "SELECT load_file('/etc/passwd')",
    "SELECT load_extension('x')",
    'SELECT sleep(5)',
    "SELECT * FROM OPENROWSET('a','b','c')",
    "SELECT query_to_xml('delete from t', true, true, '')",
    "EXEC xp_cmdshell 'dir'",
    'EXECUTE sp_configure',
    'SELECT 1 DROP TABLE t',
    "SELECT 1 EXEC xp_cmdshell 'dir'",
    'SELECT 1 FROM t DELETE FROM u',
    'SELECT * FROM t SHUTDOWN',
    '/*!50000 DROP TABLE t */',
    'SELECT 1 /*!; DROP TABLE t */',
    String.raw`SELECT '\'; DROP TABLE t; --'`,
    String.raw`SELECT '\'', 1; DROP TABLE t; --`,
    "ATTACH DATABASE '/tmp/x' AS x",
    'PRAGMA writable_schema = 1',
    'PRAGMA journal_mode(delete)',
    'PRAGMA optimize',
    'VACUUM',
    "VACUUM INTO '/tmp/x'",
    'DO $$ BEGIN PERFORM 1; END $$',
    'CALL p()',
    'SET ROLE x',
    'GRANT ALL ON t TO x',
    'BEGIN',
    'COMMIT; DROP SCHEMA public CASCADE',
    'SELECT * FROM t FOR UPDATE',
    'SELECT * FROM t FOR NO KEY UPDATE',
    'MERGE INTO t USING s ON 1=1 WHEN MATCHED THEN DELETE',
    'REPLACE INTO t VALUES (1)',
    "LOAD DATA INFILE '/etc/passwd' INTO TABLE t",
    'HANDLER t OPEN',
    "xp_cmdshell 'dir'",
    'sp_who',
    'LOCK TABLE t',
    'KILL 5',
    "SELECT 'abc",
    'frobnicate the table',
    'SELECT $$a$$; DROP TABLE t; $$',
    "SELECT set_config('role','x',false)",
    "SELECT nextval('s')",
    'SELECT pg_terminate_backend(1)',
    'DECLARE @x int',
    'IF 1=1 DROP TABLE t',
    "WAITFOR DELAY '0:0:5'",
    'INSERT INTO t SELECT * FROM u',
    'SELECT 1 -- \n; DROP TABLE t',
    'SELECT 1 --\rDROP TABLE t',
    'SELECT 1\0',
  ];
  for (const value of values) test(JSON.stringify(value), () => expect(reasonOf(value)).toBeDefined());
});

describe('a query of the tables that are allowed passes', () => {
  const values = [
    'select * from orders',
    'select * from public.orders o, sales.x',
    'select * from "orders" join sales.items i using (id)',
    'with a as (select * from orders) select * from a',
    'select extract(year from d) from orders',
    'select * from (select * from orders) x, sales.y',
    'select 1',
    'with recursive a as (select * from orders union select * from a) select * from a',
    'select * from orders where a in (select id from sales.z)',
    'select trim(both from x), a is distinct from b from orders',
    'select * from unnest(array[1]) u, orders',
    'with a(x,y) as (select 1,2), b as (select * from a) select * from b join a on true',
    'describe orders',
    'show columns from orders',
    'explain select * from orders',
    'select * from orders order by a, b',
    'select * from orders o join sales.a a on a.x=o.x, sales.b',
    "select date '2020-01-01', x from orders group by x, y",
  ];
  for (const value of values) test(value, () => expect(inspectSql(value, TABLES)).toBeUndefined());
});

describe('a query of another table does not', { tags: ['sql'] }, () => {
  const values = [
    'select * from secret',
    'select * from orders, secret',
    'select * from (secret)',
    'select * from ((orders join secret on true))',
    'select * from orders join secret using (id)',
    'select * from (select 1) x, secret',
    'select * from other.orders',
    'with secret as (select * from secret) select * from secret',
    'with a as (select * from secret), secret as (select 1) select * from a',
    'select * from orders where exists (with secret as (select 1) select * from secret) union select * from secret',
    'select (select x from secret)',
    'table secret',
    'select * from orders union table secret',
    'desc secret',
    'show columns from secret',
    'explain select * from secret',
    "select * from 'secret.csv'",
    'select * from orders o natural join secret',
    'select * from only secret',
    'select * from lateral secret',
    'select * from orders /* */ , /**/ secret',
    'select * from orders o join sales.a a on a.x=o.x, secret',
    'select * from "sales.x"',
    'select * from sales.a.b',
    'select count(*) filter (where exists (select from secret)) from orders',
    'select * from extract(year from (select d from secret))',
    'select * from orders cross join secret',
    'select * from orders straight_join secret',
    'select * from orders, (select 1) y, secret',
    'select * from `secret`',
    'select * from [secret]',
    'select * from db..secret',
    'select * from unnest(array[1]) u, secret',
    'select trim(both from (select d from secret))',
    'PRAGMA table_info(secret)',
  ];
  for (const value of values) test(value, () => expect(inspectSql(value, TABLES)?.reason).toBe('table'));
});

describe('the reason is the one that helps', () => {
  const cases: Record<string, [value: string, reason: string, settings?: Partial<SqlSettings>]> = {
    'a kind of statement': ['DROP TABLE t', 'statement-kind'],
    'a function that acts': ['SELECT pg_sleep(5)', 'acting-function'],
    'a function that acts, by Unicode escapes': [String.raw`SELECT U&"pg\005fsleep"(5)`, 'acting-function'],
    'a function by escapes of its own': [`SELECT U&"pg!005fsleep" UESCAPE '!' (5)`, 'acting-function'],
    'a program that is run': ["COPY t TO PROGRAM 'id'", 'acting-function'],
    'two statements': ['SELECT 1; SELECT 2', 'several-statements'],
    'a transaction that is left': [
      'COMMIT; SELECT 1',
      'leaves-transaction',
      { kinds: new Set(['select', 'transaction']) },
    ],
    'a string that does not end': ["SELECT 'a", 'unclosed'],
    words: ['please list all users', 'not-understood'],
    'a NUL': ['SELECT 1\0', 'null-character'],
    'a length': [`SELECT ${' '.repeat(70_000)}`, 'too-long'],
  };
  for (const [name, [value, reason, settings]] of Object.entries(cases)) {
    test(name, () => expect(reasonOf(value, settings)).toBe(reason));
  }
});

describe('settings loosen', () => {
  const write: Partial<SqlSettings> = { kinds: new Set(['select', 'insert', 'update', 'transaction']) };
  test('kinds', () =>
    expect(reasonOf('INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET a = 1', write)).toBeUndefined());
  test('several statements', () => expect(reasonOf('SELECT 1; SELECT 2', { several: 'yes' })).toBeUndefined());
  test('functions by name', () =>
    expect(reasonOf("SELECT nextval('s')", { functions: new Set(['nextval']) })).toBeUndefined());
  test('a script may change from its beginning on', () => {
    expect(reasonOf('INSERT INTO t VALUES (1); SELECT 1', { ...write, several: 'script' })).toBeUndefined();
    expect(reasonOf('BEGIN; INSERT INTO t VALUES (1); COMMIT', { ...write, several: 'script' })).toBeUndefined();
    expect(reasonOf('SELECT 1; INSERT INTO t VALUES (1)', { ...write, several: 'script' })).toBe('several-statements');
    expect(reasonOf('ROLLBACK; INSERT INTO t VALUES (1)', { ...write, several: 'script' })).toBe('leaves-transaction');
  });
  test('an insert that replaces needs both kinds', () => {
    expect(reasonOf('INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET a = 1', { kinds: new Set(['insert']) })).toBe(
      'statement-kind',
    );
    expect(reasonOf('INSERT OR REPLACE INTO t VALUES (1)', { kinds: new Set(['insert']) })).toBe('statement-kind');
  });
  test('with tables, what names none is refused', () => {
    expect(reasonOf('CALL p()', { ...TABLES, kinds: new Set(['call']) })).toBe('table');
    expect(reasonOf('CREATE FUNCTION f() RETURNS int', { ...TABLES, kinds: new Set(['create']) })).toBe('table');
    expect(reasonOf('CREATE TABLE orders (a int)', { ...TABLES, kinds: new Set(['create']) })).toBeUndefined();
  });
});

test('a finding says which part it is, and what to send instead', () => {
  expect(inspectSql('SELECT 1; DROP TABLE t', READING)).toEqual({
    detector: 'sql',
    reason: 'statement-kind',
    message: 'The SQL "SELECT 1; DROP TABLE t" has a statement of the kind "drop". Allowed here: select.',
    span: { start: 10, end: 22 },
    evidence: 'DROP TABLE t',
  });
  expect(inspectSql('SELECT * FROM secret', TABLES)?.message).toContain('Use only orders, sales.*.');
});

describe('where nobody has said what it is for', () => {
  for (const value of ['DROP TABLE t', 'CREATE TABLE t (a int); INSERT INTO t VALUES (1)', 'list users', "SELECT 'a"]) {
    test(`passes: ${value}`, () => expect(inspectSql(value, DEFAULT_SQL)).toBeUndefined());
  }
  for (const value of [
    'SELECT 1; DROP TABLE t',
    'COMMIT; DROP TABLE t',
    "SELECT load_file('/etc/passwd')",
    'SELECT 1\0',
  ]) {
    test(`is found: ${value}`, () => expect(inspectSql(value, DEFAULT_SQL)).toBeDefined());
  }
});

test('a database is named where others would read on', () => {
  expect(inspectSql('SELECT 1 /*!; DROP TABLE t */', READING)?.message).toContain('as MySQL reads it');
});

test('a reading can be held against any settings', () => {
  const reading = readSql('SELECT * FROM secret');
  expect(judgeSql(reading, READING)).toBeUndefined();
  expect(judgeSql(reading, TABLES)).toBeDefined();
});

test('work is counted for each way of reading', () => {
  expect(readSql('SELECT 1').work).toBeLessThan(readSql('SELECT [1').work);
});

test('reasons are told apart', () => expect(new Set(SQL_REASONS).size).toBe(SQL_REASONS.length));

test('reading never throws, and nothing that changes passes however it is surrounded', () => {
  const piece = fc.constantFrom(
    "'",
    '"',
    '`',
    ' ',
    'select',
    '1',
    '(',
    ')',
    '--',
    '\n',
    '/*',
    '*/',
    ';',
    '$$',
    '[',
    ']',
    '\\',
    '#',
    ',',
    '/*!',
    'from t',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const before = pieces.join(' ');
      expect(() => inspectSql(before, TABLES)).not.toThrow();
      // Behind a statement that is complete to every database.
      expect(inspectSql(`SELECT 1; DROP TABLE t; ${before}`, READING)).toBeDefined();
    }),
    { numRuns: 1_000 },
  );
});

test('the longest value of the worst kind is read in bounded time', () => {
  const pieces = [
    "'",
    '(',
    'a.',
    'a,',
    '/*',
    '$a$',
    'with a as (',
    'select ',
    'from a,',
    ';',
    '"',
    '[',
    '\\',
    'insert ',
    'from (',
    'a as (b) ',
  ];
  for (const piece of pieces) {
    const value = `select ${piece.repeat(Math.floor(65_000 / piece.length))}`;
    const start = process.cpuUsage().user;
    inspectSql(value, TABLES);
    expect((process.cpuUsage().user - start) / 1000, piece).toBeLessThan(1_000);
  }
});
