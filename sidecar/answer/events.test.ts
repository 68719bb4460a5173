import { describe, expect, it } from 'vitest';
import { KEEP_ALIVE, SseOverflow } from '../../core/mcp/sse.ts';
import { type CallSketch, TestReply, answerParts, answerTo, callOf } from '../testing/answering.ts';
import { EventDoor } from './events.ts';
import { MessageDoor } from './messages.ts';
import { expectAnswer } from './terms-of.ts';

function stream(sketch: CallSketch = {}, maxEventBytes = 1_000) {
  const parts = answerParts();
  const call = callOf(parts, { method: 'tools/list', ...sketch });
  const reply = new TestReply();
  const door = new EventDoor(
    call,
    reply,
    parts,
    new MessageDoor(call, parts, expectAnswer(call), undefined),
    maxEventBytes,
  );
  const pieces: string[] = [];
  return {
    ...{ call, parts, reply, door, pieces },
    push: (text: string): string => {
      pieces.length = 0;
      door.push(Buffer.from(text), (piece) => pieces.push(piece.toString()));
      return pieces.join('');
    },
  };
}
const data = (text: string, more = ''): string => `${more}data: ${text}\n\n`;
const NOTE = '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}';
const LIST = answerTo(1, { tools: [{ name: 'get_a' }, { name: 'drop' }] });
const CUT = answerTo(1, { tools: [{ name: 'get_a' }] });

describe('events', () => {
  it('that nothing is changed in go on as their own bytes, in one piece for all of a chunk', () => {
    const { push, pieces } = stream();
    const text = `: hello\n\nid: a\ndata:${NOTE}\n\n${data(NOTE, 'event: message\nretry: 5\n')}`;
    expect(push(text)).toBe(text);
    expect(pieces).toHaveLength(1);
  });

  it('are taken whole, however they come in', () => {
    const { push } = stream();
    const [first, second] = [data(LIST).slice(0, 20), data(LIST).slice(20)];
    expect(push(first)).toBe('');
    expect(push(second)).toBe(data(CUT));
  });

  it('keep their fields where what they say is replaced', () => {
    expect(stream().push(data(LIST, 'event: message\nid: e1\n'))).toBe(data(CUT, 'event: message\nid: e1\n'));
  });

  it('whose message does not pass leave their id behind, so that it is not sent once more', () => {
    const { push } = stream();
    expect(push(data(answerTo(9, {}), 'id: e1\n'))).toBe('id: e1\n\n');
    expect(push(data(answerTo(9, {})))).toBe('');
  });

  it('of another type are no messages, and a sign of life remains of them', () => {
    const { push } = stream();
    expect(push(data('2026-01-01', 'event: heartbeat\n'))).toBe(KEEP_ALIVE.toString());
    expect(push(data(LIST, 'event: odd\n'))).toBe(data(CUT, 'event: odd\n'));
  });

  it('lose the lines that some clients read a field in', () => {
    expect(stream().push(`data: ${NOTE}\nevil: x\n\n`)).toBe(data(NOTE));
  });

  it('that are larger than one may be end the stream', () => {
    const { push } = stream();
    push('data: ');
    expect(() => push('x'.repeat(1_001))).toThrow(SseOverflow);
  });
});

describe('an event that cannot be read', () => {
  it.each([
    ['that no client takes for a message', 'ready'],
    ['that is the end mark of other protocols', '[DONE]'],
    ['that is a bad notification', '{"jsonrpc":"2.0","method":5}'],
  ])('is skipped: one %s', (_name, text) => {
    expect(stream().push(data(text) + data(NOTE))).toBe(data(NOTE));
  });

  it('ends the stream where it may be what the client waits for, behind what came before it', () => {
    const { push, pieces } = stream();
    expect(() => push(data(NOTE) + data('{"jsonrpc":"2.0","id":1,"result":{"a":1,"a":2}}'))).toThrow('twice');
    expect(pieces).toEqual([data(NOTE)]);
  });

  it('is skipped where nobody waits for an answer', () => {
    expect(stream({ httpMethod: 'GET' }).push(data('{"jsonrpc":"2.0","id":1}') + data(NOTE))).toBe(data(NOTE));
  });
});

describe('a stream can be resumed', () => {
  it.each<[name: string, sketch: CallSketch, text: string, isResumable: boolean]>([
    ['from an event with an id', {}, 'id: e1\ndata:\n\n', true],
    ['not without one', {}, data(NOTE), false],
    ['not in the modern era', { version: '2026-07-28' }, 'id: e1\ndata:\n\n', false],
    ['not in a batch', { isElement: true }, 'id: e1\ndata:\n\n', false],
    ['not by a client that takes no events', { headers: { accept: 'application/json' } }, 'id: e1\ndata:\n\n', false],
  ])('%s', (_name, sketch, text, isResumable) => {
    const { push, door } = stream(sketch);
    push(text);
    expect(door.isResumable).toBe(isResumable);
  });

  it('from what its client was given, and from nothing that came when it was gone', () => {
    const { push, door, reply, call } = stream();
    push('id: e1\n\n');
    reply.leave();
    push('id: e2\n\n');
    door.end();
    expect(['e1', 'e2'].map((id) => call.conversation?.events.has(id))).toEqual([true, false]);
  });

  it('from its own last event, however many have come on others since', () => {
    const { push, door, call } = stream();
    push('id: e1\n\n');
    for (let i = 0; i < 1_000; i++) call.conversation?.events.add(`other ${i}`);
    expect(call.conversation?.events.has('e1')).toBe(false);
    door.end();
    expect(call.conversation?.events.has('e1')).toBe(true);
  });
});

describe('the address to post to, of HTTP+SSE', () => {
  const ENDPOINT = 'event: endpoint\ndata: /message?sessionId=1\n\n';

  it('becomes one of the gate’s, with a session that is bound to who opened the stream', () => {
    const { push, call } = stream({ httpMethod: 'GET' });
    expect(push(ENDPOINT)).toBe(`event: endpoint\ndata: /mcp?sessionId=${call.session?.id ?? 'none'}\n\n`);
    expect(call.session?.transport?.endpoint).toBe('/message?sessionId=1');
  });

  it.each<[name: string, sketch: CallSketch, text: string]>([
    ['elsewhere', { httpMethod: 'GET' }, 'event: endpoint\ndata: https://evil.test/\n\n'],
    ['on the stream of a call', {}, ENDPOINT],
  ])('is not passed on: one %s', (_name, sketch, text) => {
    expect(stream(sketch).push(text)).toBe('');
  });
});
