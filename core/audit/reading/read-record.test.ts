import { expect, test } from 'vitest';
import { decisionLine, FOUND, recordOf, REDACTED, REFUSED } from '../testing/records.ts';
import { effectOf, findingsOf, readRecord, rulesOf, timeText } from './read-record.ts';

test('a record is read with all that it says', () => {
  const record = recordOf({ approval: { name: 'a-1', state: 'Consumed' } }, REDACTED);
  expect(record).toMatchObject({
    event: 'decision',
    server: 'default/files',
    target: 'read_file',
    principal: { name: 'me', groups: ['agents'] },
    approval: { name: 'a-1', state: 'Consumed' },
    sallyportMs: 0.5,
    answer: { redacted: { 'aws-access-key': 2 }, wouldEffect: 'Deny' },
  });
  expect(timeText(record)).toBe('2026-11-21T10:00:00.000Z');
});

test('of both sides the stricter effect counts, and the rules of both', () => {
  const record = recordOf({}, { ...REDACTED, effect: 'Log', rules: ['a/b#c'] });
  expect(effectOf(record)).toBe('Redact');
  expect(rulesOf(record)).toEqual(['a/b#c', 'default/dlp#secrets']);
  expect(findingsOf(recordOf({}, REFUSED))).toEqual([FOUND]);
});

test('what is asked for has the method as its name where nothing else names it', () => {
  expect(recordOf({ tool: undefined, method: 'tools/list' }).target).toBe('tools/list');
  expect(recordOf({ tool: undefined, resource: 'file:///x' }).target).toBe('file:///x');
});

test.each([
  ['no JSON', '{'],
  ['a list', '[]'],
  ['no event', '{"seq":1,"time":"2026-11-21T10:00:00Z"}'],
  ['no number', '{"event":"open","time":"2026-11-21T10:00:00Z"}'],
  ['no time', '{"event":"open","seq":0,"time":"yesterday"}'],
])('%s is no record', (_, line) => {
  expect(readRecord(line)).toBeUndefined();
});

test('fields of another kind are empty, and nothing throws', () => {
  const line = decisionLine()
    .replace('"tool":"read_file"', '"tool":5')
    .replace(/"decision":\{[^}]*\}/, '"decision":7');
  expect(readRecord(line)).toMatchObject({ target: 'tools/call', call: undefined });
});
