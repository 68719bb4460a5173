import { expect, it } from 'vitest';
import { TestReply, endpointSession } from '../../testing/answering.ts';
import { answering } from '../../testing/answer-door.ts';

/** A POST of HTTP+SSE that the server says it has taken. */
function taken(reply = new TestReply()) {
  const all = answering((parts) => ({ session: endpointSession(parts, new TestReply()) }), undefined, reply);
  all.door.onHead(202, { 'content-type': 'application/json' });
  return all;
}

it('whatever is in the body, no client reads it', () => {
  const { door, reply } = taken();
  expect(door.onData(Buffer.from('{"jsonrpc":"2.0","id":1,"result":{}}'))).toBe(true);
  door.onEnd();
  expect([reply.status, reply.text, reply.open]).toEqual([202, '', false]);
});

it('a POST whose client was told early that it was taken is told nothing more', () => {
  const reply = new TestReply();
  reply.start(202, {});
  const { door, outcomes } = taken(reply);
  door.onEnd();
  expect([reply.text, reply.open, outcomes()]).toEqual(['', false, ['accepted forwarded']]);
});
