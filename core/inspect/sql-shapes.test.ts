import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inspectSqlShapes, judgeSqlShapes, readSqlShapes, SQL_SHAPE_REASONS } from './sql-shapes.ts';

function reasonOf(value: string): string | undefined {
  return inspectSqlShapes(value)?.reason;
}

describe('names, ids and search words pass', () => {
  const values: readonly string[] = [
    "O'Brien",
    "D'Angelo & Sons",
    "Rock 'n' Roll",
    "rock'and'roll",
    'select all from menu',
    'drop table tennis',
    'delete from cart',
    "it's 5 o'clock -- maybe",
    '1 or 2',
    'union of select committees',
    'trade union select committee',
    'SKU A--B-77',
    '// a comment',
    "/* it's a comment */ int x = 5;",
    "the dogs' or cats' food",
    "users' and admins' rights",
    `6'-5"`,
    `5'10"`,
    '24" monitor -- refurbished',
    '"exact phrase" or synonym',
    "don't; won't",
    'hello; select the blue one',
    'DEAR FINN,--I think it would do',
    'C# or Java',
    "Bob's #1 choice",
    'project = FOO AND status = "In Progress" ORDER BY created DESC',
    "name contains 'report' and mimeType = 'application/pdf'",
    'x = 1 and y = 2',
    'price >= 10 and price <= 20',
    '^1.2.3 || ^2.0.0',
    "numpy>=1.20,<2.0; python_version < '3.12'",
    'src/**/test/**/x.js',
    'time.sleep(5)',
    'await sleep(1000)',
    'concat(a, b)',
    'std::vector<int> v;',
    'if (a == 1 || b == 2) { return; }',
    "console.log('a' + 'b')",
    'use `SELECT` to choose',
    "name.replace('-', '_')",
    "process.argv.includes('--force')",
    '"--version",',
    "re = '';",
    'How do I use GROUP BY with HAVING in SQL?',
    'SELECT YOUR OPTION FROM THE LIST',
    "echo 'hello' # comment",
    "it's like 'wow'",
    "can't group by age",
    '3 and counting (as of now)',
    '1 or more',
    '',
    "'",
    "''",
    '1=1',
    '*/5 or 1',
    'src/*/or 1=1',
    '/* a */ or b',
    '&#35;1 &amp; 2',
    '5 select committees from Wales',
  ];
  for (const value of values) test(JSON.stringify(value), () => expect(reasonOf(value)).toBeUndefined());
});

describe('SQL is found', () => {
  const values: Record<string, readonly string[]> = {
    condition: [
      "' or 1=1--",
      "admin' or '1'='1",
      '1 or 1=1',
      '1) or (1=1',
      "' or 'a' like 'a",
      "' or username is not null or username = '",
      "1' and exists(select * from users) and '1",
      "' OR 3409=3409 AND ('pytW' LIKE 'pytW",
      '" or true--',
      "'or'1'or'",
      '9999 or true',
      "' or ''-'",
      "' or row 5",
      '1 */ or 2=2 /*',
      '\\u0031\\u0027\\u0020or\\u00201=1',
      '1&#39; or &#49;=&#x31;',
      "%1%' %O%R %1%=%1",
      "1' or 1.e(1)",
    ],
    union: [
      "' UNION SELECT NULL,NULL--",
      '1 union all select 1,2,3',
      'x union select name from users',
      '1 UnIoN sElEcT x',
      '1/**/union/**/select/**/a',
      '1DUNION ALL SELECT 2',
      "1' except values(1,2)",
    ],
    statement: [
      '1; drop table users',
      "Robert'); DROP TABLE Students;--",
      '1;update users set a=1',
      "'; exec xp_cmdshell 'dir'",
      'SELECT id FROM users WHERE id=1',
      '1;declare @a varchar(9)',
      'DELETE FROM users;--',
      "';copy t to program 'id'",
    ],
    'cut-off': ["admin'--", "admin' #", "admin'/*", "x')-- -", '1)) --', "a';"],
    function: [
      '1-sleep(5)',
      "x' + pg_sleep(5)",
      "a waitfor delay '0:0:5'",
      'updatexml(1,concat(0x7e,1),0)',
      'f(x)::int',
    ],
    subquery: ['1^(select 1)', "'+(select*from a)+'", '5-(select count(*) from t)'],
    'out-of-quotes': [
      "'-1--",
      "'='x",
      "a'='b'--",
      "' is null--",
      "a' like 'b%",
      "x' collate nocase--",
      "' order by 3",
      "' in ('a",
    ],
    disguise: ['/*!50000x*/ /*!50000y*/'],
    fragment: ['1 GROUP BY 2', 'x HAVING COUNT(*) WHERE', "something LIKE '", '(case when (a) then b)'],
    'query-operator': ['{"$gt":""}'],
    'directory-filter': ['*)(uid=*'],
    xpath: ["'] | //user[1]"],
  };
  for (const [reason, list] of Object.entries(values)) {
    for (const value of list) test(`${reason}: ${value}`, () => expect(reasonOf(value)).toBe(reason));
  }
});

describe('an injection is found however it is spelt', () => {
  const base = "' or 1=1-- ";
  const spellings: Record<string, string> = {
    'percent-encoded': encodeURIComponent(base).replaceAll("'", '%27'),
    'encoded twice': encodeURIComponent(encodeURIComponent(base).replaceAll("'", '%27')),
    'as a form': "'+or+1=1--+",
    'with full-width quotes': base.replace("'", '＇'),
    'in double quotes': base.replace("'", '"'),
    'with comments for blanks': base.replaceAll(' ', '/**/'),
    'with tabs for blanks': base.replaceAll(' ', '\t'),
    'with odd letters': "' oR 1=1-- ",
    'behind a name': `admin${base}`,
    'behind an escape that is none': `\\${base}`,
    'with a comment of MySQL': "' /*!50000or*/ 1=1#",
    'in capitals': base.toUpperCase(),
    'with lines for blanks': "'\nor\n1=1#",
  };
  for (const [name, value] of Object.entries(spellings)) {
    test(name, () => expect(inspectSqlShapes(value)).toBeDefined());
  }
});

test('a finding says which part it is, and what to do instead', () => {
  expect(inspectSqlShapes("admin' or 1=1--")).toEqual({
    detector: 'sql-shapes',
    reason: 'condition',
    message:
      `The value "admin' or 1=1--" contains a condition of SQL, which would widen a query it is pasted into. ` +
      'Send the plain name, id or words, without SQL.',
    span: { start: 7, end: 15 },
    evidence: 'or 1=1--',
  });
});

test('the whole value is shown where only its decoded form is SQL', () => {
  expect(inspectSqlShapes('%27%20or%201%3D1--')?.span).toEqual({ start: 0, end: 18 });
});

test('a value of letters, digits and signs of names costs nothing', () => {
  expect(readSqlShapes('pkg/some-name_1.2@3').work).toBe(0);
});

test('a value that is too long for a name is not read', () => {
  expect(readSqlShapes(`${'a '.repeat(32_768)}x`)).toMatchObject({ problem: 'too-long', work: 1 });
  expect(judgeSqlShapes(readSqlShapes(' '.repeat(70_000)))?.span).toBeUndefined();
});

test('every reason has a sentence', () => expect(new Set(SQL_SHAPE_REASONS).size).toBe(SQL_SHAPE_REASONS.length));

test('reading never throws, and gives the same answer twice', () => {
  const piece = fc.constantFrom(
    "'",
    '"',
    '`',
    ' ',
    'or',
    '1',
    '=',
    '(',
    ')',
    '--',
    '/*',
    '*/',
    ';',
    'select',
    '%27',
    'é',
    '#',
    '\n',
    '/*!',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const value = pieces.join('');
      expect(readSqlShapes(value)).toEqual(readSqlShapes(value));
    }),
    { numRuns: 2_000 },
  );
});

test('the longest value of the worst kind is read in bounded time', () => {
  for (const piece of [
    "'",
    '(',
    'or ',
    'or(',
    '1 or ',
    '/**/a',
    "';select ",
    '%27',
    'concat(',
    'union ',
    '#\n',
    'a.',
    '!',
    'select a,',
  ]) {
    const value = piece.repeat(Math.floor(65_536 / piece.length));
    const start = performance.now();
    readSqlShapes(value);
    expect(performance.now() - start, piece).toBeLessThan(1_500);
  }
});
