/** 2026-07-28 through the gate, with the official client and server of that era. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterAll, cleanupAfterEach } from '../support/cleanup.ts';
import { connectV2, textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { MODERN, messagesIn, modernHeaders, modernRequest } from '../support/messages.ts';
import { type PackSpec, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';

const all = cleanupAfterAll();
const each = cleanupAfterEach();
let fixture: FixtureServer;
let gate: TestGate;
beforeAll(async () => {
  fixture = await all.use(startFixture());
  gate = await all.use(startGate({ upstream: fixture.url }));
});

const RULES: PackSpec = {
  tools: [
    { names: ['echo', 'steps', 'slow'], effect: 'Allow' },
    { names: ['read_file'], effect: 'Allow', arguments: { path: { type: 'path', roots: ['/data'] } } },
  ],
  resources: [{ uris: ['file:///data/**'], effect: 'Allow' }],
  prompts: [{ names: ['greet'], effect: 'Allow' }],
};
beforeEach(() => gate.setPolicy(policyOf(RULES)));

async function send(method: string, params: Record<string, unknown>, name?: string): Promise<unknown> {
  const { body } = await rawExchange(gate.port, {
    headers: modernHeaders(method, name),
    body: modernRequest(method, params),
  });
  return messagesIn(body).at(-1);
}

describe.each([
  ['SDK v2 pinned to 2026-07-28', 'modern'],
  ['SDK v2 left to find out', 'auto'],
] as const)('%s', (_name, negotiation) => {
  it('discovers the server and speaks the newest revision to it', async () => {
    const client = await each.use(connectV2(gate.url, negotiation));
    expect(client.getNegotiatedProtocolVersion()).toBe(MODERN);
    expect(client.getServerVersion()).toMatchObject({ name: 'fixture' });
  });

  it('lists, calls, reads and gets what it may', async () => {
    const client = await each.use(connectV2(gate.url, negotiation));
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual(['echo', 'read_file', 'slow', 'steps']);
    expect(textOf(await client.callTool({ name: 'echo', arguments: { a: 1 } }))).toBe('echo {"a":1}');
    const { contents } = await client.readResource({ uri: 'file:///data/report.txt' });
    expect(contents).toMatchObject([{ text: 'contents of file:///data/report.txt' }]);
    expect((await client.getPrompt({ name: 'greet' })).messages).toHaveLength(1);
  });

  it('reads why it is refused', async () => {
    const client = await each.use(connectV2(gate.url, negotiation));
    const result = await client.callTool({ name: 'danger', arguments: {} });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/no rule allows tool "danger" for anonymous callers\. Do not retry/);
    await expect(client.getPrompt({ name: 'leak' })).rejects.toThrow(/no rule allows prompt "leak"/);
    await expect(client.readResource({ uri: 'file:///secret/key.pem' })).rejects.toThrow(/no rule allows resource/);
    expect(fixture.executed).not.toContain('danger');
    expect(fixture.executed).not.toContain('leak');
  });

  it('is told which argument breaks a rule, under any spelling of its name', async () => {
    const client = await each.use(connectV2(gate.url, negotiation));
    const executed = fixture.executed.length;
    // As it was sent, so that whoever sent it finds it.
    for (const [args, named] of [
      [{ path: '/etc/passwd' }, 'path'],
      [{ PATH: '/etc/passwd' }, 'PATH'],
      [{ path: ['/data/a', '/etc/passwd'] }, '/path/1'],
      [{ path: '/data/../etc' }, 'path'],
    ] as const) {
      const result = await client.callTool({ name: 'read_file', arguments: args });
      expect(textOf(result)).toContain(`Refused by policy: tool "read_file", argument "${named}": `);
    }
    expect(fixture.executed).toHaveLength(executed);
    expect(textOf(await client.callTool({ name: 'read_file', arguments: { path: '/data/a' } }))).toContain('/data/a');
  });

  it('hears of progress', async () => {
    const client = await each.use(connectV2(gate.url, negotiation));
    const heard: number[] = [];
    await client.callTool(
      { name: 'steps', arguments: { steps: 3 } },
      { onprogress: ({ progress }) => void heard.push(progress) },
    );
    expect(heard).toEqual([0, 1, 2, 3]);
  });
});

describe('answers on the wire', () => {
  it.each([
    ['tools/list', 'tools'],
    ['prompts/list', 'prompts'],
    ['resources/list', 'resources'],
    ['resources/templates/list', 'resourceTemplates'],
  ])('%s is private to its reader and soon out of date', async (method, items) => {
    const message = await send(method, {});
    expect(message).toMatchObject({
      result: { cacheScope: 'private', resultType: 'complete', [items]: expect.any(Array) },
    });
    const { ttlMs } = (message as { result: { ttlMs: number } }).result;
    expect(ttlMs).toBeLessThanOrEqual(30_000);
  });

  it('a refusal is a complete result', async () => {
    expect(await send('tools/call', { name: 'danger', arguments: {} }, 'danger')).toMatchObject({
      id: 1,
      result: { resultType: 'complete', isError: true, _meta: { 'sallyport.dev/refusal': { reason: 'denied' } } },
    });
  });

  it('a refused prompt is an error outside the reserved range', async () => {
    expect(await send('prompts/get', { name: 'leak' }, 'leak')).toMatchObject({ id: 1, error: { code: -31001 } });
  });

  it('server/discover passes as it is', async () => {
    expect(await send('server/discover', {})).toMatchObject({ result: { supportedVersions: [MODERN] } });
  });

  it.each(['GET', 'DELETE'])('%s is answered by the server, which has no such thing: 405', async (method) => {
    const headers: [string, string][] = [
      ['Accept', 'text/event-stream'],
      ['MCP-Protocol-Version', MODERN],
    ];
    const { status } = await rawExchange(gate.port, { method, headers });
    expect([400, 405]).toContain(status);
  });
});

describe('subscriptions/listen', () => {
  it('carries changes, and its end reaches the server', async () => {
    const client = await each.use(connectV2(gate.url, 'modern'));
    const changes: string[] = [];
    client.setNotificationHandler('notifications/tools/list_changed', () => void changes.push('tools'));
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => void changes.push(params.uri));
    const filter = { toolsListChanged: true, resourceSubscriptions: ['file:///data/report.txt'] };
    const subscription = await client.listen(filter);
    expect(subscription.honoredFilter).toMatchObject({ toolsListChanged: true });
    fixture.toolsChanged();
    fixture.resourceUpdated('file:///data/report.txt');
    await eventually('both changes', () => changes.length === 2);
    await subscription.close();
  });

  it('is decided on for every resource it names', async () => {
    const seenBefore = fixture.seen.length;
    const uris = ['file:///data/report.txt', 'file:///secret/key.pem'];
    const message = await send('subscriptions/listen', { notifications: { resourceSubscriptions: uris } });
    expect(message).toMatchObject({ error: { code: -31001, message: expect.stringContaining('key.pem') } });
    expect(fixture.seen).toHaveLength(seenBefore);
  });
});
