import { describe, expect, it } from 'vitest';
import { NEWEST_LEGACY } from '../../../core/mcp/revisions/index.ts';
import { messageEvent } from '../../../core/mcp/sse.ts';
import { ada } from '../../../core/policy/testing/gen.ts';
import { TestReply, answerTo } from '../../testing/answering.ts';
import { answering } from '../../testing/answer-door.ts';

const JSON_TYPE = { 'content-type': 'application/json', 'retry-after': '7' };
const LIST = answerTo(1, { tools: [{ name: 'get_a' }, { name: 'drop' }] });
const CUT = answerTo(1, { tools: [{ name: 'get_a' }] });

/** The whole of it: head, body in two pieces, end. */
function answered(
  status: number,
  headers: Record<string, string>,
  body: string,
  ...given: Parameters<typeof answering>
) {
  const all = answering(...given);
  const bytes = Buffer.from(body);
  all.door.onHead(status, headers);
  all.door.onData(bytes.subarray(0, 3));
  if (bytes.length > 3) all.door.onData(bytes.subarray(3));
  all.door.onEnd();
  return all;
}
/** Whose head went out while the server was silent. */
function early(): TestReply {
  const reply = new TestReply();
  reply.start(200, { 'content-type': 'text/event-stream' });
  return reply;
}

describe('an answer that is one message', () => {
  it('goes out when it is whole and decided on', () => {
    const { reply, outcomes } = answered(200, JSON_TYPE, LIST, { method: 'tools/list' });
    expect(reply).toMatchObject({ status: 200, text: CUT, open: false, headers: JSON_TYPE });
    expect(outcomes()).toEqual(['answered forwarded']);
  });

  it('is read behind a byte order mark', () => {
    expect(answered(200, JSON_TYPE, `\uFEFF${answerTo(1, {})}`).reply.text).toBe(answerTo(1, {}));
  });

  it('is an event behind a head that went out early', () => {
    const { reply } = answered(200, JSON_TYPE, LIST, { method: 'tools/list' }, undefined, early());
    expect([reply.text, reply.open]).toEqual([messageEvent(CUT).toString(), false]);
  });

  it('to something else than the call is none', () => {
    const { reply, outcomes } = answered(200, JSON_TYPE, answerTo(9, {}));
    expect(reply.messages).toMatchObject([{ id: 1, error: {} }]);
    expect(outcomes()).toEqual(['refused unasked-answer', 'upstream-error upstream-invalid']);
  });

  it('with an error keeps the status and what goes with it', () => {
    const { reply } = answered(503, { ...JSON_TYPE, 'content-type': 'text/plain' }, 'Too busy');
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '7', 'content-type': 'application/json' } });
    expect(reply.text).toContain('HTTP 503: Too busy');
  });

  it('that ends a session is told so in words where its head went out early', () => {
    const { reply } = answered(
      404,
      {},
      '',
      (parts) => ({ session: parts.sessions.open('s', ada, NEWEST_LEGACY) }),
      undefined,
      early(),
    );
    expect(reply.text).toContain('start a new one with initialize');
  });

  it('is refused as soon as it is larger than one may be, under the status that it came with', () => {
    const { door, reply, outcomes, aborted } = answering();
    door.onHead(200, JSON_TYPE);
    const half = Buffer.alloc(8 * 1024 * 1024, ' ');
    expect([door.onData(half), door.onData(half), reply.started]).toEqual([true, true, false]);
    door.onData(Buffer.from(' '));
    expect([reply.status, aborted(), outcomes()]).toEqual([200, 1, ['upstream-error upstream-invalid']]);
    expect(reply.text).toContain('ask for less at once');
  });
});

describe('what is said to a notification', () => {
  it('is its status', () => {
    const { reply, outcomes } = answered(202, {}, '', { id: null, method: 'notifications/initialized' });
    expect([reply.status, reply.text, outcomes()]).toEqual([202, '', ['accepted forwarded']]);
  });

  it('is the words of a refusal', () => {
    const { reply } = answered(400, { 'content-type': 'text/plain' }, 'No session', { id: null });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain('No session');
  });

  it('is nothing behind a head that went out early', () => {
    const { reply } = answered(400, JSON_TYPE, '{}', { id: null }, undefined, early());
    expect([reply.text, reply.open]).toEqual(['', false]);
  });
});
