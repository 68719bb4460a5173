/** The far end is a process that writes down what it is told; what it says back, the test says in its place. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Message, MessageId } from '../../../core/mcp/message.ts';
import { Taken } from '../../testing/stdio-exchange.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { upstreamRequest } from '../../testing/upstream-request.ts';
import type { UpstreamRequest } from '../request.ts';
import { StdioPeer } from './peer.ts';

let peer: StdioPeer;
let toldFile = '';
let logs: string[];
let strays: number;
let gone: string[];
beforeEach(() => {
  toldFile = join(temporaryFolder(), 'told');
  logs = [];
  strays = 0;
  gone = [];
  const opened = new StdioPeer({
    command: { command: ['sh', '-c', 'exec cat > "$TOLD"'], env: { TOLD: toldFile }, cwd: undefined },
    headers: { 'mcp-session-id': 's' },
    onLog: (line) => logs.push(line),
    onStray: () => strays++,
    onGone: (why) => gone.push(why),
  });
  onTestFinished(() => opened.stop());
  peer = opened;
});

function send(message: Message, about: Partial<UpstreamRequest> = {}): Taken {
  const taken = new Taken();
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message, kind: undefined }));
  taken.exchange = peer.send(upstreamRequest({ message, body, ...about }), taken);
  return taken;
}
const call = (id: MessageId, params = {}, about?: Partial<UpstreamRequest>): Taken =>
  send({ kind: 'request', id, method: 'tools/call', params }, about);
const notify = (method: string, params = {}): Taken => send({ kind: 'notification', method, params });
const says = (message: object): void => peer.onLine(Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message })));
function listen(): Taken {
  const taken = new Taken();
  taken.exchange = peer.listen(taken);
  return taken;
}

/** Everything that the server was told, once it has ended. */
async function told(): Promise<Record<string, unknown>[]> {
  await peer.stop();
  return readFileSync(toldFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a call', () => {
  test('is answered by what has its id, as an event of its session', () => {
    const [one, two] = [call(1), call('b')];
    says({ id: 'b', result: { x: 1 } });
    expect([two.status, two.session, two.messages]).toEqual([
      200,
      's',
      [{ jsonrpc: '2.0', id: 'b', result: { x: 1 } }],
    ]);
    expect(one.status).toBe(0);
    expect(peer.busy).toBe(true);
    says({ id: 1, error: { code: 1, message: 'no' } });
    expect(one.messages).toMatchObject([{ id: 1, error: { code: 1 } }]);
    expect(peer.busy).toBe(false);
  });

  test('gets the id of its own where an error has none', () => {
    const one = call(1);
    says({ id: null, error: { code: -32_700, message: 'what?' } });
    expect(one.messages).toMatchObject([{ id: 1, error: { code: -32_700 } }]);
  });

  test('is refused while another of its id is open', async () => {
    call(1);
    const again = call(1);
    await again.over;
    expect(again.messages).toMatchObject([
      { id: 1, error: { message: expect.stringContaining('not answered yet') as string } },
    ]);
    says({ id: 1, result: {} });
    expect(await told()).toHaveLength(1);
  });

  test('is told to be given up, and what still comes for it goes to nobody', async () => {
    const one = call(1);
    one.exchange?.abort();
    one.exchange?.abort();
    says({ id: 1, result: {} });
    expect(one.status).toBe(0);
    expect(await told()).toMatchObject([{ id: 1 }, { method: 'notifications/cancelled', params: { requestId: 1 } }]);
  });

  test('that its client takes back is over, under exactly its id', async () => {
    const one = call(1);
    notify('notifications/cancelled', { requestId: '1' });
    notify('notifications/cancelled', {});
    expect(one.error).toBeUndefined();
    notify('notifications/cancelled', { requestId: 1 });
    expect((await one.over).error).toMatchObject({ reason: 'upstream-broken' });
  });

  test('fails with an answer that can be read in two ways, and no other call does', async () => {
    const [one, two] = [call(1), call(2)];
    peer.onLine(Buffer.from('{"jsonrpc":"2.0","id":1,"result":{"a":1},"result":{"a":2}}'));
    expect((await one.over).error?.message).toContain('cannot be read in one way only');
    expect([two.status, two.error, strays]).toEqual([0, undefined, 0]);
  });

  test('fails with an answer that is too long, and says what to do', async () => {
    const one = call(1);
    peer.onOverlong({ kind: 'answer', id: 1 }, false);
    expect((await one.over).error?.message).toContain('larger than 16 MiB');
  });

  test('fails when the process ends, and so does the next', async () => {
    const one = call(1);
    const stream = listen();
    await peer.stop();
    expect((await one.over).error).toMatchObject({ reason: 'upstream-broken' });
    expect((await stream.over).error).toBeUndefined();
    expect(gone).toHaveLength(1);
    expect(() => call(2)).toThrow('its process has ended');
  });

  test('without a body is nothing to send', () => {
    expect(() => peer.send(upstreamRequest(), new Taken())).toThrow('there is nothing to send');
    expect(peer.busy).toBe(false);
  });
});

test('what is no call is accepted at once', async () => {
  const taken = notify('notifications/roots/list_changed');
  expect([taken.status, taken.session]).toEqual([202, 's']);
  expect(await told()).toMatchObject([{ method: 'notifications/roots/list_changed' }]);
});

describe('what a server says of its own accord', () => {
  const note = { method: 'notifications/message', params: { data: 'x' } };

  test('goes to the stream, where there is one', () => {
    const [one, stream] = [call(1), listen()];
    says(note);
    expect([stream.messages.length, one.status]).toEqual([1, 0]);
  });

  test('goes to the newest call whose client reads, where there is none', () => {
    const [one, two, deaf] = [call(1), call(2), call(3, {}, { takesMore: false })];
    says(note);
    expect([one.status, two.messages.length, deaf.status]).toEqual([0, 1, 0]);
  });

  test('waits for the next stream, where nobody reads', () => {
    says(note);
    expect(listen().messages).toMatchObject([note]);
  });

  test('waits for the next call, where that comes first', () => {
    says(note);
    expect(call(1).messages).toMatchObject([note]);
  });

  test('is not for a client that is not initialised', () => {
    const first = send({ kind: 'request', id: 0, method: 'initialize', params: {} });
    says(note);
    expect(first.status).toBe(0);
    says({ id: 0, result: {} });
    expect(first.messages).toMatchObject([{ id: 0 }]);
    expect(listen().messages).toMatchObject([note]);
  });

  test('of progress goes to its call alone, and of a call that is over to no other', () => {
    const [one, two, stream] = [call(1, { _meta: { progressToken: 'p' } }), call(2), listen()];
    stream.exchange?.abort();
    says({ method: 'notifications/progress', params: { progressToken: 'p', progress: 1 } });
    says({ method: 'notifications/progress', params: { progressToken: 'q', progress: 1 } });
    expect([one.messages.length, two.status]).toEqual([1, 0]);
  });

  test('of a subscription goes to it, and its end ends it', async () => {
    const subscription = send({ kind: 'request', id: 5, method: 'subscriptions/listen', params: {} });
    const meta = { _meta: { 'io.modelcontextprotocol/subscriptionId': 5 } };
    says({ method: 'notifications/tools/list_changed', params: meta });
    says({ method: 'notifications/cancelled', params: { requestId: 5 } });
    await subscription.over;
    expect(subscription.messages).toMatchObject([
      { method: 'notifications/tools/list_changed' },
      { id: 5, result: { resultType: 'complete' } },
    ]);
  });

  test('that is too long is answered in place of its client', async () => {
    peer.onOverlong({ kind: 'request', id: 'q', method: 'roots/list' }, true);
    expect(await told()).toMatchObject([
      { id: 'q', error: { message: expect.stringContaining('Too many large') as string } },
    ]);
  });

  test('and is no message is skipped, counted and shown', async () => {
    peer.onLine(Buffer.from('Listening on 8080'));
    expect(strays).toBe(1);
    await vi.waitFor(() => expect(logs.join()).toContain('Listening on 8080'));
  });
});

test('a second stream takes the place of the first', async () => {
  const [first, second] = [listen(), listen()];
  await first.over;
  says({ method: 'notifications/message', params: {} });
  expect([first.messages.length, second.messages.length]).toEqual([0, 1]);
  first.exchange?.abort();
  says({ method: 'notifications/message', params: {} });
  expect(second.messages).toHaveLength(2);
});
