import { describe, expect, it } from 'vitest';
import { NEWEST_LEGACY } from '../../core/mcp/revisions/index.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import { ProgressOffset } from '../call/progress-offset.ts';
import { type CallSketch, answerParts, answerTo, callOf, errorTo } from '../testing/answering.ts';
import { UnreadableMessage } from './check.ts';
import { MessageDoor } from './messages.ts';
import { expectAnswer } from './terms-of.ts';

function doorOf(sketch: CallSketch = {}, progress?: ProgressOffset, parts = answerParts()) {
  const call = callOf(parts, sketch);
  const door = new MessageDoor(call, parts, expectAnswer(call), progress);
  const inspect = (text: string, isAlone = false): string => {
    const passage = door.inspect(Buffer.from(text), isAlone);
    return typeof passage === 'string' ? passage : passage.instead.toString();
  };
  return { call, parts, door, inspect };
}
const notification = (method: string, params?: object): string => JSON.stringify({ jsonrpc: '2.0', method, params });
const request = (method: string, id: string | number = 'q'): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params: {} });
const LIST = { tools: [{ name: 'get_a' }, { name: 'drop' }] };
const CUT = { tools: [{ name: 'get_a' }] };

describe('an answer', () => {
  it('passes as its own bytes, and is the only one', () => {
    const { door, inspect } = doorOf();
    expect(door.sawAnswer).toBe(false);
    expect([inspect(answerTo(1, { content: [] })), door.sawAnswer]).toEqual(['pass', true]);
    expect(inspect(answerTo(1, { content: ['another'] }))).toBe('drop');
  });

  it('that nobody asked for does not pass, and is on record', () => {
    const { inspect, parts } = doorOf();
    expect(inspect(answerTo(9, {}))).toBe('drop');
    expect(parts.lines.map(({ decision }) => decision.reason)).toEqual(['unasked-answer']);
  });

  it('that is an error under an id of its own ends the call with its words alone', () => {
    const { inspect, parts, door } = doorOf();
    expect([inspect(errorTo('server-error', { code: 1, message: 'no' }), true), door.sawAnswer]).toEqual([
      'drop',
      false,
    ]);
    expect(parts.lines).toEqual([]);
  });

  it.each([
    ['bytes that are not UTF-8', Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')])],
    ['what some parsers take for JSON', Buffer.from('{"jsonrpc":"2.0","id":1,"result":{"a":NaN}}')],
    ['what is no message', Buffer.from('{"jsonrpc":"2.0","id":1}')],
    ['a list, where the revision has none', Buffer.from(`[${answerTo(1, {})}]`)],
  ])('cannot be read: %s', (_name, bytes) => {
    expect(() => doorOf().door.inspect(bytes, true)).toThrow(UnreadableMessage);
  });
});

describe('a list of messages, which 2025-03-26 has', () => {
  const listed = (...texts: string[]): string => `[${texts.join(',')}]`;
  const door = () => doorOf({ version: '2025-03-26', method: 'tools/list' });
  const NOTE = notification('notifications/message', { level: 'info', data: 'a' });

  it('passes as it is where each of them does', () => {
    expect(door().inspect(listed(NOTE, answerTo(1, CUT)))).toBe('pass');
  });

  it('loses what does not pass, and has the rest as it is decided', () => {
    expect(door().inspect(listed(answerTo(9, {}), NOTE, answerTo(1, LIST)))).toBe(listed(NOTE, answerTo(1, CUT)));
  });

  it('is nothing where nothing of it passes', () => {
    expect(door().inspect(listed(answerTo(9, {})))).toBe('drop');
  });
});

describe('an answer to another call of the session that cannot be read', () => {
  it('becomes an error for whoever waits for it, and ends no other stream', () => {
    const parts = answerParts();
    const session = parts.sessions.open('s', ada, NEWEST_LEGACY);
    const other = callOf(parts, { session, id: 5 });
    expectAnswer(other);
    const { inspect } = doorOf({ session, httpMethod: 'GET' }, undefined, parts);
    expect(JSON.parse(inspect('{"jsonrpc":"2.0","id":5,"result":{"a":1,"a":2}}'))).toMatchObject({ id: 5, error: {} });
    expect(other.asked?.answered).toBe(true);
  });
});

describe('a request of the server', () => {
  it('is shown to a client that can be asked, and its answer is waited for', () => {
    const { inspect, call } = doorOf();
    call.conversation?.declare(new Set(['roots']));
    expect(inspect(request('roots/list'))).toBe('pass');
    expect(call.conversation?.askedBack.has('q')).toBe(true);
  });

  it('is answered in the client’s place where it may not be shown', () => {
    const { inspect, parts, call } = doorOf();
    expect(inspect(request('roots/list'))).toBe('drop');
    expect(String(parts.sent[0]?.request.body)).toMatch(/"id":"q","error"/);
    expect(call.conversation?.askedBack.has('q')).toBe(false);
  });

  it('is answered in the client’s place where nobody reads the stream', () => {
    const { door, inspect, parts, call } = doorOf();
    call.conversation?.declare(new Set(['roots']));
    door.reachesClient = () => false;
    expect(inspect(request('roots/list'))).toBe('drop');
    expect(String(parts.sent[0]?.request.body)).toContain('nobody reads the stream');
  });

  it('is nothing in the modern era, where servers have none', () => {
    const { inspect, parts } = doorOf({ version: '2026-07-28' });
    expect([inspect(request('roots/list')), parts.sent, parts.lines]).toEqual(['drop', [], []]);
  });

  it('is decided on a hundred times a minute, signs of life aside', () => {
    const { inspect, parts, call } = doorOf();
    call.conversation?.declare(new Set(['roots']));
    for (let i = 0; i < 100; i++) inspect(request('roots/list', i));
    for (let i = 0; i < 10; i++) expect(inspect(request('ping', `p${i}`))).toBe('pass');
    expect(inspect(request('roots/list', 'one more'))).toBe('drop');
    expect(parts.lines).toHaveLength(100);
  });

  it('that is made again and again, though it is told no, ends the answer', () => {
    const { inspect } = doorOf();
    for (let i = 0; i < 100; i++) inspect(request('roots/list', i));
    expect(() => inspect(request('roots/list', 'one more'))).toThrow('again and again');
  });
});

describe('a notification of the server', () => {
  it.each<[name: string, method: string, params: object | undefined, passage: string]>([
    ['of the revision passes', 'notifications/tools/list_changed', undefined, 'pass'],
    ['that no revision has does not, without a rule', 'notifications/odd', undefined, 'drop'],
    ['about somebody else’s task does not', 'notifications/tasks/status', { taskId: 'theirs' }, 'drop'],
    ['about one’s own task does', 'notifications/tasks/status', { taskId: 'mine' }, 'pass'],
  ])('%s', (_name, method, params, passage) => {
    const { inspect, parts } = doorOf();
    parts.tasks.begun('mine', ada, 'export');
    expect(inspect(notification(method, params))).toBe(passage);
  });

  it('takes back what the server has asked', () => {
    const { inspect, call } = doorOf();
    call.conversation?.askedBack.set('q', true);
    expect(inspect(notification('notifications/cancelled', { requestId: 'q' }))).toBe('pass');
    expect(call.conversation?.askedBack.has('q')).toBe(false);
  });

  it('of progress is moved up behind what the gate has reported', () => {
    const progress = new ProgressOffset('p');
    progress.next('waiting for approval');
    const { inspect } = doorOf({}, progress);
    const moved = inspect(notification('notifications/progress', { progressToken: 'p', progress: 0 }));
    expect(JSON.parse(moved)).toMatchObject({ params: { progressToken: 'p', progress: 1 } });
  });

  it('says what a subscription was granted', () => {
    const { door, inspect } = doorOf({ version: '2026-07-28', method: 'subscriptions/listen' });
    const granted: unknown[] = [];
    door.onSubscribed = (notifications) => granted.push(notifications);
    inspect(notification('notifications/subscriptions/acknowledged', { notifications: { toolsListChanged: true } }));
    expect(granted).toEqual([{ toolsListChanged: true }]);
  });
});
