/** That the lists are asked in their order, and lead where they should: what each step decides is tested beside the step. */
import { beforeEach, describe, expect, it } from 'vitest';
import { findRevision } from '../../core/mcp/revisions/index.ts';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import { ada, pack, policyOf } from '../../core/policy/testing/gen.ts';
import { callTool, request } from '../../test/support/messages.ts';
import type { EnteringCall } from '../call/call.ts';
import { ByteBudget } from '../memory/byte-budget.ts';
import { MAX_OPEN_CALLS, OpenCalls } from '../memory/open-calls.ts';
import type { Session } from '../memory/sessions.ts';
import { ServerOAuth } from '../oauth/server-oauth.ts';
import { GETTERS, answerParts, answerTo, endpointSession } from '../testing/answering.ts';
import { HTTP, enteringCall } from '../testing/calls.ts';
import { TestClient } from '../testing/test-client.ts';
import { ApprovalDigests } from '../approvals/digests.ts';
import type { PathParts } from './parts.ts';
import { admit, enter, readToRefuse } from './path.ts';
import { UpstreamCredentials } from '../upstream/credentials/credentials.ts';
import { NO_ACCOUNTS, NO_JWTS, NO_POSSESSION } from '../testing/no-jwts.ts';

const MIB = 1024 * 1024;
type Options = Parameters<typeof enteringCall>[0];

let parts: ReturnType<typeof answerParts>;
let gate: PathParts & { draining: boolean; openCalls: OpenCalls };
let client: TestClient;
beforeEach(() => {
  parts = answerParts();
  gate = Object.assign(parts, {
    tokens: { find: (token: string) => (token === 'good' ? ada : undefined) },
    jwts: NO_JWTS,
    accounts: NO_ACCOUNTS,
    possession: NO_POSSESSION,
    approvals: undefined,
    oauth: new ServerOAuth(parts.upstream, parts.clock),
    credentials: new UpstreamCredentials(parts.policy, () => expect.fail('there are none')),
    digestKey: Buffer.alloc(32),
    approvalDigests: new ApprovalDigests(Buffer.alloc(32)),
    bytes: new ByteBudget(32 * MIB, () => {}, { bodyMs: 5, answerMs: 5 }),
    openCalls: new OpenCalls(),
    replicas: undefined,
    tls: undefined,
    ...{ draining: false, sessionsOver: false, failed: undefined },
  });
  client = new TestClient();
});

function arriving({ headers, ...options }: Options = {}): EnteringCall {
  return enteringCall({ headers: { authorization: 'Bearer good', ...headers }, ...options });
}

function sent(body: string | undefined, options: Options = {}): EnteringCall {
  const call = arriving(options);
  expect(enter(call, gate)).toBeUndefined();
  admit(call, body === undefined ? undefined : Buffer.from(body), client, gate);
  return call;
}

const recorded = (): string[] => parts.lines.map(({ outcome, decision }) => `${outcome} ${decision.reason}`);
const atServer = (): (string | undefined)[] => parts.sent.map(({ request: { body } }) => body?.toString());
const session = (id: string, version: string): Session =>
  parts.sessions.open(id, ada, findRevision(version) ?? expect.fail());
/** The server answers what it was sent. */
function answered(which: number, id: number): void {
  const { sink } = parts.sent[which] ?? expect.fail('the server has not got it');
  sink.onHead(200, { 'content-type': 'application/json' });
  sink.onData(Buffer.from(answerTo(id, { content: [] })));
  sink.onEnd();
}

describe('the entry', () => {
  it('notes whose call it is, and takes room for it', () => {
    const call = arriving();
    expect(enter(call, gate)).toBeUndefined();
    expect([call.principal, gate.openCalls.present]).toEqual([ada, 1]);
  });

  it('says first that the gate is not in order, then that nobody knows the caller, then that there is no room', () => {
    const faults: [string, () => void][] = [
      ['too-many-calls', () => (gate.openCalls = full())],
      ['unauthenticated', () => void Object.assign(gate.tokens, { find: () => undefined })],
      ['no-policy', () => parts.setPolicy(undefined)],
    ];
    for (const [reason, make] of faults) {
      make();
      expect(enter(arriving(), gate)).toMatchObject({ reason });
    }
  });

  function full(): OpenCalls {
    const calls = new OpenCalls();
    for (let i = 0; i < 5 * MAX_OPEN_CALLS; i++) calls.enter(`owner ${i}`);
    return calls;
  }
});

describe('a message', () => {
  it('that may pass is at the server as the bytes it came in, and its answer at its client', () => {
    const odd = '{"jsonrpc":"2.0", "id":7,\t"method":"tools/call","params":{"name":"get_a"}}';
    sent(odd);
    expect([atServer(), recorded()]).toEqual([[odd], []]);
    answered(0, 7);
    expect([client.text, recorded()]).toEqual([answerTo(7, { content: [] }), ['answered forwarded']]);
    expect([gate.openCalls.present, gate.openCalls.size]).toEqual([0, 0]);
  });

  it('that may not is answered and recorded once, and the server never hears of it', () => {
    sent(callTool('delete_all'));
    expect(client.messages).toMatchObject([{ id: 1, result: { isError: true } }]);
    expect([recorded(), atServer(), gate.openCalls.present]).toEqual([['refused denied'], [], 0]);
  });

  it.each<[string, string, Options]>([
    ['not-json', '{"id":1,', { sessionId: 'unknown' }],
    ['duplicate-key', '{"jsonrpc":"2.0","id":1,"method":"x","method":"x"}', { sessionId: 'unknown' }],
    ['body-missing', '', { sessionId: 'unknown' }],
    [
      'unsupported-legacy-version',
      callTool('delete_all'),
      { sessionId: 'unknown', mcpHeaders: { ...HTTP, protocolVersion: '1999-01-01' } },
    ],
    ['session-not-found', request('no/such'), { sessionId: 'unknown' }],
    ['id-in-use', callTool('delete_all', {}, 5), { sessionId: 'known' }],
    ['unknown-method', request('no/such', {}, 6), { sessionId: 'known' }],
    ['bad-params', request('tools/call', { name: 7 }, 5), { sessionId: 'known' }],
    ['task-not-found', request('tasks/get', { taskId: 'x' }, 6), { sessionId: 'known' }],
    ['denied', callTool('delete_all', {}, 6), { sessionId: 'known' }],
  ])('is refused by the first step that has something to say: %s', (reason, body, options) => {
    session('known', '2025-11-25').conversation.asked.claim(5);
    sent(body, options);
    expect([recorded(), atServer()]).toEqual([[`refused ${reason}`], []]);
  });

  it('is decided on by what is in force when its body is there', () => {
    const call = arriving();
    enter(call, gate);
    parts.setPolicy(policyOf(pack({ tools: [{ names: ['get_*'], effect: 'Deny' }] })));
    admit(call, Buffer.from(callTool('get_a')), client, gate);
    expect([recorded(), atServer()]).toEqual([['refused denied'], []]);
  });

  it('is decided on by what was in force at its entry where there is nothing since', () => {
    const call = arriving();
    enter(call, gate);
    parts.setPolicy(undefined);
    admit(call, Buffer.from(callTool('delete_all')), client, gate);
    expect([recorded(), call.policy]).toEqual([['refused denied'], GETTERS]);
  });

  it('that needs a person is not sent where nobody can be asked', () => {
    parts.setPolicy(policyOf(pack({ tools: [{ names: ['*'], effect: 'RequireApproval', approval: {} }] })));
    sent(callTool('get_a'));
    expect([recorded(), atServer()]).toEqual([['refused approval-unavailable'], []]);
  });

  it('of nobody goes nowhere, however it came here', () => {
    admit(arriving(), Buffer.from(callTool('get_a')), client, gate);
    expect(client.messages).toMatchObject([{ error: { code: -32_603 } }]);
    expect([atServer(), recorded()]).toEqual([[], ['refused internal-error']]);
  });

  it('is answered and recorded also when the way to the server breaks', () => {
    parts.upstream.send = () => {
      throw new Error('odd');
    };
    sent(callTool('get_a'));
    expect(client.messages).toMatchObject([{ id: 1, error: {} }]);
    expect([recorded(), gate.openCalls.present]).toEqual([['upstream-error upstream-unreachable'], 0]);
  });

  it('whose client takes no events is answered with none, all the same', () => {
    sent(callTool('delete_all'), { headers: { accept: 'application/json' } });
    expect(client.headers['content-type']).toBe('application/json');
  });
});

describe('what comes without a body', () => {
  it.each(['GET', 'DELETE'] as const)('goes to the server in a session that is its client’s: %s', (httpMethod) => {
    session('mine', '2025-11-25');
    sent(undefined, { httpMethod, sessionId: 'mine' });
    expect(parts.sent).toMatchObject([{ request: { httpMethod, sessionId: 'mine', body: undefined } }]);
  });

  it.each(['GET', 'DELETE'] as const)('does not in another’s: %s', (httpMethod) => {
    parts.sessions.open('hers', { ...ada, name: 'eve' }, findRevision('2025-11-25') ?? expect.fail());
    sent(undefined, { httpMethod, sessionId: 'hers' });
    expect([client.status, recorded(), parts.sent]).toEqual([404, ['refused session-not-found'], []]);
  });

  it('is no message, whatever is said along with it', () => {
    session('mine', '2025-11-25');
    sent(callTool('delete_all'), { httpMethod: 'GET', sessionId: 'mine' });
    expect(atServer()).toEqual([undefined]);
  });
});

describe('a list', () => {
  const list = (...messages: string[]): string => `[${messages.join(',')}]`;
  const inSession: Options = { sessionId: 's' };
  beforeEach(() => void session('s', '2025-03-26'));

  it('is as many calls as it has messages: each is decided on, sent and recorded by itself', () => {
    sent(list(callTool('get_a', {}, 1), callTool('delete_all', {}, 2), callTool('get_b', {}, 3)), inSession);
    expect(atServer()).toEqual([callTool('get_a', {}, 1), callTool('get_b', {}, 3)]);
    expect([recorded(), client.open]).toEqual([['refused denied'], true]);
    answered(1, 3);
    answered(0, 1);
    expect(client.messages.map(({ id }) => id)).toEqual([2, 3, 1]);
    expect([recorded().length, client.open, gate.openCalls.present, gate.bytes.used]).toEqual([3, false, 0, 0]);
  });

  it('does not carry what could not come alone', () => {
    const modern = request('ping', { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } }, 2);
    sent(list(request('initialize', {}, 1), '[]', '{"jsonrpc":"2.0","id":3,"id":3,"method":"ping"}'), inSession);
    expect([recorded(), atServer()]).toEqual([['refused batch', 'refused batch', 'refused duplicate-key'], []]);
    client = new TestClient();
    sent(list(callTool('get_a'), modern), inSession);
    expect([recorded().slice(3), atServer()]).toEqual([['refused batch'], []]);
  });

  it('does not use one id twice', () => {
    sent(list(callTool('get_a', {}, 1), callTool('get_b', {}, 1)), inSession);
    expect([atServer(), recorded()]).toEqual([[callTool('get_a', {}, 1)], ['refused id-in-use']]);
  });

  it('is refused as a whole in a revision without lists, and each message hears of it', () => {
    session('newer', '2025-11-25');
    sent(list(callTool('get_a', {}, 1), callTool('get_b', {}, 2)), { sessionId: 'newer' });
    expect([client.messages.map(({ id }) => id), recorded(), atServer()]).toEqual([[1, 2], ['refused batch'], []]);
  });

  it('is bounded like single calls: what finds no room is told so, and the rest goes on', () => {
    const { openCalls } = gate;
    const enterCall = openCalls.enter.bind(openCalls);
    let entered = 0;
    openCalls.enter = (owner) => ++entered !== 3 && enterCall(owner);
    sent(list(callTool('get_a', {}, 1), callTool('get_b', {}, 2), callTool('get_c', {}, 3)), inSession);
    expect([recorded(), atServer()]).toEqual([
      ['refused too-many-calls'],
      [callTool('get_a', {}, 1), callTool('get_c', {}, 3)],
    ]);
    expect(client.messages).toMatchObject([{ id: 2 }]);
  });

  it('is refused on the stream of HTTP+SSE that it was posted for, which has no lists', () => {
    const stream = new TestClient();
    const { id } = endpointSession(parts, stream);
    sent(list(callTool('delete_a', {}, 1), callTool('delete_b', {}, 2)), { sessionId: id, isPostedToEndpoint: true });
    expect([client.status, stream.messages.map((message) => message['id'])]).toEqual([202, [1, 2]]);
    expect(recorded()).toEqual(['refused batch']);
  });
});

describe('what was refused at its entry, and is read all the same', () => {
  function entering(body: string, make: () => void = () => void (gate.draining = true)): Refusal {
    const call = arriving({ mcpHeaders: undefined });
    enter(call, gate);
    make();
    const refusal = refuse('draining', 'by a test');
    readToRefuse(call, Buffer.from(body), client, gate, refusal);
    return refusal;
  }

  it.each([
    ['a request', callTool('get_a', {}, 'x'), 'x'],
    ['what strict reading refuses', '{"jsonrpc":"2.0","id":4,"method":"ping","a":1,"a":2}', 4],
  ])('is told so under its id, and does not go on: %s', (_what, body, id) => {
    const refusal = entering(body);
    expect(client.messages).toMatchObject([{ id, error: { code: refusal.code } }]);
    expect([atServer(), recorded()]).toEqual([[], ['refused draining']]);
  });

  it('is a list as well', () => {
    entering(`[${callTool('get_a', {}, 1)},${callTool('get_b', {}, 2)}]`);
    expect(client.messages.map(({ id }) => id)).toEqual([1, 2]);
    expect(recorded()).toEqual(['refused draining']);
  });

  it('is told so also where nobody knows who sent it', () => {
    const call = enteringCall({ mcpHeaders: undefined });
    readToRefuse(call, Buffer.from(callTool('get_a', {}, 3)), client, gate, refuse('unauthenticated'));
    expect([client.messages[0]?.['error'], atServer()]).toMatchObject([{ code: -32_000 }, []]);
  });
});
