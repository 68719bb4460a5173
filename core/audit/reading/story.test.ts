import { expect, test } from 'vitest';
import { recordOf, REDACTED, REFUSED } from '../testing/records.ts';
import { chapterOf, span } from './story.ts';
import { readRecord } from './read-record.ts';

test('a call that was answered is told in a line', () => {
  expect(chapterOf(recordOf())).toMatchObject({ title: 'me: tools/call read_file was answered', notes: [] });
});

test('a refused one is told with why', () => {
  expect(chapterOf(recordOf({ outcome: 'refused' }, REFUSED))).toMatchObject({
    title: 'me: tools/call read_file was refused (a rule denies it)',
    notes: [
      'call: refused by default/files#roots',
      'found in the arguments: paths outside-roots at /path (default/files#roots)',
    ],
  });
});

test('one that waited for a person is told with how long and what became of it', () => {
  const record = recordOf({
    approval: { name: 'files-x1', state: 'Consumed', by: 'ada', reason: 'month end' },
    latency: { sallyportMs: 1, heldMs: 65_000 },
  });
  expect(chapterOf(record)).toMatchObject({
    title: 'me: tools/call read_file was answered, after 65.0 s of waiting for a person',
    notes: ['approved by ada, and used up by this call: "month end" (approval files-x1)'],
  });
});

test('an answer that was redacted is told with what was taken out, and what shadow would have done', () => {
  expect(chapterOf(recordOf({}, REDACTED)).notes).toEqual([
    'answer: allowed, with parts replaced, by default/dlp#secrets',
    'found in the answer: secrets aws-access-key at /content/0/text (default/files#roots)',
    'replaced by placeholders in the answer: aws-access-key (2)',
    'answer: rules in shadow, which only record, would have refused it: default/strict#secrets',
  ]);
});

test.each([
  ['pending', 'was held; the client was told to call again'],
  ['client-gone', 'ended because the client left'],
  ['upstream-error', 'failed at the server (forwarded)'],
  ['interrupted', 'was cut off: the gate ended, and the server may have executed it'],
  ['streaming', 'was streaming'],
])('an outcome %s is told in words', (outcome, words) => {
  expect(chapterOf(recordOf({ outcome })).title).toBe(`me: tools/call read_file ${words}`);
});

test('a caller that is not known has no name, and a method needs none twice', () => {
  const record = recordOf({ principal: null, tool: undefined, method: 'tools/list' });
  expect(chapterOf(record).title).toBe('somebody who is not known: tools/list was answered');
});

test.each([
  ['open', 'the gate began'],
  ['checkpoint', 'what was written so far was signed'],
  ['strange', 'strange'],
])('what a gate says of itself is told: %s', (event, title) => {
  const record = readRecord(`{"event":"${event}","seq":1,"stream":"s","time":"2026-11-21T10:00:00.000Z"}`);
  expect(record && chapterOf(record).title).toBe(title);
});

test.each([
  [12.4, '12 ms'],
  [1874, '1.9 s'],
  [600_000, '10 min'],
])('%d ms are %s', (milliseconds, text) => {
  expect(span(milliseconds)).toBe(text);
});

test.each([
  ['Pending', 'a person was asked whether to let through tools/call pay of ada'],
  ['Approved', 'tools/call pay of ada was approved by eve'],
  ['Denied', 'tools/call pay of ada was denied by eve'],
  ['Expired', 'nobody decided in time on tools/call pay of ada'],
  ['Withdrawn', 'the question about tools/call pay of ada is over (Withdrawn)'],
])('a question to a person that is %s is told', (state, title) => {
  const approval = {
    name: 'a-1',
    state,
    by: 'eve',
    reason: 'known',
    expires: '2026-11-21T11:00:00.000Z',
    rules: ['x/y#z'],
  };
  const line = { event: 'approval', seq: 1, time: '2026-11-21T10:00:00.000Z', method: 'tools/call', tool: 'pay' };
  const record = readRecord(
    JSON.stringify({ ...line, approval, principal: { name: 'ada', kind: 'token', groups: [] } }),
  );
  expect(record && chapterOf(record)).toMatchObject({
    title,
    notes: ['approval a-1, which expires at 2026-11-21T11:00:00.000Z', 'required by x/y#z', 'in their words: "known"'],
  });
});

test.each(['__defineGetter__', 'constructor', '__proto__'])('what every object has is no word for %s', (name) => {
  const record = recordOf({ approval: { name: 'x', state: 'Denied', by: 'ada', reason: '' } });
  const told = { ...record, approval: { name: 'x', state: name, by: 'ada', reason: '' } };
  expect(chapterOf(told).notes).toEqual([`${name} by ada (approval x)`]);
  expect(chapterOf({ ...record, event: name }).title).toBe(name);
});
