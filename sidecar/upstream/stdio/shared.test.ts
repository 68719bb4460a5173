/** Modern clients that share one real process. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANONYMOUS, type Principal } from '../../../core/policy/principal.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { type AskOptions, type Taken, ask } from '../../testing/stdio-exchange.ts';
import { STRAYS } from '../../testing/stray-lines.ts';
import { StdioSessions } from './sessions.ts';

const SERVER = join(import.meta.dirname, '..', '..', '..', 'test', 'support', 'stdio-raw-server.ts');
const LEVEL = { 'io.modelcontextprotocol/logLevel': 'info' };
const ADA: Principal = { kind: 'token', name: 'ada', groups: [] };
const BOB: Principal = { kind: 'token', name: 'bob', groups: [] };

let clock: FakeClock;
let logs: string[];
let strays: number;
let server: StdioSessions;
beforeEach(() => {
  clock = new FakeClock();
  logs = [];
  strays = 0;
  server = new StdioSessions({
    command: { command: [process.execPath, SERVER], env: {}, cwd: undefined },
    clock,
    onLog: (line) => logs.push(line),
    onStray: () => strays++,
    onSessionGone() {},
  });
});
afterEach(async () => server.close());

function tool(name: string, id: string | number, more: AskOptions & { args?: object; meta?: object } = {}): Taken {
  const { args = {}, meta = {}, ...rest } = more;
  return ask(server, 'tools/call', { id, params: { name, arguments: args, _meta: meta }, ...rest });
}

/** What the server has heard so far. */
async function heard(): Promise<{ pid: number; seen: string[] }> {
  const { messages } = await tool('seen', 'seen').over;
  return messages[0]?.['result'] as { pid: number; seen: string[] };
}

async function listen(id: string | number): Promise<Taken> {
  const taken = ask(server, 'subscriptions/listen', { id, params: { notifications: {}, _meta: {} } });
  await vi.waitFor(() => expect(taken.messages).toHaveLength(1), 5_000);
  return taken;
}

describe('ids', () => {
  it('and tokens that are equal never meet', async () => {
    const calls = Array.from({ length: 5 }, (_, i) =>
      tool('steps', 1, { meta: { progressToken: 't' }, args: { count: i } }),
    );
    for (const [i, taken] of (await Promise.all(calls.map(async ({ over }) => over))).entries()) {
      const [last, ...steps] = taken.messages.toReversed();
      expect(last).toMatchObject({ id: 1, result: {} });
      expect(steps).toHaveLength(i);
      for (const step of steps) expect(step).toMatchObject({ params: { progressToken: 't' } });
    }
  });

  it('come back as what they were', async () => {
    const ids = [1, '1', 0, -5, 'ü"\\', ''];
    const answers = await Promise.all(ids.map(async (id) => tool('steps', id, { args: { count: 0 } }).over));
    expect(answers.map(({ messages }) => messages[0]?.['id'])).toEqual(ids);
  });

  it('leave the rest of an answer as it was written, and in one line', async () => {
    const { text } = await tool('big-number', 'a').over;
    expect(text).toBe(
      'event: message\ndata: {"jsonrpc":"2.0","id":"a", "result":{"n":9223372036854775807,"m":1.0}}\n\n',
    );
  });

  it('of a request without a progress token get no progress', async () => {
    const { messages } = await tool('steps', 1).over;
    expect(messages).toHaveLength(1);
  });
});

describe('a subscription', () => {
  it('hears what is for it, under its own id', async () => {
    const [one, other] = [await listen(4), await listen('4')];
    await tool('changed', 5).over;
    await vi.waitFor(() => expect([one.messages.length, other.messages.length]).toEqual([2, 2]));
    const idsOf = ({ messages }: Taken): unknown[] =>
      messages
        .map(({ params }) => (params as { _meta: object })._meta)
        .map((meta) => Object.values(meta)[0] as unknown);
    expect([idsOf(one), idsOf(other)]).toEqual([
      [4, 4],
      ['4', '4'],
    ]);
  });

  it('that the server ends ends with a result', async () => {
    const taken = await listen(4);
    await tool('hangup', 5).over;
    await taken.over;
    expect(taken.messages.at(-1)).toEqual({
      jsonrpc: '2.0',
      id: 4,
      result: { resultType: 'complete', _meta: { 'io.modelcontextprotocol/subscriptionId': 4 } },
    });
  });

  it('ends with an error when the process does', async () => {
    const taken = await listen(4);
    tool('exit', 5);
    expect((await taken.over).error).toMatchObject({
      reason: 'upstream-broken',
      message: 'it exited with code 3',
    });
  });
});

describe('a client that leaves', () => {
  it('is told to the server, and hears nothing more', async () => {
    const taken = tool('never', 1);
    await heard();
    taken.exchange?.abort();
    const { seen } = await heard();
    expect(seen.filter((line) => line.startsWith('notifications/cancelled'))).toEqual(['notifications/cancelled 1']);
    expect(taken.text).toBe('');
  });

  it('before the server was started is not even told', async () => {
    tool('never', 1).exchange?.abort();
    expect((await heard()).seen).toEqual(['tools/call']);
  });

  it.each<[name: string, by: Principal | undefined, requestId: unknown, told: boolean]>([
    ['takes its call back in words', ADA, 1, true],
    ['takes back no call of somebody else', BOB, 1, false],
    ['takes back nothing when nobody knows who it is', undefined, 1, false],
    ['takes back nothing by an id of another type', ADA, '1', false],
  ])('%s', async (_name, by, requestId, told) => {
    await heard();
    const taken = tool('never', 1, { principal: ADA });
    const posted = { params: { requestId }, ...(by === undefined ? {} : { principal: by }) };
    expect(ask(server, 'notifications/cancelled', posted).status).toBe(202);
    const { seen } = await heard();
    const cancelled = seen.filter((line) => line.startsWith('notifications/'));
    expect(cancelled).toEqual(told ? ['notifications/cancelled 2'] : []);
    expect(taken.error?.message).toBe(told ? 'the client took the call back' : undefined);
  });

  it('takes nothing back when its name is that of everybody', async () => {
    const taken = tool('never', 1, { principal: ANONYMOUS });
    ask(server, 'notifications/cancelled', { params: { requestId: 1 }, principal: ANONYMOUS });
    await heard();
    expect(taken.error).toBeUndefined();
  });

  it('takes nothing back when two calls of its own have that id', async () => {
    const calls = [tool('never', 1, { principal: ADA }), tool('never', 1, { principal: ADA })];
    await heard();
    ask(server, 'notifications/cancelled', { params: { requestId: 1 }, principal: ADA });
    expect((await heard()).seen).not.toContainEqual(expect.stringMatching(/^notifications/));
    expect(calls.map(({ error }) => error)).toEqual([undefined, undefined]);
  });
});

describe('what the server says', () => {
  it('to nobody is dropped, with a word in the log', async () => {
    const { messages } = await tool('nonsense', 1).over;
    expect(messages).toHaveLength(1);
    expect(logs).toEqual([
      ...['this is no JSON', '[]', '"x"'].map(
        (line) =>
          `a line on standard output is no JSON-RPC message (it is no JSON object, or one with the same member twice) and was skipped: ${line}`,
      ),
      ...Array<string>(2).fill('a message that belongs to no open call was dropped'),
      'an answer to no open call was dropped',
      'a request of the server was declined: no client can be asked in this revision',
    ]);
  });

  it.each(STRAYS)('in a line with the id of a call that no client takes for an answer is skipped: %s', async (line) => {
    const { messages, error } = await tool('stray', 1, { args: { line } }).over;
    expect(error).toBeUndefined();
    expect(messages).toMatchObject([{ id: 1, result: { resultType: 'complete' } }]);
    expect(logs).toEqual([
      expect.stringMatching(/^a line on standard output is no JSON-RPC message \(.*\) and was skipped: /),
    ]);
    expect(strays).toBe(1);
  });

  it('as an answer that cannot be read ends the call with an error', async () => {
    expect((await tool('twice-in-one', 1).over).error).toMatchObject({ reason: 'upstream-invalid' });
  });

  it('a second time as an answer is dropped', async () => {
    expect((await tool('answer-twice', 1).over).messages).toHaveLength(1);
    await heard();
    expect(logs).toEqual(['an answer to no open call was dropped']);
  });

  it('as a log message goes to the one call that asked for it', async () => {
    const other = tool('never', 1);
    expect((await tool('log', 2, { meta: LEVEL }).over).messages).toMatchObject([
      { method: 'notifications/message' },
      { id: 2 },
    ]);
    expect(other.text).toBe('');
  });

  it('as a log message goes to nobody when two asked for it, or one that did has just left', async () => {
    const other = tool('never', 1, { meta: LEVEL });
    expect((await tool('log', 2, { meta: LEVEL }).over).messages).toHaveLength(1);
    expect(other.text).toBe('');
    other.exchange?.abort();
    expect((await tool('log', 3, { meta: LEVEL }).over).messages).toHaveLength(1);
    clock.advance(10_000);
    expect((await tool('log', 4, { meta: LEVEL }).over).messages).toHaveLength(2);
  });

  it('as a log message goes to the newest of several calls that asked for it, if they are of one principal', async () => {
    const other = tool('never', 1, { meta: LEVEL, principal: ADA });
    const asAda = { meta: LEVEL, principal: ADA };
    expect((await tool('log', 2, asAda).over).messages).toHaveLength(2);
    other.exchange?.abort();
    // What the call that was given up still says is hers as well.
    expect((await tool('log', 3, asAda).over).messages).toHaveLength(2);
    expect(other.text).toBe('');
  });

  it.each<[what: string, left: Principal | undefined, open: Principal | undefined, calls: Principal | undefined]>([
    ['two principals asked', undefined, ADA, BOB],
    ['another principal asked, and has just left', ADA, undefined, BOB],
    ['two asked who proved nothing', undefined, ANONYMOUS, ANONYMOUS],
    ['one asked who proved nothing, and has just left', ANONYMOUS, undefined, ANONYMOUS],
    ['one of two that have just left was another', BOB, ADA, ADA],
  ])('as a log message goes to nobody when %s', async (_what, left, open, principal) => {
    await heard();
    if (left !== undefined) {
      const leaves = tool('never', 1, { meta: LEVEL, principal: left });
      await heard();
      leaves.exchange?.abort();
    }
    const other = open === undefined ? undefined : tool('never', 2, { meta: LEVEL, principal: open });
    expect((await tool('log', 3, { meta: LEVEL, ...(principal && { principal }) }).over).messages).toHaveLength(1);
    expect(other?.text ?? '').toBe('');
    if (other !== undefined) return;
    clock.advance(10_000);
    expect((await tool('log', 4, { meta: LEVEL, ...(principal && { principal }) }).over).messages).toHaveLength(2);
  });

  it('on standard error is a log, at a pace', async () => {
    await tool('shout', 1, { args: { count: 500 } }).over;
    await vi.waitFor(() => expect(logs.at(-1)).toBe('450 lines dropped: too many, or too long'), 3_000);
    expect(logs.slice(0, 2)).toEqual(['line 0', 'line 1']);
    expect(logs).toHaveLength(51);
  });
});

describe('a client that does not read', () => {
  const meta = { progressToken: 1 };

  it('gets what was kept for it when it goes on', async () => {
    const slow = tool('steps', 1, { meta, args: { count: 100 } });
    slow.reads = false;
    await heard();
    expect(slow.messages).toHaveLength(1);
    slow.reads = true;
    slow.exchange?.resume();
    await slow.over;
    expect(slow.messages).toHaveLength(101);
    expect(slow.messages.at(-1)).toMatchObject({ id: 1 });
  });

  it('loses its call when too much waits for it, and the others go on', async () => {
    const slow = tool('flood', 1, { meta, args: { count: 3_000 } });
    slow.reads = false;
    expect((await slow.over).error?.message).toMatch(/reads too slowly/);
    expect(slow.messages).toHaveLength(1);
    expect((await heard()).seen).toContain('notifications/cancelled 1');
  });

  it('gets one answer of any size', async () => {
    const slow = tool('flood', 1, { meta, args: { count: 2, size: 2 * 1024 * 1024 } });
    slow.reads = false;
    await heard();
    slow.exchange?.resume();
    expect(slow.error).toBeUndefined();
    expect(slow.messages).toHaveLength(2);
  });
});

describe('a message that is too long to be held', () => {
  it.each(['huge', 'huge-id-first'])('fails its call and no other: %s', async (name) => {
    const { pid } = await heard();
    const [waits, fails] = [tool('never', 2), tool(name, 1)];
    expect((await fails.over).error).toMatchObject({
      reason: 'upstream-invalid',
      message: 'its answer is larger than 16 MiB; ask for less at once',
    });
    expect((await heard()).pid).toBe(pid);
    expect(waits.error).toBeUndefined();
    expect(logs).toEqual(['an answer of more than 16 MiB on standard output was dropped']);
  });

  it('of its own accord is dropped, and a question is answered', async () => {
    const { messages } = await tool('huge-question', 1).over;
    expect(messages).toHaveLength(1);
    expect((await heard()).seen).toContain('answer to q');
    expect(logs).toEqual([
      'a message (sampling/createMessage) of more than 16 MiB on standard output was dropped',
      'a message (notifications/message) of more than 16 MiB on standard output was dropped',
    ]);
  });
});

describe('the process', () => {
  it('is one for all, started when it is needed', async () => {
    const pids = await Promise.all([heard(), heard(), heard()]);
    expect(new Set(pids.map(({ pid }) => pid)).size).toBe(1);
  });

  it('is started again after a crash, when its time has come', async () => {
    const { pid } = await heard();
    const [waits, dies] = [tool('never', 1), tool('exit', 2)];
    for (const { over } of [waits, dies]) {
      expect((await over).error).toMatchObject({ reason: 'upstream-broken', message: 'it exited with code 3' });
    }
    expect(() => tool('seen', 3)).toThrow('it exited with code 3; it may be started again in 0.1 s');
    clock.advance(100);
    expect((await heard()).pid).not.toBe(pid);
    expect(logs).toEqual(['the server that is shared is gone: it exited with code 3']);
  });

  it('shares its pauses with those of sessions', async () => {
    await heard();
    await tool('exit', 2).over;
    expect(() => ask(server, 'initialize', { id: 1, version: '2025-11-25' })).toThrow(/started again in 0\.1 s/);
    clock.advance(100);
    expect((await ask(server, 'initialize', { id: 1, version: '2025-11-25' }).over).status).toBe(200);
  });

  it('that writes a line without end is ended', async () => {
    expect((await tool('no-end', 1).over).error).toMatchObject({
      reason: 'upstream-broken',
      message: 'it wrote a line of more than 16777216 bytes',
    });
  });
});
