import { describe, expect, test } from 'vitest';
import { decisionLine, REFUSED } from '../testing/records.ts';
import { type AuditQuery, isAsked, readTime } from './query.ts';
import { readRecord } from './read-record.ts';

function asked(query: AuditQuery, line = decisionLine({ outcome: 'refused' }, REFUSED)): boolean {
  const record = readRecord(line);
  return record !== undefined && isAsked(query, record, line);
}
const AT = Date.parse('2026-11-21T10:00:00Z');

test.each<[string, AuditQuery]>([
  ['everything', {}],
  ['its caller', { principal: 'me' }],
  ['its tool', { target: 'read_file' }],
  ['tools that begin so', { target: 'read_*' }],
  ['one of several effects', { effects: ['Log', 'Deny'] }],
  ['its outcome', { outcome: 'refused' }],
  ['its rule', { rule: 'default/files#roots' }],
  ['the end of its rule', { rule: 'roots' }],
  ['its detector', { finding: 'paths' }],
  ['the reason of a finding', { finding: 'outside-roots' }],
  ['its session and trace', { session: 'session-1', trace: 'trace-1' }],
  ['its server', { server: 'default/files' }],
  ['a time that it is in', { since: AT, until: AT + 1 }],
  ['a word of the line, in capitals', { text: 'OUTSIDE-ROOTS' }],
])('whoever asks for %s gets it', (_, query) => {
  expect(asked(query)).toBe(true);
});

test.each<[string, AuditQuery]>([
  ['another caller', { principal: 'm' }],
  ['another tool', { target: 'read' }],
  ['another effect', { effects: ['Allow'] }],
  ['another outcome', { outcome: 'answered' }],
  ['another rule', { rule: 'default/other#roots' }],
  ['another finding', { finding: 'urls' }],
  ['another session', { session: 'session-2' }],
  ['a later time', { since: AT + 1 }],
  ['an earlier time', { until: AT }],
  ['a word that is not there', { text: 'hello' }],
  ['two things of which one is another', { principal: 'me', target: 'write_file' }],
])('whoever asks for %s does not', (_, query) => {
  expect(asked(query)).toBe(false);
});

test('what is no decision is only for those who ask for all', () => {
  const line = '{"event":"open","seq":0,"stream":"s","time":"2026-11-21T10:00:00.000Z"}';
  expect(asked({}, line)).toBe(false);
  expect(asked({ all: true }, line)).toBe(true);
});

describe('times', () => {
  test.each([
    ['90s', AT - 90_000],
    ['2h', AT - 7_200_000],
    ['3d', AT - 3 * 86_400_000],
    ['1w', AT - 7 * 86_400_000],
    ['2026-11-20', Date.parse('2026-11-20T00:00:00Z')],
    ['2026-11-20T10:15', Date.parse('2026-11-20T10:15:00Z')],
    ['2026-11-20T10:15:30.5+02:00', Date.parse('2026-11-20T08:15:30.500Z')],
  ])('%s is understood', (text, time) => {
    expect(readTime(text, AT)).toBe(time);
  });

  test.each(['', '2', 'h', 'yesterday', '2026-13-01', '21.11.2026', '2026-11-20T10'])('%j is not', (text) => {
    expect(readTime(text, AT)).toBeUndefined();
  });
});
