import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { MessageId } from '../../core/mcp/message.ts';
import { messageEvent } from '../../core/mcp/sse.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import type { Reply } from '../call/reply.ts';
import { SSE_HEADERS } from '../call/reply.ts';
import { LocalProof } from '../identity/proof.ts';
import { ByteBudget } from '../memory/byte-budget.ts';
import { OpenCalls } from '../memory/open-calls.ts';
import { Room } from '../memory/room.ts';
import { TestReply, answerParts, answerTo, callOf, endpointSession } from '../testing/answering.ts';
import { readCall } from '../testing/calls.ts';
import { BatchReply } from './batch-reply.ts';

const MEGABYTE = 1024 * 1024;
const LIST_ONLY = { accept: 'application/json' };
const JSON_TYPE = { 'content-type': 'application/json' };

let parts: ReturnType<typeof answerParts>;
let reply: TestReply;
let bytes: ByteBudget;
let calls: OpenCalls;
let room: Room;
beforeEach(() => {
  parts = answerParts();
  reply = new TestReply();
  bytes = new ByteBudget(64 * MEGABYTE, () => {}, { bodyMs: 5, answerMs: 5 });
  calls = new OpenCalls();
  calls.enter('ada');
  room = new Room(calls, bytes.lease('ada'), true);
  room.bytes.fits(100);
});

function batchOf(ids: readonly (MessageId | null)[], headers: object = {}) {
  const list = readCall({}, { headers: { ...headers }, proof: new LocalProof(ada), room });
  const batch = new BatchReply(list, reply, ids.length);
  const replies = ids.map((id) =>
    batch.part(
      callOf(parts, { id, isElement: true, ...(id === null && { method: 'notifications/roots/list_changed' }) }),
    ),
  );
  return { batch, replies: replies as [Reply, Reply, Reply] };
}

const answer = (part: Reply, id: MessageId): void => part.send(200, JSON_TYPE, answerTo(id, { of: id }));
const listed = (): unknown => (JSON.parse(reply.text) as { id: unknown }[]).map(({ id }) => id);
const ids = (): unknown[] => reply.messages.map(({ id }) => id);
const event = (id: MessageId): Buffer => messageEvent(answerTo(id, {}));
const progress = messageEvent('{"jsonrpc":"2.0","method":"notifications/progress","params":{}}');

describe('a client that takes events', () => {
  it('gets each answer as it comes, and the end behind the last one', () => {
    const { replies } = batchOf([1, 2]);
    answer(replies[1], 2);
    expect([ids(), reply.headers['content-type'], reply.open]).toEqual([[2], 'text/event-stream', true]);
    answer(replies[0], 1);
    expect([ids(), reply.open]).toEqual([[2, 1], false]);
  });

  it('gets what the server says before its answer, too, event by event', () => {
    const { replies } = batchOf([1]);
    replies[0].start(200, SSE_HEADERS);
    replies[0].write(progress.subarray(0, 20));
    expect(reply.text).toBe('');
    replies[0].write(Buffer.concat([progress.subarray(20), event(1)]));
    expect(reply.messages).toMatchObject([{ method: 'notifications/progress' }, { id: 1 }]);
    expect(reply.open).toBe(true);
    replies[0].end();
    expect(reply.open).toBe(false);
  });

  it('never gets the half of an event that broke off', () => {
    const { replies } = batchOf([1, 2]);
    replies[0].start(200, SSE_HEADERS);
    replies[0].write(event(1).subarray(0, 10));
    replies[0].end();
    answer(replies[1], 2);
    expect([ids(), reply.open]).toEqual([[2], false]);
  });

  it('that reads slowly slows down all of them, and is told of once', () => {
    const { replies } = batchOf([1, 2]);
    let resumed = 0;
    const waits = vi.spyOn(reply, 'onDrain');
    reply.reads = false;
    for (const part of [replies[0], replies[1]]) {
      part.start(200, SSE_HEADERS);
      expect(part.write(progress)).toBe(false);
      part.onDrain(() => resumed++);
    }
    expect([replies[0].unread > 0, room.bytes.bytes]).toEqual([true, 100 + reply.unread]);
    reply.drain();
    reply.drain();
    expect([resumed, waits.mock.calls.length]).toEqual([2, 1]);
  });

  it('over HTTP+SSE has all as events, whatever its POST takes', () => {
    const session = endpointSession(parts, reply);
    const list = readCall({ reading: { session } }, { headers: LIST_ONLY });
    expect(new BatchReply(list, reply, 1).asEvents).toBe(true);
  });
});

describe('a client that takes no events', () => {
  it('gets one list, once the last answer is there, in the order in which they came', () => {
    const { replies } = batchOf([1, '1', 3], LIST_ONLY);
    answer(replies[2], 3);
    answer(replies[0], 1);
    expect([reply.started, replies[0].open, replies[1].open]).toEqual([false, false, true]);
    answer(replies[1], '1');
    expect([reply.headers['content-type'], listed()]).toEqual(['application/json', [3, 1, '1']]);
  });

  it('gets an answer that comes in pieces', () => {
    const { replies } = batchOf([1], LIST_ONLY);
    replies[0].start(200, JSON_TYPE);
    const text = answerTo(1, { name: 'zwölf' });
    for (const byte of Buffer.from(text)) replies[0].write(Buffer.of(byte));
    replies[0].end();
    expect(reply.text).toBe(`[${text}]`);
  });

  it('gets of a stream the answer alone, and does not wait for its end', () => {
    const { replies } = batchOf([1], LIST_ONLY);
    replies[0].start(200, SSE_HEADERS);
    replies[0].write(Buffer.concat([progress, event(1), event(1), event(9)]));
    replies[0].write(event(1));
    replies[0].end();
    expect(listed()).toEqual([1]);
  });

  it('gets the answer of a server that wrote its id as text', () => {
    const { replies } = batchOf([1], LIST_ONLY);
    replies[0].start(200, SSE_HEADERS);
    replies[0].write(event('1'));
    expect(reply.open).toBe(false);
  });

  it('is told under its id what there was no room for, and gets the others', () => {
    const { replies } = batchOf([1, 2, 3], LIST_ONLY);
    answer(replies[0], 1);
    replies[1].send(200, JSON_TYPE, answerTo(2, { text: 'x'.repeat(16 * MEGABYTE) }));
    answer(replies[2], 3);
    const answers = JSON.parse(reply.text) as { id: number; error?: { code: number } }[];
    expect(answers.map(({ id, error }) => [id, error?.code])).toEqual([
      [1, undefined],
      [2, -31_022],
      [3, undefined],
    ]);
    expect(reply.text.length).toBeLessThan(2_000);
  });

  it('is told as well when others hold so much that nothing more fits', () => {
    bytes = new ByteBudget(MEGABYTE, () => {}, { bodyMs: 5, answerMs: 5 });
    room = new Room(calls, bytes.lease('ada'), true);
    const { replies } = batchOf([1], LIST_ONLY);
    replies[0].send(200, JSON_TYPE, answerTo(1, { text: 'x'.repeat(2 * MEGABYTE) }));
    expect(JSON.parse(reply.text)).toMatchObject([{ id: 1, error: { code: -31_024 } }]);
  });
});

describe.each([
  ['events', {}],
  ['a list', LIST_ONLY],
])('answered with %s', (_form, headers) => {
  it('a list in which nobody waits for anything is taken, and nothing is said', () => {
    const { replies } = batchOf([null, null], headers);
    replies[0].send(202, {}, '');
    expect(reply.started).toBe(false);
    // What a server says all the same is for nobody.
    replies[1].send(200, JSON_TYPE, answerTo(7, {}));
    expect([reply.status, reply.text]).toEqual([202, '']);
  });

  it('a message is over once, whatever is still said of it', () => {
    const { replies } = batchOf([1, 2], headers);
    answer(replies[0], 1);
    answer(replies[0], 1);
    replies[0].write(event(1));
    replies[0].end();
    replies[0].destroy();
    expect(reply.open).toBe(true);
    answer(replies[1], 2);
    expect([reply.open, reply.text.match(/"id":1/g)]).toEqual([false, ['"id":1']]);
  });

  it('one that dies takes no other with it', () => {
    const { replies } = batchOf([1, 2], headers);
    replies[0].start(200, JSON_TYPE);
    replies[0].write(Buffer.from('{"jsonrpc":"2.0","id":1,"resu'));
    replies[0].destroy();
    expect(reply.open).toBe(true);
    answer(replies[1], 2);
    expect([reply.open, reply.torn, reply.text.includes('resu{')]).toEqual([false, false, false]);
    expect(reply.text).toContain(answerTo(2, { of: 2 }));
  });

  it('is not said to be taken where the only one that waits has died', () => {
    const { replies } = batchOf([1, null], headers);
    replies[0].destroy();
    replies[1].send(202, {}, '');
    expect([reply.torn, reply.status]).toEqual([true, 0]);
  });

  it('a notification that dies is nobody’s loss', () => {
    const { replies } = batchOf([null], headers);
    replies[0].destroy();
    expect([reply.torn, reply.status]).toEqual([false, 202]);
  });

  it('a client that leaves is told to each that is not over', () => {
    const { replies } = batchOf([1, 2], headers);
    const gone: number[] = [];
    for (const i of [0, 1] as const) replies[i].onClientGone(() => gone.push(i));
    answer(replies[0], 1);
    reply.leave();
    expect([gone, replies[1].open]).toEqual([[1], false]);
  });

  it.each(['last answer', 'client'])('its room is given back with its %s, once', (what) => {
    const { replies, batch } = batchOf([1], headers);
    if (what === 'client') reply.leave();
    answer(replies[0], 1);
    batch.settled();
    expect([bytes.used, calls.present]).toEqual([0, 0]);
  });

  it('its room is given back when all of its messages are settled, though no answer is over', () => {
    const { batch } = batchOf([1, 2], headers);
    batch.settled();
    expect(calls.present).toBe(1);
    batch.settled();
    expect([bytes.used, calls.present]).toEqual([0, 0]);
  });
});
