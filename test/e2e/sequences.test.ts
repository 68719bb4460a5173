/** What comes before decides on every way in: export then delete, drafts that are confirmed, and what a person reads of the earlier call. */
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import type { McpServer } from '@modelcontextprotocol/server';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, connectV2, textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { startEverything } from '../support/everything.ts';
import { startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { decidePending, pendingApproval } from '../support/held-calls.ts';
import { JSON_HEADERS, callTool, request } from '../support/messages.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { hopsOf, startGates } from '../support/replicas.ts';
import { startWrapped } from '../support/wrapped.ts';

const { defer, use } = cleanupAfterEach();
type Sequence = NonNullable<PackSpec['sequences']>[number];

const TOKENS = { ada: 'token-of-ada', bob: 'token-of-bob' };
const BARRIER: Sequence = {
  ...{ name: 'export-then-delete', within: '24h' },
  ...{ after: { labels: ['export'] }, forbid: { labels: ['destructive'] } },
};
const CONFIRM: Sequence = {
  ...{ name: 'look-first', within: '10m', uses: 1 },
  ...{ require: { tools: ['create_draft'] }, before: { tools: ['send_draft'] } },
  match: { argument: 'id', equals: { result: '/id' } },
};

function rules(...sequences: Sequence[]): PackSpec {
  return { ...ALLOW_ALL, labels: { export: ['export_*'], destructive: ['delete_*'] }, sequences };
}

let done: string[];
let gate: TestGate;
const anything = z.looseObject({});

function onServer(server: McpServer): void {
  for (const name of ['export_rows', 'delete_rows', 'send_draft', 'fails']) {
    server.registerTool(name, { inputSchema: anything }, () => {
      done.push(name);
      return { content: [{ type: 'text', text: `done: ${name}` }], isError: name === 'fails' };
    });
  }
  server.registerTool('create_draft', { inputSchema: anything, outputSchema: z.looseObject({}) }, () => {
    const id = `draft-${done.push('create_draft')}`;
    return { content: [{ type: 'text', text: id }], structuredContent: { id } };
  });
}

beforeEach(async () => {
  done = [];
  const fixture = await use(startFixture(0, { onServer }));
  gate = await use(startGate({ upstream: fixture.url, policy: policyOf(rules(BARRIER, CONFIRM)), clients: TOKENS }));
});

const GENERATIONS = {
  'a client of 2025-11-25': connectV1,
  'a client of 2026-07-28': (url: string, token: string) => connectV2(url, 'modern', token),
  'a client that has agreed on a session': (url: string, token: string) => connectV2(url, 'legacy', token),
};
const CLIENTS = Object.keys(GENERATIONS) as (keyof typeof GENERATIONS)[];

type Call = (name: string, args?: Record<string, unknown>) => Promise<string>;

async function connect(by: keyof typeof GENERATIONS, token = TOKENS.ada): Promise<Call> {
  const client = await GENERATIONS[by](gate.url, token);
  defer(() => client.close());
  return async (name, args = {}) => textOf(await client.callTool({ name, arguments: args }));
}

describe.each(CLIENTS)('%s', { tags: ['sequences'] }, (by) => {
  it('exports, and then deletes nothing, in whatever session; another caller does', async () => {
    const ada = await connect(by);
    expect(await ada('delete_rows')).toBe('done: delete_rows');
    expect(await ada('export_rows')).toBe('done: export_rows');
    const stopped =
      /^Refused by policy: tool "delete_rows", since tool "export_rows" was called (just now|\d seconds? ago) \(.*, trace [0-9a-f]{32}\), which this must not follow within a day\. It may be called again .* Rule: finance\/rules#export-then-delete\.$/;
    expect(await ada('delete_rows')).toMatch(stopped);
    expect(await (await connect(by))('delete_rows')).toMatch(stopped);
    expect(await (await connect(by, TOKENS.bob))('delete_rows')).toBe('done: delete_rows');
    expect(done).toEqual(['delete_rows', 'export_rows', 'delete_rows']);
    const refused = await eventually('both on record', async () => {
      const lines = await gate.decisions(1);
      const denied = lines.filter(({ decision }) => decision.effect === 'Deny');
      return denied.length < 2 ? undefined : denied;
    });
    const rule = ['finance/rules#export-then-delete'];
    expect(refused.map(({ decision }) => decision.rules)).toEqual([rule, rule]);
  });

  it('sends the draft that it has made, once, and no other', async () => {
    const ada = await connect(by);
    expect(await ada('send_draft', { id: 'draft-1' })).toContain('Rule: finance/rules#look-first.');
    expect(await ada('create_draft')).toBe('draft-1');
    expect(await ada('send_draft', { id: 'draft-2' })).toContain('Rule: finance/rules#look-first.');
    expect(await (await connect(by, TOKENS.bob))('send_draft', { id: 'draft-1' })).toContain('Refused');
    expect(await ada('send_draft', { id: 'draft-1' })).toBe('done: send_draft');
    expect(await ada('send_draft', { id: 'draft-1' })).toContain('Rule: finance/rules#look-first.');
    expect(done).toEqual(['create_draft', 'send_draft']);
  });

  it('waits for a person, who reads which call came before', async () => {
    const approval = { hold: '0s' } as const;
    const reason = 'what is gone after an export is not looked at again';
    gate.setPolicy(policyOf(rules({ ...BARRIER, effect: 'RequireApproval', approval, reason })));
    const ada = await connect(by);
    await ada('export_rows');
    expect(await ada('delete_rows', { table: 'a' })).toContain('waits for a person');
    const { subject } = await pendingApproval(gate);
    expect(subject.reason).toMatch(
      /since tool "export_rows" was called (just now|\d seconds? ago) \(.*, trace [0-9a-f]{32}\)/,
    );
    expect(subject.reason).toContain(reason);
    expect(subject.rules).toEqual(['finance/rules#export-then-delete']);
    await decidePending(gate, 'Approved');
    expect(await ada('delete_rows', { table: 'a' })).toBe('done: delete_rows');
    expect(done).toEqual(['export_rows', 'delete_rows']);
  });
});

describe('a rule', { tags: ['sequences'] }, () => {
  it('by session looks at one session alone', async () => {
    gate.setPolicy(policyOf(rules({ ...BARRIER, per: 'session' })));
    const [one, two] = [await connect('a client of 2025-11-25'), await connect('a client of 2025-11-25')];
    await one('export_rows');
    expect(await two('delete_rows')).toBe('done: delete_rows');
    expect(await one('delete_rows')).toContain('Refused');
  });

  it('by session looks at all calls of a caller where there are no sessions', async () => {
    gate.setPolicy(policyOf(rules({ ...BARRIER, per: 'session' })));
    await (
      await connect('a client of 2026-07-28')
    )('export_rows');
    expect(await (await connect('a client of 2026-07-28'))('delete_rows')).toContain('Refused');
  });

  it('in shadow stops nothing, and has on record what it would have done', async () => {
    gate.setPolicy(policyOf(rules({ ...BARRIER, mode: 'Shadow' })));
    const ada = await connect('a client of 2026-07-28');
    await ada('export_rows');
    expect(await ada('delete_rows')).toBe('done: delete_rows');
    const second = await eventually('what would have been', async () =>
      (await gate.decisions(1)).find(({ decision }) => 'wouldEffect' in decision),
    );
    expect(second).toMatchObject({
      tool: 'delete_rows',
      decision: { effect: 'Allow', wouldEffect: 'Deny', wouldRules: ['finance/rules#export-then-delete'] },
    });
  });

  it('of an order is kept by what succeeds, and a count by what is sent', async () => {
    const order: Sequence = { order: ['create_draft', 'fails', 'send_draft'], within: '1h' };
    const count: Sequence = { count: { of: { tools: ['export_*'] }, moreThan: 2, within: '1h' } };
    gate.setPolicy(policyOf(rules(order, count)));
    const ada = await connect('a client of 2025-11-25');
    for (const tool of ['create_draft', 'fails']) expect(await ada(tool)).not.toContain('Refused');
    expect(await ada('send_draft')).toContain('Refused');
    const exported = [await ada('export_rows'), await ada('export_rows'), await ada('export_rows')];
    expect(exported.map((said) => said.includes('Refused'))).toEqual([false, false, true]);
  });

  it('counts the messages of a list in their order', async () => {
    const handshake = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const fixture = await use(startFixture(0, { onServer }));
    const open = await use(startGate({ upstream: fixture.url, policy: policyOf(rules(BARRIER)) }));
    const opened = await rawExchange(open.port, { headers: JSON_HEADERS, body: request('initialize', handshake) });
    const id = opened.headers['mcp-session-id'] ?? expect.fail('no session');
    const headers = [...JSON_HEADERS, ['Mcp-Session-Id', id]] as const;
    const list = `[${callTool('export_rows', {}, 1)},${callTool('delete_rows', {}, 2)}]`;
    const { body } = await rawExchange(open.port, { headers, body: list });
    expect(body.match(/Refused by policy/g)).toHaveLength(1);
    expect(done).toEqual(['export_rows']);
    const later = await rawExchange(open.port, { headers, body: `[${callTool('delete_rows', {}, 3)}]` });
    expect(later.body).toContain('Refused by policy');
  });
});

describe('on other ways in', { tags: ['sequences'] }, () => {
  const ONCE: Sequence = { name: 'once', after: { tools: ['echo'] }, forbid: { tools: ['echo'] }, within: '1h' };

  it('over HTTP+SSE', async () => {
    const { url } = await use(startEverything('sse'));
    const other = await use(startGate({ upstream: url, policy: policyOf(rules(ONCE)) }));
    const client = new OlderClient({ name: 'e2e', version: '1' });
    await client.connect(new SSEClientTransport(new URL(other.url)));
    defer(() => client.close());
    const say = async () => textOf(await client.callTool({ name: 'echo', arguments: { message: 'hi' } }));
    expect([await say(), await say()]).toEqual(['Echo: hi', expect.stringContaining('Rule: finance/rules#once.')]);
  });

  it('over stdio', async () => {
    const { client } = await use(startWrapped(rules(ONCE)));
    const say = async () => textOf(await client.callTool({ name: 'echo', arguments: {} }));
    expect([await say(), await say()]).toEqual(['echo {}', expect.stringContaining('Rule: default/rules#once.')]);
  });

  it('over a replica that hands calls on', async () => {
    const { url, gates } = await use(startGates(2, startFixture, rules(ONCE)));
    const client = await use(connectV1(url));
    const said: string[] = [];
    for (let i = 0; i < 4; i++) said.push(textOf(await client.callTool({ name: 'echo', arguments: {} })));
    expect(said.filter((one) => one === 'echo {}')).toHaveLength(1);
    expect((await hopsOf(gates))['answered']).toBeGreaterThan(0);
  });
});
