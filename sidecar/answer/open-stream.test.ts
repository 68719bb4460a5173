import { describe, expect, it } from 'vitest';
import { refuse } from '../../core/mcp/refusals.ts';
import { NEWEST_LEGACY } from '../../core/mcp/revisions/index.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import { NO_LIST_CHANGES } from '../memory/conversation.ts';
import { type CallSketch, TestReply, answerParts, callOf, endpointSession } from '../testing/answering.ts';
import { CallStream, ownListChanges } from './open-stream.ts';

function open(sketch: CallSketch = {}, parts = answerParts()) {
  const reply = new TestReply();
  const ended: string[] = [];
  const call = callOf(parts, sketch);
  const stream = new CallStream(call, parts, reply, ({ reason }) => ended.push(reason));
  const messages: { onSubscribed: Parameters<CallStream['open']>[0]['onSubscribed'] } = { onSubscribed: undefined };
  stream.open(messages);
  return { parts, call, reply, stream, ended, messages };
}
const LISTEN: CallSketch = { version: '2026-07-28', method: 'subscriptions/listen', id: 's1' };

describe('a stream that stays open', () => {
  it('is in the table from the beginning until it is closed', () => {
    const { parts, stream, ended } = open({ httpMethod: 'GET' });
    parts.streams.endAll(refuse('draining'));
    expect(ended).toEqual(['draining']);
    stream.close();
    expect(parts.streams.size).toBe(0);
  });

  it('of a session is told of the lists whose changes its server announces', () => {
    const parts = answerParts();
    const session = parts.sessions.open('s', ada, NEWEST_LEGACY);
    const { stream } = open({ httpMethod: 'GET', session }, parts);
    expect(stream.changes).toEqual(NO_LIST_CHANGES);
    session.conversation.announces = { ...NO_LIST_CHANGES, tools: true };
    expect([stream.changes.tools, stream.subscriptionId]).toEqual([true, undefined]);
  });

  it('of the modern era is told of what the server has granted, under its id', () => {
    const { stream, messages } = open(LISTEN);
    expect(stream.changes).toEqual(NO_LIST_CHANGES);
    messages.onSubscribed?.({ toolsListChanged: true, promptsListChanged: 1 });
    expect(stream.changes).toEqual({ tools: true, prompts: false, resources: false });
    expect(stream.subscriptionId).toBe('s1');
  });

  it('is told nothing before its head is out, nor after its client has left', () => {
    const { stream, reply } = open(LISTEN);
    const write = (text: string): void => stream.write(Buffer.from(text));
    write('early ');
    reply.start(200, {});
    write('told');
    reply.leave();
    write(' late');
    expect(reply.text).toBe('told');
  });

  it('stands for its principal as long as what was shown does', () => {
    expect(open(LISTEN).stream.isStillProven()).toBe(true);
    expect(open({ ...LISTEN, principal: undefined }).stream.isStillProven()).toBe(false);
  });

  it('awaits answers where calls were posted to the address that it gave out', () => {
    const parts = answerParts();
    const session = endpointSession(parts, new TestReply());
    const { stream } = open({ httpMethod: 'GET', session }, parts);
    expect(stream.awaitsAnswers).toBe(false);
    callOf(parts, { session });
    expect(stream.awaitsAnswers).toBe(true);
  });
});

it.each([
  [
    { tools: { listChanged: true }, resources: { subscribe: true } },
    { tools: true, prompts: false, resources: false },
  ],
  [{ prompts: { listChanged: 'true' }, tools: true }, NO_LIST_CHANGES],
  [undefined, NO_LIST_CHANGES],
])('of the capabilities %j, the announced changes of lists are %j', (capabilities, changes) => {
  expect(ownListChanges(capabilities)).toEqual(changes);
});
