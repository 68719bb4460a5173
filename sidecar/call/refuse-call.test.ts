import { expect, it } from 'vitest';
import { refuse } from '../../core/mcp/refusals.ts';
import { TestReply, answerParts, callOf } from '../testing/answering.ts';
import { refuseCall } from './refuse-call.ts';

function refused(reason: Parameters<typeof refuse>[0], reply = new TestReply()) {
  const parts = answerParts();
  refuseCall(callOf(parts), reply, parts, refuse(reason, 'so it is'));
  return parts.lines.map(({ outcome, decision }) => [outcome, decision.reason, decision.detail]);
}

it('a refusal is told and put on record, with its words', () => {
  const reply = new TestReply();
  const [line] = refused('bad-params', reply);
  expect(line).toMatchObject(['refused', 'bad-params', expect.stringContaining('so it is')]);
  expect(reply.messages).toHaveLength(1);
});

it('what policy says may quote arguments, and is not put on record', () => {
  expect(refused('denied')).toEqual([['refused', 'denied', undefined]]);
});

it('a call whose client is told to call again is pending', () => {
  expect(refused('approval-pending')[0]?.[0]).toBe('pending');
});

it('a client that has left is on record as such', () => {
  const reply = new TestReply();
  reply.leave();
  expect(refused('bad-params', reply)[0]?.[0]).toBe('client-gone');
});
