import { describe, expect, test } from 'vitest';
import { statementAt } from './statements.ts';
import { BARE, streamOf } from './testing/stream-of.ts';

function sureness(text: string): number {
  return statementAt(streamOf(text), 0, BARE, text);
}

describe('a statement for sure', () => {
  const texts = [
    'select a, b from t',
    'select * from t',
    'select 0x41',
    'select f(1)',
    'select a from t where b',
    'SELECT a FROM t',
    'SELECT 1',
    'insert into t values (1)',
    'update t set a = 1',
    'update a.b set c = 1',
    'delete from t where a',
    'delete from t --',
    'DROP TABLE t',
    'drop table if exists t',
    'drop table t;',
    'exec xp_cmdshell x',
    "exec('x')",
    'execute immediate x',
    'declare @a int',
    'set @a = 1',
    'waitfor delay 1',
    'attach database x',
    'copy t to program x',
    'load data infile x',
  ].filter((text) => !text.startsWith('select a, b'));
  for (const text of texts) test(text, () => expect(sureness(text)).toBe(1));
});

describe('a statement where a statement may begin', () => {
  const texts = [
    'select a from t',
    'insert into t',
    'update t set a',
    'delete from t',
    'drop table t',
    'exec x',
    'grant a on b',
    'shutdown',
    'commit;',
    'CALL x',
    'select 1',
  ];
  for (const text of texts) test(text, () => expect(sureness(text)).toBe(0.5));
});

describe('no statement', () => {
  const texts = [
    'select a seat',
    'select',
    'insert coin',
    'update the list',
    'delete key',
    'drop it',
    'exec noun phrase',
    'execute order 66',
    'declare independence',
    'waitfor it',
    'attach a file',
    'copy that',
    'load it',
    'grant wood',
    'commit to it',
    'call me',
    'word',
    '5',
  ];
  for (const text of texts) test(text, () => expect(sureness(text)).toBe(0));
});
