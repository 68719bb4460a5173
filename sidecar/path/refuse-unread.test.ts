import { beforeEach, describe, expect, it } from 'vitest';
import { outlineOf } from '../../core/mcp/outline.ts';
import { type RefusalReason, refuse } from '../../core/mcp/refusals.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import type { Call } from '../call/call.ts';
import { LocalProof } from '../identity/proof.ts';
import type { Session } from '../memory/sessions.ts';
import { TestReply, answerParts, endpointSession } from '../testing/answering.ts';
import { TestClient } from '../testing/test-client.ts';
import { HTTP, readCall, readingCall, requestOf } from '../testing/calls.ts';
import type { PathParts } from './parts.ts';
import { refuseElement, refuseUnread } from './refuse-unread.ts';

let parts: ReturnType<typeof answerParts>;
let gate: PathParts;
let client: TestClient;
beforeEach(() => {
  parts = answerParts();
  gate = parts as unknown as PathParts;
  client = new TestClient();
});

const proof = new LocalProof(ada);
type Options = Parameters<typeof readingCall>[1];
const MODERN = { mcpHeaders: { ...HTTP, protocolVersion: '2026-07-28' } };

function refused(body: string | undefined, reason: RefusalReason = 'duplicate-key', options: Options = {}): Call {
  const call = readingCall(body, { proof, ...options });
  refuseUnread(call, client, gate, refuse(reason));
  return call;
}

const recorded = (): unknown[] => parts.lines.map(({ outcome, decision }) => [outcome, decision.reason]);
const answers = (): unknown[] => client.messages.map(({ id, error, result }) => [id, error ?? result]);

describe('one message', () => {
  it.each([
    ['a request', '{"id":7,"method":"ping","a":1,"a":2}', 200, 7],
    ['a request whose id is text', '{"id":"7","method":"ping"}', 200, '7'],
    ['what has nothing but an id', '{"id":7}', 200, 7],
    ['a request without an id', '{"method":"ping"}', 400, null],
    ['a request whose id no answer can carry', '{"id":null,"method":"ping"}', 400, null],
    ['a request with two ids', '{"id":1,"id":2,"method":"ping"}', 400, null],
    ['what is no object', '"ping"', 400, null],
    ['what breaks off', '{"id":7,"method":"pi', 400, null],
    ['nothing', '', 400, null],
  ])('is answered under its id, as far as it has one: %s', (_what, body, status, id) => {
    refused(body);
    expect([client.status, client.messages[0]?.['id']]).toEqual([status, id]);
    expect(client.messages[0]).toHaveProperty('error.code', -32_600);
    expect(recorded()).toEqual([['refused', 'duplicate-key']]);
  });

  it.each(['{"method":"notifications/progress"}', '{"id":1,"result":{}}', '{"id":1,"error":{}}'])(
    'for whose answer nobody waits gets none: %s',
    (body) => {
      refused(body);
      expect([client.status, client.text, recorded()]).toEqual([202, '', [['refused', 'duplicate-key']]]);
    },
  );

  it('that calls a tool is answered so that its model can read it', () => {
    refused('{"id":7,"method":"tools/call"}');
    expect(client.messages).toMatchObject([{ id: 7, result: { isError: true } }]);
  });

  it('that was not kept is answered by its outline', () => {
    const call = readingCall(undefined, { proof });
    refuseUnread(call, client, gate, refuse('body-too-large'), outlineOf(Buffer.from('{"id":9,"method":"ping"}')));
    expect(client.messages).toMatchObject([{ id: 9 }]);
    expect(call.content).toBeUndefined();
  });

  it('of nobody known is told so by the status, and under its id', () => {
    refused('{"id":7,"method":"ping"}', 'unauthenticated', { proof: undefined });
    expect([client.status, client.messages[0]?.['id']]).toEqual([401, 7]);
  });

  it('of the modern era gets the status that its era has', () => {
    refused('{"id":7,"method":"x"}', 'unknown-method', MODERN);
    expect([client.status, client.messages[0]?.['id']]).toEqual([404, 7]);
  });

  it('that is read is refused by what it says, not by its outline', () => {
    const call = readCall({ message: requestOf('ping', {}, 3) }, { proof });
    refuseUnread(call, client, gate, refuse('denied'), outlineOf(Buffer.from('{"id":9,"method":"ping"}')));
    expect(client.messages).toMatchObject([{ id: 3 }]);
  });

  it('that is read is not gone through once more', () => {
    const call = readCall({ message: requestOf('ping', {}, 3) }, { proof });
    const content = {
      message: requestOf('ping', {}, 3),
      exact: true,
      view: undefined,
      get body(): Buffer {
        throw new Error('it was read already');
      },
    };
    call.isRead(call.reading, content);
    refuseUnread(call, client, gate, refuse('denied'));
    refuseElement(call, new TestReply(), gate, refuse('denied'));
    expect(client.messages).toMatchObject([{ id: 3 }]);
  });

  it('that is none, but a stream, has no id', () => {
    refused(undefined, 'session-not-found', { httpMethod: 'GET' });
    expect([client.status, client.messages[0]?.['id']]).toEqual([404, null]);
  });

  it('is not answered to a client that has left', () => {
    client.leave();
    refused('{"id":7,"method":"ping"}');
    expect([client.text, recorded()]).toEqual(['', [['client-gone', 'duplicate-key']]]);
  });
});

describe('one message that was posted to the address of HTTP+SSE', () => {
  let stream: TestReply;
  let session: Session;
  beforeEach(() => {
    stream = new TestReply();
    session = endpointSession(parts, stream);
  });
  const there = (sessionId = session.id, by = proof): Options => ({ sessionId, isPostedToEndpoint: true, proof: by });

  it('is answered on its stream', () => {
    refused('{"id":7,"method":"ping"}', 'duplicate-key', there());
    expect([client.status, client.text]).toEqual([202, 'Accepted']);
    expect(stream.messages).toMatchObject([{ id: 7, error: {} }]);
  });

  it.each<[string, () => Options]>([
    ['nobody opened it', () => there('other')],
    ['another opened it', () => there(session.id, new LocalProof({ ...ada, name: 'mallory' }))],
    ['it is no such session', () => there(parts.sessions.open('plain', ada, session.revision).id)],
  ])('has no way back where %s: its client is told that, and the stream hears nothing', (_why, options) => {
    refused('{"id":7,"method":"ping"}', 'duplicate-key', options());
    expect([client.status, stream.text, recorded()]).toEqual([404, '', [['refused', 'session-not-found']]]);
  });

  it('does not reach it by the header of the other transport', () => {
    refused('{"id":7,"method":"ping"}', 'duplicate-key', { sessionId: session.id });
    expect([client.status, client.messages[0]?.['id'], stream.text]).toEqual([200, 7, '']);
  });
});

describe('an answer of the client that is refused', () => {
  const ask = (id: number | string): void => parts.sessions.sessionless(ada).askedBack.set(id, true);

  it('is told to the server, which waits for it, once', () => {
    ask(5);
    for (let i = 0; i < 2; i++) {
      client = new TestClient();
      refused('{"id":5,"result":{"a":1,"a":2}}');
      expect(client.status).toBe(202);
    }
    expect(parts.sent.map(({ request }) => JSON.parse(String(request.body)) as object)).toMatchObject([
      { id: 5, error: { code: -32_600 } },
    ]);
  });

  it.each([
    ['nobody asked for', '{"id":6,"result":{}}', {}],
    ['has the id in another spelling', '{"id":"5","result":{}}', {}],
    ['is none', '{"id":5,"method":"ping"}', {}],
    ['another client sends', '{"id":5,"result":{}}', { proof: new LocalProof({ ...ada, name: 'mallory' }) }],
    ['nobody known sends', '{"id":5,"result":{}}', { proof: undefined }],
    ['is of an era without sessions', '{"id":5,"result":{}}', MODERN],
  ])('is not told where it %s', (_what, body, options) => {
    ask(5);
    refused(body, 'duplicate-key', options);
    expect(parts.sent).toEqual([]);
  });
});

describe('a list', () => {
  const MIXED = ['{"id":1,"method":"ping"}', '{"method":"notifications/x"}', '{"id":2,"result":{}}', '{"id":"1"}'];

  function refusedList(bodies: readonly string[], reason: RefusalReason = 'batch', options: Options = {}): Call {
    const call = readingCall(`[${bodies.join(',')}]`, { proof, ...options });
    call.reading.batch = bodies.map((body) => Buffer.from(body));
    refuseUnread(call, client, gate, refuse(reason));
    return call;
  }

  it('is answered to each of its messages that waits, and recorded once', () => {
    refusedList(MIXED);
    expect([client.status, answers()]).toMatchObject([
      200,
      [
        [1, { code: -32_600 }],
        ['1', { code: -32_600 }],
      ],
    ]);
    expect([client.open, recorded()]).toEqual([false, [['refused', 'batch']]]);
  });

  it('is one list to a client that takes no events', () => {
    refusedList(MIXED, 'batch', { headers: { accept: 'application/json' } });
    expect((JSON.parse(client.text) as { id: unknown }[]).map(({ id }) => id)).toEqual([1, '1']);
  });

  it.each<[string, readonly string[], Options]>([
    ['where nobody waits', ['{"method":"notifications/x"}', '{"id":2,"result":{}}'], {}],
    ['where nobody can be answered', ['{"id":{},"method":"ping"}', '7', '[]'], {}],
    ['of the modern era', MIXED, MODERN],
    [
      'in which one message is of the modern era',
      [
        ...MIXED,
        '{"id":3,"method":"ping","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}',
      ],
      {},
    ],
  ])('is no message %s', (_where, bodies, options) => {
    refusedList(bodies, 'batch', options);
    expect([client.status, answers()]).toMatchObject([400, [[null, { code: -32_600 }]]]);
  });

  it('is refused by the status where that says what has to be done', () => {
    refusedList(MIXED, 'session-not-found');
    expect([client.status, answers()]).toMatchObject([404, [[null, {}]]]);
  });

  it('over a pipe has no status: each of its messages is told', () => {
    refusedList(MIXED, 'session-not-found', { mcpHeaders: undefined });
    expect(answers().map((one) => (one as unknown[])[0])).toEqual([1, '1']);
  });

  it('in HTTP+SSE is answered on the stream', () => {
    const stream = new TestReply();
    const { id } = endpointSession(parts, stream);
    refusedList(MIXED, 'batch', { sessionId: id, isPostedToEndpoint: true });
    expect([client.status, stream.messages.map((one) => one['id']), stream.open]).toEqual([202, [1, '1'], true]);
  });

  it('without a way back is not split at all', () => {
    refusedList(MIXED, 'batch', { sessionId: 'gone', isPostedToEndpoint: true });
    expect([client.status, recorded()]).toEqual([404, [['refused', 'session-not-found']]]);
  });

  it('tells the server of each answer in it that it waits for', () => {
    parts.sessions.sessionless(ada).askedBack.set(2, true);
    refusedList(MIXED);
    expect(parts.sent).toHaveLength(1);
  });
});

describe('one message of a list', () => {
  it('is refused where its answer goes already, under its id', () => {
    const settled: number[] = [];
    const list = { inspection: undefined, settled: () => void settled.push(1) };
    const call = readingCall('{"id":4,"method":"ping"}', { proof, list });
    refuseElement(call, client, gate, refuse('duplicate-key'));
    expect([client.messages, settled]).toMatchObject([[{ id: 4 }], [1]]);
  });

  it('that is read is refused by what it says', () => {
    const call = readCall({ message: requestOf('ping', {}, 3) }, { proof });
    refuseElement(call, client, gate, refuse('denied'), outlineOf(Buffer.from('{"id":9,"method":"ping"}')));
    expect(client.messages).toMatchObject([{ id: 3 }]);
  });
});
