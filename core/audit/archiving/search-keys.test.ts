import { expect, test } from 'vitest';
import { REDACTED, recordOf } from '../testing/records.ts';
import { keyOf, narrow, searchKeys } from './search-keys.ts';

test('a name is a number of 48 bits, always the same', () => {
  expect(keyOf('me')).toBe(keyOf('me'));
  expect(keyOf('me')).not.toBe(keyOf('you'));
  for (let at = 0; at < 5000; at += 1) expect(keyOf(`name ${at}`)).toBeLessThan(2 ** 48);
});

test('a record is found by what it says', () => {
  expect(searchKeys(recordOf({ tool: 'a\0b', principal: null }, REDACTED))).toEqual({
    time: Date.parse('2026-11-21T10:00:00Z'),
    decision: 1,
    server: keyOf('default/files'),
    principal: null,
    target: 'a\uFFFDb',
    session: keyOf('session-1'),
    trace: keyOf('trace-1'),
    effect: keyOf('Redact'),
  });
});

test('a question narrows down by what all answers have', () => {
  expect(narrow({})).toEqual([{ column: 'decision', operator: '=', values: [1] }]);
  expect(narrow({ all: true, text: 'x', rule: 'y', finding: 'z', outcome: 'o', session: '' })).toEqual([]);
  expect(narrow({ all: true, target: 'read_*', effects: ['Deny', 'Log'], since: 1, until: 2, trace: 't' })).toEqual([
    { column: 'trace', operator: '=', values: [keyOf('t')] },
    { column: 'target', operator: '>=', values: ['read_'] },
    { column: 'target', operator: '<', values: ['read_\u{10FFFF}'] },
    { column: 'effect', operator: 'IN', values: [keyOf('Deny'), keyOf('Log')] },
    { column: 'time', operator: '>=', values: [1] },
    { column: 'time', operator: '<', values: [2] },
  ]);
});
