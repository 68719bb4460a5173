import { describe, expect, it } from 'vitest';
import { pack, policyOf } from '../../../core/policy/testing/gen.ts';
import { answerParts, answerTo, callOf } from '../../testing/answering.ts';
import { UnreadableMessage } from '../check.ts';
import { MessageDoor } from '../messages.ts';
import { expectAnswer } from '../terms-of.ts';

const policy = policyOf(pack({ clientRequests: { sampling: { effect: 'Deny', reason: 'no models here' } } }));
const CAN_BE_ASKED = {
  _meta: { 'io.modelcontextprotocol/clientCapabilities': { sampling: {}, roots: {}, elicitation: { form: {} } } },
};
const ROOTS = { method: 'roots/list' };
const SAMPLING = { method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } };

function asked(inputRequests: unknown, params: object = CAN_BE_ASKED) {
  const parts = answerParts(policy);
  const call = callOf(parts, { version: '2026-07-28', params: { ...params } });
  const text = answerTo(1, { resultType: 'input_required', inputRequests });
  const passage = new MessageDoor(call, parts, expectAnswer(call), undefined).inspect(Buffer.from(text), true);
  return {
    told: typeof passage === 'object' ? passage.instead.toString() : passage,
    lines: parts.lines.map(({ method, outcome }) => `${method} ${outcome}`),
  };
}

describe('what a server asks inside of a result', () => {
  it('passes where nothing forbids it, each kind once on record', () => {
    const { told, lines } = asked({ a: ROOTS, b: ROOTS });
    expect([told, lines]).toEqual(['pass', ['roots/list asked']]);
  });

  it.each([
    ['a rule forbids one of them', { a: ROOTS, b: SAMPLING }, CAN_BE_ASKED, /no models here/],
    ['its client has not declared it', { a: ROOTS }, {}, /asks in its answer for something that it may not.*roots/],
    ['nobody knows the method', { a: { method: 'tools/call' } }, CAN_BE_ASKED, /asks in its answer for something/],
  ])('is not shown where %s, and neither is the rest', (_name, requests, params, words) => {
    const { told, lines } = asked(requests, params);
    expect(told).toMatch(words);
    expect(told).not.toContain('inputRequests');
    expect(lines).toEqual([expect.stringMatching(/refused$/)]);
  });

  it.each([
    ['is no object', [ROOTS]],
    ['has one that is none', { a: 'roots/list' }],
    ['has one without a method', { a: { params: {} } }],
    ['is too much', Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`r${i}`, ROOTS]))],
  ])('cannot be read where it %s', (_name, requests) => {
    expect(() => asked(requests)).toThrow(UnreadableMessage);
  });

  it('is nothing where it is null', () => {
    expect(asked(null)).toEqual({ told: 'pass', lines: [] });
  });
});
