import { describe, expect, it } from 'vitest';
import { type Declared, NOTHING_DECLARED } from '../../core/mcp/client-capabilities.ts';
import { refuse } from '../../core/mcp/refusals.ts';
import { NEWEST_LEGACY } from '../../core/mcp/revisions/index.ts';
import { ada, pack, policyOf } from '../../core/policy/testing/gen.ts';
import { type CallSketch, TestReply, answerParts, callOf, endpointSession } from '../testing/answering.ts';
import { type Ask, answerServer, decideAsks, decideMethod, declaredBy } from './server-requests.ts';

const policy = policyOf(
  pack({
    methods: [{ names: ['acme/*'], effect: 'Allow' }],
    clientRequests: { sampling: { effect: 'Deny', reason: 'no models here' } },
  }),
);
const ALL: Declared = new Set(['sampling', 'elicitation', 'roots']);
const ask = (method: string, params: Ask['params'] = {}): Ask => ({ method, params });

function decided(asks: Ask[], declared = ALL, sketch: CallSketch = {}) {
  const parts = answerParts(policy);
  const refusal = decideAsks(callOf(parts, sketch), parts, asks, declared);
  return {
    refused: refusal?.reason,
    message: refusal?.message,
    lines: parts.lines.map(({ method, outcome }) => `${method} ${outcome}`),
  };
}

describe('what a server asks of its client', () => {
  it.each<[name: string, asks: Ask[], refused: string | undefined, lines: string[]]>([
    ['passes where nothing forbids it', [ask('roots/list')], undefined, ['roots/list asked']],
    [
      'is put on record no oftener than it reads alike',
      [ask('roots/list'), ask('roots/list')],
      undefined,
      ['roots/list asked'],
    ],
    [
      'is refused where a rule forbids it',
      [ask('sampling/createMessage')],
      'denied',
      ['sampling/createMessage refused'],
    ],
    [
      'is refused together',
      [ask('roots/list'), ask('sampling/createMessage')],
      'denied',
      ['sampling/createMessage refused'],
    ],
    [
      'is refused where it cannot be read',
      [ask('elicitation/create', { mode: 'page' })],
      'bad-params',
      ['elicitation/create refused'],
    ],
    ['is refused where nobody knows it', [ask('odd/method')], 'unknown-method', ['odd/method refused']],
    ['passes where a rule names it', [ask('acme/ask')], undefined, ['acme/ask asked']],
    ['is nothing where it is a sign of life', [ask('ping')], undefined, []],
  ])('%s', (_name, asks, refused, lines) => {
    expect(decided(asks)).toMatchObject({ refused, lines });
  });

  it('is refused as its client would refuse it, who has declared nothing', () => {
    expect(decided([ask('roots/list')], NOTHING_DECLARED)).toMatchObject({
      refused: 'unknown-method',
      message: expect.stringContaining('its client has not declared "roots"') as unknown,
    });
  });

  it('is refused while nothing can be recorded', () => {
    const parts = answerParts(policy);
    parts.failAudit();
    expect(decideAsks(callOf(parts), parts, [ask('roots/list')], ALL)?.reason).toBe('audit-unavailable');
  });

  it('is refused where there is no policy at all', () => {
    const parts = answerParts();
    parts.setPolicy(undefined);
    const call = callOf(parts, { policy: undefined });
    expect(decideAsks(call, parts, [ask('roots/list')], ALL)?.reason).toBe('no-policy');
  });

  it('is decided on when it is asked, however long its stream has been open', () => {
    const until = new Date(answerParts().clock.now() + 1000).toISOString();
    const parts = answerParts(
      policyOf(
        pack({
          methods: [{ names: ['acme/*'], effect: 'Allow', when: `now < timestamp("${until}")` }],
          clientRequests: { sampling: { effect: 'Deny', when: `now >= timestamp("${until}")` } },
        }),
      ),
    );
    const call = callOf(parts, { httpMethod: 'GET' });
    const refused = (): (string | undefined)[] =>
      ['sampling/createMessage', 'acme/ask'].map((method) => decideAsks(call, parts, [ask(method)], ALL)?.reason);
    expect(refused()).toEqual([undefined, undefined]);
    parts.clock.advance(1000);
    expect(refused()).toEqual(['denied', 'unknown-method']);
  });

  it('is nothing while everything is halted, whatever rules allow', () => {
    const halted = pack({ methods: [{ names: ['*'], effect: 'Allow' }], halt: { reason: 'incident' } });
    const parts = answerParts(policyOf(halted));
    for (const method of ['sampling/createMessage', 'roots/list', 'ping', 'acme/ask'])
      expect(decideAsks(callOf(parts), parts, [ask(method)], ALL)?.reason).toBe('halted');
  });

  it('a method of another revision is no rule’s to allow', () => {
    const parts = answerParts(policyOf(pack({ methods: [{ names: ['*'], effect: 'Allow' }] })));
    expect(decideMethod(callOf(parts), parts, 'tasks/list')).toBeUndefined();
    expect(decideMethod(callOf(parts), parts, 'acme/any')?.effect).toBe('Allow');
  });
});

describe('what a client can be asked', () => {
  it('is what it declared in the handshake of its conversation', () => {
    const parts = answerParts();
    const session = parts.sessions.open('s', ada, NEWEST_LEGACY);
    const call = callOf(parts, { session });
    expect(declaredBy(call)).toBe(NOTHING_DECLARED);
    session.conversation.declare(ALL);
    expect(declaredBy(call)).toBe(ALL);
  });
});

describe('an answer in the place of the client', () => {
  const refusal = refuse('unknown-method', 'roots/list');

  it('goes to the server as a response in the session of the call, not as the stream that it came on', () => {
    const parts = answerParts();
    const session = parts.sessions.open('s', ada, NEWEST_LEGACY);
    const headers = { 'last-event-id': 'e1', 'x-tenant': 't' };
    expect(answerServer(callOf(parts, { httpMethod: 'GET', headers, session }), parts, 'q', refusal)).toBe(true);
    const request = parts.sent[0]?.request ?? expect.fail('it is sent');
    expect(request).toMatchObject({ httpMethod: 'POST', sessionId: 's', mayResume: false, principal: ada });
    expect(request.headers).toMatchObject({ 'x-tenant': 't', 'mcp-session-id': 's' });
    expect(request.headers).not.toHaveProperty('last-event-id');
    expect(JSON.parse(String(request.body))).toEqual({
      jsonrpc: '2.0',
      id: 'q',
      error: { code: refusal.code, message: refusal.message },
    });
  });

  it('is posted, over HTTP+SSE, where the server has said', () => {
    const parts = answerParts();
    const session = endpointSession(parts, new TestReply());
    answerServer(callOf(parts, { httpMethod: 'GET', session }), parts, 'q', refusal);
    expect(parts.sent[0]?.request.endpoint).toBe('/post');
  });

  it('is not given to a server that does not take what it has been told already', () => {
    const parts = answerParts();
    const call = callOf(parts);
    for (let i = 0; i < 100; i++) expect(answerServer(call, parts, i, refusal)).toBe(true);
    expect(answerServer(call, parts, 'one more', refusal)).toBe(false);
    parts.sent[0]?.sink.onEnd();
    expect(answerServer(call, parts, 'one more', refusal)).toBe(true);
  });

  it('that cannot be sent is over', () => {
    const parts = answerParts();
    const upstream = { ...parts.upstream, send: () => expect.fail('no connection') };
    const call = callOf(parts);
    for (let i = 0; i < 200; i++) expect(answerServer(call, { ...parts, upstream }, i, refusal)).toBe(true);
  });
});
