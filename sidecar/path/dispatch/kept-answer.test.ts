import { beforeEach, describe, expect, it } from 'vitest';
import { findRevision } from '../../../core/mcp/revisions/index.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import { ANONYMOUS, type Principal } from '../../../core/policy/principal.ts';
import { ada, pack, policyOf } from '../../../core/policy/testing/gen.ts';
import type { Verdict } from '../../../core/policy/verdict.ts';
import { NOTHING_TO_DECIDE } from '../../../core/policy/verdict.ts';
import { MessageDoor } from '../../answer/messages.ts';
import type { Judgement, Reading } from '../../call/stages.ts';
import { Conversation } from '../../memory/conversation.ts';
import type { JudgedCall } from '../../call/call.ts';
import { LocalProof } from '../../identity/proof.ts';
import { ServerOAuth } from '../../oauth/server-oauth.ts';
import { TestReply, answerParts, answerTo } from '../../testing/answering.ts';
import { judgedCall, requestOf } from '../../testing/calls.ts';
import { UpstreamCredentials } from '../../upstream/credentials/credentials.ts';
import type { PathParts } from '../parts.ts';
import { send } from './send.ts';

const TOOLS = [{ names: ['*'], effect: 'Allow' as const }];
const ENTRY = { name: 'a', tools: ['get_*'], ttl: '1m', clearedBy: ['set_*'] };
const POLICY = policyOf(pack({ tools: TOOLS, cache: [ENTRY] }));
const FOR_ALL = policyOf(pack({ tools: TOOLS, cache: [{ ...ENTRY, by: 'server' }] }));

let parts: ReturnType<typeof answerParts>;
let gate: PathParts;
beforeEach(() => {
  parts = answerParts(POLICY);
  gate = Object.assign(parts, {
    oauth: new ServerOAuth(parts.upstream, parts.clock),
    credentials: new UpstreamCredentials(parts.policy, () => expect.fail('there are none')),
  }) as unknown as PathParts;
  listed('get_a');
});

function listed(name: string, description = 'reads'): void {
  const definition = { name, description, annotations: { readOnlyHint: true } };
  parts.results.listed(name, Buffer.from(JSON.stringify(definition)));
}

interface Sketch {
  readonly tool?: string;
  readonly method?: string;
  readonly params?: object;
  readonly principal?: Principal;
  readonly policy?: Policy;
  readonly verdict?: Partial<Verdict>;
  readonly judgement?: Partial<Judgement>;
  readonly reading?: Partial<Reading>;
}

function call(sketch: Sketch = {}): JudgedCall {
  const { tool = 'get_a', method = 'tools/call', principal = ada, policy = POLICY, verdict = {} } = sketch;
  const targets = [{ kind: 'tool' as const, name: tool, args: undefined }];
  return judgedCall(
    {
      message: requestOf(method, { name: tool, ...sketch.params }),
      reading: { revision: findRevision('2026-07-28'), ...sketch.reading },
      judgement: { targets, verdict: { ...NOTHING_TO_DECIDE, effect: 'Allow', ...verdict }, ...sketch.judgement },
    },
    { policy, proof: new LocalProof(principal) },
  );
}

/** What its client reads; the server, where it is asked, says how often it was. */
function ask(sketch: Sketch = {}): { readonly text: string | undefined; readonly kept: boolean } {
  const reply = new TestReply();
  const before = parts.sent.length;
  send(call(sketch), reply, gate);
  const isAsked = parts.sent.length > before;
  if (isAsked) answerLast(`answer ${parts.sent.length}`);
  const [message] = reply.messages as { result?: { content: { text: string }[] } }[];
  return { text: message?.result?.content[0]?.text, kept: !isAsked };
}

function answerLast(text: string): void {
  const { sink } = parts.sent.at(-1) ?? expect.fail('nothing was sent');
  sink.onHead(200, { 'content-type': 'application/json' });
  sink.onData(Buffer.from(answerTo(1, { content: [{ type: 'text', text }], resultType: 'complete' })));
  sink.onEnd();
}

describe('a call that was made before', () => {
  it('is answered without the server, through the door of answers, on record', () => {
    expect([ask(), ask()]).toEqual([
      { text: 'answer 1', kept: false },
      { text: 'answer 1', kept: true },
    ]);
    expect(parts.lines).toMatchObject([
      { decision: { reason: 'forwarded' }, cacheAgeMs: undefined },
      { outcome: 'answered', decision: { reason: 'cached' }, cacheAgeMs: 0, latency: { upstreamMs: undefined } },
    ]);
    expect(parts.dispatched.size).toBe(0);
  });

  it('tells how old its answer is', () => {
    ask();
    parts.clock.advance(1_500);
    ask();
    expect(parts.lines.at(-1)).toMatchObject({ cacheAgeMs: 1_500 });
  });

  it.each<[what: string, before: Sketch, again: Sketch]>([
    ['by somebody else', {}, { principal: { ...ada, name: 'bob' } }],
    ['by the same name of another issuer', {}, { principal: { ...ada, kind: 'jwt', issuer: 'https://a' } }],
    ['by nobody known', { principal: ANONYMOUS }, { principal: ANONYMOUS }],
    ['and held', {}, { verdict: { effect: 'RequireApproval' } }],
    ['after a person was asked', { verdict: { effect: 'RequireApproval' } }, {}],
    ['with something taken out', {}, { judgement: { edits: [{ span: { start: 0, end: 0 }, text: ' ' }] } }],
    ['by the rules of before', {}, { policy: FOR_ALL }],
    ['as a task', {}, { params: { task: {} } }],
    ['of several targets', {}, { judgement: { targets: [] } }],
    ['of another method', {}, { method: 'prompts/get' }],
    ['of a tool that clears', { tool: 'set_a' }, { tool: 'set_a' }],
    ['of a tool that nobody has listed', { tool: 'get_b' }, { tool: 'get_b' }],
    ['of a tool that is not named', { tool: 'other' }, { tool: 'other' }],
  ])('is sent all the same: %s', (_what, before, again) => {
    ask(before);
    expect(ask(again).kept).toBe(false);
  });

  it('is sent when its tool is defined otherwise now, and when it is over', () => {
    ask();
    listed('get_a', 'reads something else');
    expect(ask().kept).toBe(false);
    parts.clock.advance(60_000);
    expect(ask().kept).toBe(false);
    expect(ask().kept).toBe(true);
  });

  it('is sent where no pack keeps anything', () => {
    const none = policyOf(pack({ tools: TOOLS }));
    parts.setPolicy(none);
    ask({ policy: none });
    expect(ask({ policy: none }).kept).toBe(false);
  });

  it('of nobody known is answered where one result is for everyone', () => {
    parts.setPolicy(FOR_ALL);
    ask({ principal: ANONYMOUS, policy: FOR_ALL });
    expect(ask({ policy: FOR_ALL }).kept).toBe(true);
  });

  it('is sent where only the server knows whom it would answer', () => {
    const { bundle } = FOR_ALL;
    const access = { ...bundle.server.access, authorization: 'Server' as const };
    const policy = Object.assign(policyOf(pack({ tools: TOOLS, cache: [{ ...ENTRY, by: 'server' }] })), {
      bundle: { ...bundle, server: { ...bundle.server, access } },
    });
    parts.setPolicy(policy);
    ask({ policy });
    expect(ask({ policy }).kept).toBe(false);
  });
});

describe('what the server says besides its answer', () => {
  const legacy = { reading: { revision: findRevision('2025-11-25'), conversation: new Conversation() } };
  const ANSWER = { id: 1, result: { content: [] } };

  it.each<[what: string, messages: object[], kept: boolean]>([
    ['nothing', [ANSWER], true],
    ['a line of its log', [{ method: 'notifications/message', params: { level: 'info', data: 'a' } }, ANSWER], false],
    ['how it goes', [{ method: 'notifications/progress', params: { progressToken: 1, progress: 1 } }, ANSWER], false],
    ['a question', [{ id: 9, method: 'ping' }, ANSWER], false],
    ['a second answer', [ANSWER, { id: 1, result: { content: [], structuredContent: { other: true } } }], true],
  ])('is not kept, nor is the answer then: %s', (_what, messages, kept) => {
    send(call(legacy), new TestReply(), gate);
    const { sink } = parts.sent.at(-1) ?? expect.fail();
    sink.onHead(200, { 'content-type': 'text/event-stream' });
    for (const message of messages)
      sink.onData(Buffer.from(`data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`));
    sink.onEnd();
    expect(parts.results.store.size).toBe(kept ? 1 : 0);
    const reply = new TestReply();
    send(call(legacy), reply, gate);
    expect(parts.sent.length > 1).toBe(!kept);
    expect(reply.text).not.toContain('other');
  });

  it.each<[what: string, status: number, headers: Record<string, string>, kept: boolean]>([
    ['nothing', 200, {}, true],
    ['that it is an error', 500, {}, false],
    ['that nobody is to store it', 200, { 'cache-control': 'private, no-store' }, false],
    ['what every stream says', 200, { 'cache-control': 'no-cache, no-transform' }, true],
  ])('in the head of it counts: %s', (_what, status, headers, kept) => {
    send(call(legacy), new TestReply(), gate);
    const { sink } = parts.sent.at(-1) ?? expect.fail();
    sink.onHead(status, { 'content-type': 'application/json', ...headers });
    sink.onData(Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...ANSWER })));
    sink.onEnd();
    expect(parts.results.store.size).toBe(kept ? 1 : 0);
  });

  it('may be about any call that is open, where it comes on a stream of all', () => {
    const conversation = new Conversation();
    const reading = { ...legacy.reading, conversation };
    send(call({ reading, judgement: { asked: conversation.asked.claim(1) } }), new TestReply(), gate);
    const stream = judgedCall({ reading }, { httpMethod: 'GET', policy: POLICY });
    const ping = Buffer.from('{"jsonrpc":"2.0","id":9,"method":"ping"}');
    new MessageDoor(stream, gate, undefined, undefined).inspect(ping, false);
    answerLast('after a question');
    expect(parts.results.store.size).toBe(0);
  });
});

describe('a call that changes what is kept', () => {
  it('clears it again whenever its task is asked about', () => {
    ask();
    ask({ method: 'tasks/get', judgement: { targets: [], taskTool: 'get_a' } });
    expect(ask().kept).toBe(true);
    ask({ method: 'tasks/get', judgement: { targets: [], taskTool: 'set_a' } });
    expect(ask().kept).toBe(false);
  });

  it('clears it when it is sent and when it is answered, by the rules that are in force', () => {
    ask();
    send(call({ tool: 'set_a', policy: FOR_ALL }), new TestReply(), gate);
    expect(parts.results.store.size).toBe(0);
    const reply = new TestReply();
    send(call(), reply, gate);
    answerLast('while it is under way');
    expect(parts.results.store.size).toBe(0);
    const { sink } = parts.sent.at(-2) ?? expect.fail();
    sink.onHead(200, { 'content-type': 'application/json' });
    sink.onData(Buffer.from(answerTo(1, { content: [], resultType: 'complete' })));
    sink.onEnd();
    expect([ask().kept, ask().kept]).toEqual([false, true]);
  });
});
