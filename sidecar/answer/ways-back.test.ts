/** Whatever way an answer comes back, it is decided on by what was asked: the list in checks.ts is the whole truth for all of them. */
import { afterAll, describe, expect, it, vi } from 'vitest';
import { NEWEST_LEGACY } from '../../core/mcp/revisions/index.ts';
import { messageEvent } from '../../core/mcp/sse.ts';
import { decide } from '../../core/policy/decide.ts';
import { ada, tool } from '../../core/policy/testing/gen.ts';
import type { Session } from '../memory/sessions.ts';
import { type Answering, answering } from '../testing/answer-door.ts';
import type { Check } from './check.ts';
import { CHECKS } from './checks.ts';
import {
  type CallSketch,
  GETTERS,
  TestReply,
  type TestParts,
  answerParts,
  answerTo,
  endpointSession,
} from '../testing/answering.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const EVENTS = { 'content-type': 'text/event-stream' };

/** The call, the server's answer to it on its way back, and what its client reads of that. */
type WayBack = (parts: TestParts, sketch: CallSketch, text: string) => string;

const sessionIn = (parts: TestParts): Session => parts.sessions.open('s', ada, NEWEST_LEGACY);
const said = ({ reply }: Answering): string => JSON.stringify(reply.messages);

const WAYS: Record<string, WayBack> = {
  'as the message that a POST is answered with': (parts, sketch, text) => {
    const post = answering(sketch, parts);
    post.door.onHead(200, JSON_TYPE);
    post.door.onData(Buffer.from(text));
    post.door.onEnd();
    return said(post);
  },
  'on the stream of its own POST': (parts, sketch, text) => {
    const post = answering(sketch, parts);
    post.door.onHead(200, EVENTS);
    post.door.onData(messageEvent(text));
    return said(post);
  },
  'in a batch, of which it is one': (parts, sketch, text) => {
    const post = answering({ ...sketch, version: '2025-11-25', isElement: true }, parts);
    post.door.onHead(200, EVENTS);
    post.door.onData(messageEvent(text));
    return said(post);
  },
  'over a pipe': (parts, sketch, text) => {
    const line = answering({ ...sketch, onPipe: true }, parts);
    line.door.onHead(200, EVENTS);
    line.door.onData(messageEvent(text));
    return said(line);
  },
  'on another stream of its session': (parts, sketch, text) => {
    const session = sessionIn(parts);
    const stream = answering({ httpMethod: 'GET', session }, parts);
    answering({ ...sketch, session }, parts);
    stream.door.onHead(200, EVENTS);
    stream.door.onData(messageEvent(text));
    return said(stream);
  },
  'on a stream that is resumed, when that of its POST is lost': (parts, sketch, text) => {
    const session = sessionIn(parts);
    const post = answering({ ...sketch, session }, parts);
    post.door.onHead(200, EVENTS);
    post.door.onData(Buffer.from('id: e1\n\n'));
    post.reply.leave();
    const resumed = answering({ httpMethod: 'GET', session, headers: { 'last-event-id': 'e1' } }, parts);
    resumed.door.onHead(200, EVENTS);
    resumed.door.onData(messageEvent(text));
    return said(resumed);
  },
  'over HTTP+SSE, on the one stream of the session': (parts, sketch, text) => {
    const reply = new TestReply();
    const session = endpointSession(parts, reply);
    // Both sides have agreed on a revision that has tasks.
    session.revision = NEWEST_LEGACY;
    const stream = answering({ httpMethod: 'GET', session }, parts, reply);
    const post = answering({ ...sketch, session }, parts);
    post.door.onHead(202, {});
    post.door.onEnd();
    stream.door.onHead(200, EVENTS);
    stream.door.onData(messageEvent(text));
    return said(stream);
  },
};

/** The last check of the list, and what it is shown. */
const last = vi.spyOn(CHECKS as Record<number, Check>, CHECKS.length - 1);
afterAll(() => last.mockRestore());

describe.each(Object.entries(WAYS))('%s', (_name, comesBack) => {
  it('a list loses what its reader may not use', () => {
    const list = answerTo(1, { tools: [{ name: 'get_a' }, { name: 'drop' }] });
    expect(comesBack(answerParts(), { method: 'tools/list' }, list)).toBe(
      `[${answerTo(1, { tools: [{ name: 'get_a' }] })}]`,
    );
  });

  it('every check is shown the rules of its tool, and what the verdict leaves to be done', () => {
    const verdict = decide(GETTERS, { principal: ada, targets: [tool('get_a')], inspection: undefined });
    const { rules, obligations } = verdict;
    last.mockClear();
    comesBack(answerParts(), { verdict }, answerTo(1, { content: [] }));
    expect(rules).toHaveLength(1);
    expect(last.mock.lastCall?.[0].terms).toMatchObject({
      method: 'tools/call',
      rule: { door: 'decide' },
      rules,
      obligations,
    });
  });

  it('a list of tasks loses those of others', () => {
    const parts = answerParts();
    parts.tasks.begun('mine', ada, 'export');
    const list = answerTo(1, { tasks: [{ taskId: 'theirs' }, { taskId: 'mine' }] });
    expect(comesBack(parts, { method: 'tasks/list' }, list)).toBe(`[${answerTo(1, { tasks: [{ taskId: 'mine' }] })}]`);
  });

  it('a task that its tool began belongs to its caller', () => {
    const parts = answerParts();
    comesBack(parts, {}, answerTo(1, { task: { taskId: 't' } }));
    expect(parts.tasks.isOf('t', ada)).toBe(true);
  });

  it('an error that sends a person elsewhere is decided on', () => {
    const page = { mode: 'url', url: 'javascript:alert(1)', elicitationId: 'e', message: 'pay' };
    const error = { code: -32042, message: 'go', data: { elicitations: [page] } };
    const text = JSON.stringify({ jsonrpc: '2.0', id: 1, error });
    expect(comesBack(answerParts(), {}, text)).not.toContain('javascript:');
  });
});

/** Only the request says that this is an answer to it: no shape does. */
const HANDSHAKE = { protocolVersion: '2025-06-18', capabilities: { tools: { listChanged: true } } };
const { 'in a batch, of which it is one': _, ...OTHERS } = WAYS;

it.each(Object.entries(OTHERS))('%s a handshake is known by what was asked', (_name, comesBack) => {
  const parts = answerParts();
  const heard: Session['conversation'][] = [];
  const open = parts.sessions.open.bind(parts.sessions);
  parts.sessions.open = (...given) => {
    const session = open(...given);
    heard.push(session.conversation);
    return session;
  };
  comesBack(parts, { method: 'initialize', params: { capabilities: { roots: {} } } }, answerTo(1, HANDSHAKE));
  const conversation = heard[0] ?? parts.sessions.sessionless(ada);
  expect(conversation.announces.tools).toBe(true);
  expect(conversation.declares).toEqual(new Set(['roots']));
});

it('a state that a server of the modern era gives out is sealed, on the one way that such an answer has', () => {
  const state = answerTo(1, { resultType: 'complete', content: [], requestState: 'of the server' });
  const read = WAYS['on the stream of its own POST']?.(answerParts(), { version: '2026-07-28' }, state);
  expect(read).toMatch(/"requestState":"sp1\.[^"]+\.of the server"/);
});
