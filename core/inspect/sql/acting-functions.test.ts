import { expect, test } from 'vitest';
import { isActing } from './acting-functions.ts';

test.each([
  'pg_read_file',
  'pg_read_server_files',
  'lo_import',
  'loread',
  'dblink_exec',
  'xp_cmdshell',
  'load_extension',
  'sleep',
])('%s acts', (name) => expect(isActing(name, false)).toBe(true));

test.each(['count', 'now', 'lower', 'pg_size_pretty', 'pg_stat_get_activity', 'replace', 'logical', 'spread'])(
  '%s computes',
  (name) => expect(isActing(name, true)).toBe(false),
);

test('a word that is a function of tables acts only where a table stands', () => {
  expect(isActing('url', true)).toBe(true);
  expect(isActing('url', false)).toBe(false);
});
