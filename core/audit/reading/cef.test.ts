import { expect, test } from 'vitest';
import { recordOf, REDACTED, REFUSED } from '../testing/records.ts';
import { cefLine } from './cef.ts';

test('a refused call is a line with its reason, severity and fields', () => {
  const line = cefLine(recordOf({ outcome: 'refused' }, REFUSED));
  expect(line).toMatch(/^CEF:0\|Sallyport\|sallyport\|[^|]+\|denied\|tools\/call read_file refused\|7\|/);
  expect(line).toContain(' act=Deny outcome=refused reason=denied suser=me dproc=default/files ');
  expect(line).toContain(' cs1Label=rules cs1=default/files#roots cs2Label=findings cs2=paths outside-roots /path ');
  expect(line).toContain(` rt=${Date.parse('2026-11-21T10:00:00Z')} `.trimStart());
  expect(line.endsWith('\n')).toBe(true);
});

test('what shadow would have done is said', () => {
  expect(cefLine(recordOf({}, REDACTED))).toContain('cs6Label=wouldEffect cs6=Deny');
});

test('names cannot end a part of the line, nor begin another', () => {
  const line = cefLine(recordOf({ tool: 'a|b\\c\nCEF:0|d=e' }));
  expect(line.split('\n')).toHaveLength(2);
  expect(line).toContain(String.raw`|tools/call a\|b\\c CEF:0\|d=e answered|`);
  expect(line).toContain(String.raw` request=a|b\\c\nCEF:0|d\=e `);
});
