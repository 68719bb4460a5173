import { beforeEach, describe, expect, it } from 'vitest';
import { decisionRecord } from '../../core/audit/record.ts';
import { randomOf, sample } from '../../core/inspect/secrets/testing/sample.ts';
import { refuse } from '../../core/mcp/refusals.ts';
import { tool } from '../../core/policy/testing/gen.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../../test/support/policy.ts';
import { record } from '../call/record.ts';
import { type TestParts, answerParts, answerTo, callOf, errorTo } from '../testing/answering.ts';
import { MessageDoor } from './messages.ts';
import { expectAnswer } from './terms-of.ts';

const AWS = sample('AKIA[A-Z2-7]{16}', randomOf(31));
const results = (effect: 'Log' | 'Redact' | 'Deny', more = {}): PackSpec => ({
  ...ALLOW_ALL,
  dlp: [{ detect: ['secrets'], in: ['results'], effect, ...more }],
});
let parts: TestParts;
beforeEach(() => {
  parts = answerParts();
});

function door(spec: PackSpec, sketch: Parameters<typeof callOf>[1] = {}) {
  const policy = policyOf(spec);
  parts.setPolicy(policy);
  const call = callOf(parts, { policy, ...sketch });
  return { call, door: new MessageDoor(call, parts, expectAnswer(call), undefined) };
}

function said(spec: PackSpec, text: string, sketch = {}) {
  const { call, door: messages } = door(spec, sketch);
  const passage = messages.inspect(Buffer.from(text), false);
  return { call, told: typeof passage === 'object' ? passage.instead.toString() : passage };
}

const textResult = answerTo(1, { content: [{ type: 'text', text: `key: ${AWS}` }], structuredContent: { key: AWS } });

describe('what a server answers', () => {
  it('goes out as it is where nothing is looked for, or nothing found', () => {
    expect(said(ALLOW_ALL, textResult).told).toBe('pass');
    expect(said(results('Deny'), answerTo(1, { content: [] })).told).toBe('pass');
  });

  it('goes out with placeholders, and nothing else is other', () => {
    expect(said(results('Redact'), textResult).told).toBe(textResult.replaceAll(AWS, '[redacted: aws-access-token-1]'));
  });

  it('is not shown where that is denied, with a sentence for the model', () => {
    const { told } = said(results('Deny', { reason: 'keys stay here' }), textResult);
    expect(told).toMatch(/the call was executed, but the answer of the server is not shown.*keys stay here/);
    expect(told).not.toContain(AWS);
    expect(JSON.parse(told)).toMatchObject({ id: 1 });
  });

  it('may be an error', () => {
    const text = errorTo(1, { code: 1, message: `bad key ${AWS}`, data: { AWS } });
    expect(said(results('Redact'), text).told).toBe(text.replaceAll(AWS, '[redacted: aws-access-token-1]'));
  });

  it('is looked through by the rules for its tool alone', () => {
    const spec = results('Redact', { tools: ['get_*'] });
    expect(said(spec, textResult).told).toBe('pass');
  });

  it('is on record with what was taken out, not with what it was', () => {
    const { call } = said(results('Redact'), textResult);
    record(call, parts, 'answered', 'forwarded');
    const line = decisionRecord(parts.lines[0] ?? expect.fail());
    expect(line.decision.answer).toMatchObject({
      effect: 'Redact',
      redacted: { 'aws-access-token': 2 },
      rules: ['finance/rules#dlp[0]'],
    });
    expect(JSON.stringify(line)).not.toContain(AWS);
  });
});

describe('what is no answer', () => {
  const progress = JSON.stringify({
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken: 1, message: AWS },
  });
  const log = JSON.stringify({
    jsonrpc: '2.0',
    method: 'notifications/message',
    params: { level: 'info', data: { a: AWS } },
  });
  const ask = JSON.stringify({
    ...{ jsonrpc: '2.0', id: 7, method: 'ping' },
    params: { _meta: { note: AWS } },
  });

  it.each([
    ['progress', progress],
    ['a log message', log],
    ['a request', ask],
  ])('is looked through as well: %s', (_what, text) => {
    expect(said(results('Redact'), text).told).toBe(text.replace(AWS, '[redacted: aws-access-token-1]'));
    expect(said(results('Deny'), text).told).toBe('drop');
    expect(said(ALLOW_ALL, text).told).toBe('pass');
  });

  it('is looked through on a stream of many calls, and has a record of its own', () => {
    const { call, door: messages } = door(results('Redact', { tools: ['other'] }), { httpMethod: 'GET' });
    call.course.isSettled = true;
    expect(messages.inspect(Buffer.from(log), false)).toMatchObject({ instead: expect.anything() as unknown });
    expect(parts.lines.map(({ method, decision }) => [method, decision.answer?.redacted])).toEqual([
      ['response', { 'aws-access-token': 1 }],
    ]);
  });
});

describe('a refusal in the words of a server', () => {
  const refusal = refuse('upstream-refused', `HTTP 400: bad key ${AWS}`).withStatus(400);

  it.each([
    ['Redact', /bad key \[redacted: aws-access-token-1\]/],
    ['Deny', /what it said is withheld by policy/],
  ] as const)('is looked through: %s', (effect, words) => {
    const { message, status, reason } = door(results(effect)).door.screen(refusal);
    expect([reason, status]).toEqual(['upstream-refused', 400]);
    expect(message).toMatch(words);
    expect(message).not.toContain(AWS);
  });

  it('is told as it is where nothing is found or looked for', () => {
    const plain = refuse('upstream-refused', 'HTTP 400: no');
    expect(door(results('Deny')).door.screen(plain)).toBe(plain);
    expect(door(ALLOW_ALL).door.screen(refusal)).toBe(refusal);
  });
});

it('the rules that were in force when it was asked decide on its answer', () => {
  const { door: messages } = door(results('Redact'));
  parts.setPolicy(policyOf(ALLOW_ALL));
  expect(messages.inspect(Buffer.from(textResult), false)).not.toBe('pass');
});

it('what several messages of a call hold is added up', () => {
  const { call, door: messages } = door(results('Redact'));
  const log = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: AWS } });
  for (const text of [log, textResult]) messages.inspect(Buffer.from(text), false);
  expect(call.course.said?.redacted).toEqual(new Map([['aws-access-token', 3]]));
});

it('a tool is known by what the call names', () => {
  const policy = policyOf(results('Redact', { tools: ['get_a'] }));
  const call = callOf(parts, { policy });
  Object.assign(call.judgement ?? {}, { targets: [tool('get_a')] });
  expect(expectAnswer(call)?.content).toBeDefined();
});
