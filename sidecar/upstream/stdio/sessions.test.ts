/** Legacy sessions, each with a real process of its own. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findRevision } from '../../../core/mcp/revisions/index.ts';
import { childrenOf } from '../../../test/support/cli.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { Taken, ask } from '../../testing/stdio-exchange.ts';
import { STRAYS } from '../../testing/stray-lines.ts';
import { upstreamRequest } from '../../testing/upstream-request.ts';
import { StdioSessions } from './sessions.ts';

const SERVER = join(import.meta.dirname, '..', '..', '..', 'test', 'support', 'stdio-raw-server.ts');
/** Answers everything, and takes its time to go. */
const SLOW_TO_GO = `
process.on('SIGTERM', () => {});
setInterval(() => {}, 1000);
process.stdin.on('data', (data) => {
  for (const line of String(data).split('\\n').filter(Boolean))
    console.log('{"jsonrpc":"2.0","id":' + JSON.parse(line).id + ',\\r"result":{}}');
});`;
const version = '2025-11-25';

let clock: FakeClock;
let logs: string[];
let strays: number;
let gone: string[];
let sessions: StdioSessions;
beforeEach(() => open(SERVER));
afterEach(async () => sessions.close(), 20_000);

function open(script: string, more: { maxPartialBytes?: number } = {}): void {
  clock = new FakeClock();
  logs = [];
  strays = 0;
  gone = [];
  sessions = new StdioSessions({
    command: {
      command: [process.execPath, ...(script === SERVER ? [script] : ['-e', script])],
      env: {},
      cwd: undefined,
    },
    ...more,
    clock,
    onLog: (line) => logs.push(line),
    onStray: () => strays++,
    onSessionGone: (id) => gone.push(id),
  });
}

async function initialize(): Promise<Taken> {
  return ask(sessions, 'initialize', { id: 0, version }).over;
}

function tool(sessionId: string | undefined, id: number, name: string, args: object = {}, meta: object = {}): Taken {
  const params = { name, arguments: args, _meta: meta };
  return ask(sessions, 'tools/call', { id, params, version, sessionId: sessionId ?? '' });
}

async function heard(sessionId: string | undefined): Promise<{ pid: number; seen: string[] }> {
  const { messages } = await tool(sessionId, 1000, 'seen').over;
  return messages[0]?.['result'] as { pid: number; seen: string[] };
}

function send(method: 'GET' | 'DELETE', session: string | undefined, taken = new Taken()): Taken {
  const request = upstreamRequest({ httpMethod: method, sessionId: session, revision: findRevision(version) });
  taken.exchange = sessions.send(request, taken);
  return taken;
}

it('makes one line of an answer with a carriage return between its tokens', async () => {
  const { session } = await initialize();
  const { text } = await tool(session, 1, 'big-number').over;
  expect(text).toBe('event: message\ndata: {"jsonrpc":"2.0","id":1, "result":{"n":9223372036854775807,"m":1.0}}\n\n');
});

it('opens session after session while the servers of those before take their time to go, within a bound of processes', async () => {
  open(SLOW_TO_GO);
  const began = performance.now();
  for (let i = 0; i < 50; i++) {
    const { session } = await initialize();
    expect(session).toBeDefined();
    send('DELETE', session);
    expect(childrenOf(process.pid).length).toBeLessThan(40);
  }
  expect(childrenOf(process.pid).length).toBeGreaterThan(20);
  // Nobody waited for the four seconds that one of them takes.
  expect(performance.now() - began).toBeLessThan(50 * 500);
  await sessions.close();
  expect(gone).toHaveLength(50);
}, 60_000);

it('ends the process of a session whose first message cannot be sent', async () => {
  const request = upstreamRequest({ message: { kind: 'request', id: 0, method: 'initialize', params: {} } });
  expect(() => sessions.send(request, new Taken())).toThrow('there is nothing to send');
  await vi.waitFor(() => expect(gone).toHaveLength(1), 3_000);
  // Our doing, so no crash of the server that others would have to wait for.
  expect((await initialize()).session).toBeDefined();
});

it.each(STRAYS)('a line with the id of a call that no client takes for an answer is skipped: %s', async (line) => {
  const { session } = await initialize();
  const { messages, error } = await tool(session, 1, 'stray', { line }).over;
  expect(error).toBeUndefined();
  expect(messages).toMatchObject([{ id: 1, result: { resultType: 'complete' } }]);
  expect(logs).toEqual([
    expect.stringMatching(/^a line on standard output is no JSON-RPC message \(.*\) and was skipped: /),
  ]);
  expect(strays).toBe(1);
});

it('an answer that cannot be read in one way only ends its call', async () => {
  const { session } = await initialize();
  const { error } = await tool(session, 1, 'stray', { line: '{"jsonrpc":"2.0","id":ID,"result":{},"result":{}}' }).over;
  expect(error).toMatchObject({ reason: 'upstream-invalid', message: expect.stringMatching(/one way only/) as string });
  expect(strays).toBe(0);
});

describe('a message that is too long to be held', () => {
  it.each(['huge', 'huge-id-first'])('fails its call and no other: %s', async (name) => {
    const { session } = await initialize();
    const { pid } = await heard(session);
    const [waits, fails] = [tool(session, 2, 'never'), tool(session, 1, name)];
    expect((await fails.over).error).toMatchObject({
      reason: 'upstream-invalid',
      message: 'its answer is larger than 16 MiB; ask for less at once',
    });
    expect((await heard(session)).pid).toBe(pid);
    expect(waits.error).toBeUndefined();
    expect(logs).toEqual(['an answer of more than 16 MiB on standard output was dropped']);
  });

  it('of its own accord is dropped, and a question is answered', async () => {
    const { session } = await initialize();
    const { messages } = await tool(session, 1, 'huge-question').over;
    expect(messages).toHaveLength(1);
    expect((await heard(session)).seen).toContain('answer to q');
    expect(logs).toEqual([
      'a message (sampling/createMessage) of more than 16 MiB on standard output was dropped',
      'a message (notifications/message) of more than 16 MiB on standard output was dropped',
    ]);
  });
});

describe('an error without an id', () => {
  it.each(['nameless', 'without-id'])('reaches the one call that it can be about, under its id: %s', async (name) => {
    const { session } = await initialize();
    const { messages } = await tool(session, 1, name).over;
    expect(messages).toEqual([{ jsonrpc: '2.0', id: 1, error: { code: -32700, message: 'Parse error' } }]);
  });

  it('is nobody’s when two calls are open, or a notification was sent after the last call that was answered', async () => {
    const { session } = await initialize();
    const posted = { params: {}, version, sessionId: session ?? '' };
    ask(sessions, 'notifications/initialized', posted);
    const unsure = tool(session, 1, 'nameless');
    await vi.waitFor(() => expect(logs).toEqual(['an answer to no open call was dropped']), 3_000);
    await heard(session);
    const other = tool(session, 2, 'nameless');
    await vi.waitFor(() => expect(logs).toHaveLength(2), 3_000);
    expect([unsure.text, other.text]).toEqual(['', '']);
  });
});

describe('answers that come in at once', () => {
  const MIB = 1 << 20;
  beforeEach(() => open(SERVER, { maxPartialBytes: 4 * MIB }));

  it('share one bound: the largest of them fails, and the others and all later ones go on', async () => {
    const [one, other] = [await initialize(), await initialize()];
    const smaller = tool(other.session, 1, 'begin', { size: 1.5 * MIB });
    const larger = tool(one.session, 1, 'begin', { size: 3 * MIB });
    expect((await larger.over).error).toMatchObject({
      reason: 'upstream-invalid',
      message:
        'too many large answers came in at once, and this one was the largest; ask for less at once, or again later',
    });
    expect(smaller.error).toBeUndefined();
    for (const { session } of [one, other]) await tool(session, 2, 'end-it').over;
    expect((await smaller.over).messages).toMatchObject([{ id: 1 }]);
    expect(logs).toEqual(['an answer on standard output was dropped: too many large ones came in at once']);
    // What was held counts no more.
    const next = tool(one.session, 3, 'begin', { size: 3 * MIB });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await tool(one.session, 4, 'end-it').over;
    expect((await next.over).messages).toMatchObject([{ id: 3 }]);
  });

  it('count no more when their program has ended', async () => {
    for (let i = 0; i < 3; i++) {
      const { session } = await initialize();
      const cut = tool(session, 1, 'begin', { size: 3 * MIB });
      await new Promise((resolve) => setTimeout(resolve, 100));
      send('DELETE', session);
      expect((await cut.over).error?.message).toMatch(/^it (exited|was ended)/);
    }
  });
});

describe('a process that dies', () => {
  it('ends its calls and its stream, and its session alone', async () => {
    const [one, other] = [await initialize(), await initialize()];
    const stream = send('GET', one.session);
    const taken = await tool(one.session, 1, 'exit').over;
    expect(taken.error).toMatchObject({ reason: 'upstream-broken', message: 'it exited with code 3' });
    expect((await stream.over).error).toBeUndefined();
    expect(gone).toEqual([one.session]);
    expect((await tool(one.session, 2, 'seen').over).status).toBe(404);
    expect((await tool(other.session, 2, 'seen').over).status).toBe(200);
  });

  it('lets the next one wait', async () => {
    const { session } = await initialize();
    await tool(session, 1, 'exit').over;
    expect(() => ask(sessions, 'initialize', { id: 1, version })).toThrow(
      'it exited with code 3; it may be started again in 0.1 s',
    );
    clock.advance(100);
    expect((await initialize()).status).toBe(200);
  });

  it('because it was asked to lets nobody wait', async () => {
    const { session } = await initialize();
    send('DELETE', session);
    await vi.waitFor(() => expect(gone).toEqual([session]));
    expect((await initialize()).status).toBe(200);
  });
});

describe('a client that does not read', () => {
  const meta = { progressToken: 1 };

  it('lets the server wait, and gets all of it in the end', async () => {
    const { session } = await initialize();
    const slow = tool(session, 1, 'flood', { count: 3_000 }, meta);
    slow.reads = false;
    await vi.waitFor(() => expect(slow.messages.length).toBeGreaterThan(0));
    const before = slow.messages.length;
    const asked = heard(session);
    await new Promise((resolve) => setTimeout(resolve, 300));
    // What had been read from the pipe in one piece comes at once; nothing after it does.
    expect(slow.messages.length - before).toBeLessThan(100);
    slow.reads = true;
    slow.exchange?.resume();
    await asked;
    expect(slow.messages).toHaveLength(3_000);
  });

  it('and leaves lets the server go on', async () => {
    const { session } = await initialize();
    const slow = tool(session, 1, 'flood', { count: 3_000 }, meta);
    slow.reads = false;
    await vi.waitFor(() => expect(slow.messages.length).toBeGreaterThan(0));
    slow.exchange?.abort();
    expect((await heard(session)).seen).toContain('notifications/cancelled 1');
  });

  it('does not keep its server from being stopped', async () => {
    const { session } = await initialize();
    const slow = tool(session, 1, 'flood', { count: 3_000 }, meta);
    slow.reads = false;
    await vi.waitFor(() => expect(slow.messages.length).toBeGreaterThan(0));
    const began = performance.now();
    await sessions.close();
    expect(performance.now() - began).toBeLessThan(1_900);
  });

  it('and has no stream has so much kept for it, and no more', async () => {
    const { session } = await initialize();
    tool(session, 1, 'flood', { count: 40, size: 64 * 1024 });
    await heard(session);
    const { messages } = send('GET', session);
    expect(messages.length).toBeGreaterThan(10);
    expect(messages.length).toBeLessThan(17);
    expect(logs[0]).toBe('a message was dropped: no client listens');
  });
});

it('ends a call that its client takes back, and tells the server', async () => {
  const { session } = await initialize();
  const taken = tool(session, 1, 'never');
  const posted = { params: { requestId: 1 }, version, sessionId: session ?? '' };
  expect(ask(sessions, 'notifications/cancelled', posted).status).toBe(202);
  expect((await taken.over).error?.message).toBe('the client took the call back');
  expect((await heard(session)).seen).toContain('notifications/cancelled 1');
});
