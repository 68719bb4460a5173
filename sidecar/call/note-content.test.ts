import { expect, test } from 'vitest';
import { policyOf } from '../../test/support/policy.ts';
import { answerParts, callOf } from '../testing/answering.ts';
import { noteContent } from './note-content.ts';

const policy = policyOf({ dlp: [{ detect: ['creditCard'], in: ['results'], effect: 'Redact' }] });
const found = () => {
  const bytes = Buffer.from('"4111111111111111"');
  return policy.content('results').of(undefined)?.judge(bytes, { start: 0, end: bytes.length }) ?? expect.fail();
};

test('what is found while a call is open is added up for its record', () => {
  const parts = answerParts();
  const call = callOf(parts);
  noteContent(call, parts, found());
  noteContent(call, parts, found());
  expect(call.course.said?.redacted).toEqual(new Map([['creditCard', 2]]));
  expect(parts.lines).toEqual([]);
});

test('what is found behind its record has one of its own, as long as anything can be recorded', () => {
  const parts = answerParts();
  const call = callOf(parts);
  call.course.isSettled = true;
  noteContent(call, parts, found());
  parts.failAudit();
  noteContent(call, parts, found());
  expect(parts.lines).toMatchObject([{ method: 'response', outcome: 'answered', decision: { effect: 'Redact' } }]);
});
