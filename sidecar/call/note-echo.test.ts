import { beforeEach, expect, it } from 'vitest';
import { answerParts, callOf } from '../testing/answering.ts';
import { noteEcho } from './note-echo.ts';
import { settle } from './settle.ts';

let parts: ReturnType<typeof answerParts>;
beforeEach(() => {
  parts = answerParts();
});

const counted = async (): Promise<string | undefined> =>
  (await parts.metrics.registry.getSingleMetricAsString('sallyport_findings_total'))
    .split('\n')
    .find((line) => line.includes('detector="credential",mode="Enforce"'));

it.each([
  ['Redact', { effect: 'Redact', redacted: { credential: 1 } }],
  ['Deny', { effect: 'Deny', redacted: undefined }],
] as const)('a key in an answer is on record with its call: %s', async (becomes, expected) => {
  const call = callOf(parts);
  noteEcho(call, parts, { credential: 'api', where: 'body', becomes });
  settle(call, parts, 'answered', 'forwarded');
  expect(parts.lines).toMatchObject([
    {
      decision: {
        answer: {
          ...expected,
          findings: [{ detector: 'credential', rule: 'upstream.credentials#api', reason: 'the key is in the answer' }],
        },
      },
    },
  ]);
  expect(await counted()).toMatch(/ 1$/);
});

it('one that the caller has sent is on record as a finding of the call', async () => {
  const call = callOf(parts);
  noteEcho(call, parts, { credential: 'api', where: 'request', becomes: 'Log' });
  settle(call, parts, 'answered', 'forwarded');
  const finding = { detector: 'credential', rule: 'upstream.credentials#api' };
  expect(parts.lines).toMatchObject([{ decision: { answer: undefined, findings: [finding] } }]);
  expect(await counted()).toMatch(/ 1$/);
});

it('one in what a stream says later has a line of its own', () => {
  const call = callOf(parts);
  settle(call, parts, 'streaming', 'forwarded');
  noteEcho(call, parts, { credential: 'api', where: 'head', becomes: 'Redact' });
  expect(parts.lines[1]).toMatchObject({
    decision: { answer: { findings: [{ reason: 'the key is in a header of the answer' }] } },
  });
});
