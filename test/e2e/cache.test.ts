/** Results that are kept: whose call they answer, what is decided on all the same, and when nobody gets them any more. */
import type { McpServer } from '@modelcontextprotocol/server';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Policy } from '../../core/policy/policy.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, connectV2, textOf } from '../support/clients.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { decidePending } from '../support/held-calls.ts';
import { callTool, legacyHeaders, messagesIn, modernHeaders, modernRequest } from '../support/messages.ts';
import { type PackSpec, policyOf as policyFor } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { bearer, openSession, post } from '../support/session.ts';

const { use } = cleanupAfterEach();
const CLIENTS = { ada: 'token-of-ada', bob: 'token-of-bob' };
type Entry = NonNullable<PackSpec['cache']>[number];
const ENTRY: Entry = { name: 'reads', tools: ['*'], ttl: '5m', clearedBy: ['change'] };
const spec = (entry: Partial<Entry> = {}, more: Partial<PackSpec> = {}): PackSpec => ({
  tools: [{ names: ['*'], effect: 'Allow' }],
  cache: [{ ...ENTRY, ...entry }],
  ...more,
});
const policyOf = (of: PackSpec) => policyFor(of, {});

let server: FixtureServer;
let gate: TestGate;
/** How often each tool was executed. */
let ran: Record<string, number>;
/** What `lookup` waits for before it answers. */
let until: Promise<void>;
let says: string;
beforeEach(async () => {
  [ran, until, says] = [{}, Promise.resolve(), 'fine'];
  server = await use(startFixture(0, { onServer: registerCounted }));
  gate = await use(startGate({ upstream: server.url, policy: policyOf(spec()), clients: CLIENTS }));
});

/** Tools that count. */
function registerCounted(made: McpServer): void {
  const inputSchema = z.looseObject({});
  const counted = (name: string, annotations: object | undefined, isError = false): void => {
    made.registerTool(name, { inputSchema, ...(annotations && { annotations }) }, async () => {
      const count = (ran[name] = (ran[name] ?? 0) + 1);
      if (name === 'lookup') await until;
      return { content: [{ type: 'text', text: `${name} ${count} ${says}` }], isError };
    });
  };
  counted('lookup', { readOnlyHint: true });
  counted('fails', { readOnlyHint: true }, true);
  counted('change', { readOnlyHint: true });
  counted('wipes', { readOnlyHint: true, destructiveHint: true });
  counted('silent', undefined);
}

interface Said {
  readonly text: string;
  readonly ageMs: number | undefined;
}

async function modern(
  method: string,
  params: object,
  name?: string,
  token = CLIENTS.ada,
  more: [string, string][] = [],
) {
  const headers = [...modernHeaders(method, name), bearer(token), ...more];
  const { body } = await rawExchange(gate.port, { headers, body: modernRequest(method, { ...params }) });
  return messagesIn(body).at(-1) as { result: { _meta?: Record<string, { ageMs: number }> } };
}
const list = async (token = CLIENTS.ada) => modern('tools/list', {}, undefined, token);
async function call(
  name = 'lookup',
  args: object = {},
  token = CLIENTS.ada,
  more: [string, string][] = [],
): Promise<Said> {
  const { result } = await modern('tools/call', { name, arguments: args }, name, token, more);
  return { text: textOf(result), ageMs: result._meta?.['sallyport.dev/cache']?.ageMs };
}
const isKept = async (name: string): Promise<boolean> => {
  await call(name);
  return (await call(name)).ageMs !== undefined;
};

/** What the clients of both generations have in common here. */
interface AnyClient {
  listTools(): Promise<unknown>;
  callTool(call: {
    name: string;
    arguments: Record<string, unknown>;
  }): Promise<{ _meta?: Record<string, unknown> | undefined }>;
}

describe('the same call', () => {
  it.each<[what: string, connect: () => Promise<AnyClient>]>([
    ['of the first generation', async () => use(connectV1(gate.url, CLIENTS.ada))],
    ['of the second, with a session', async () => use(connectV2(gate.url, 'legacy', CLIENTS.ada))],
    ['of the second, without', async () => use(connectV2(gate.url, 'modern', CLIENTS.ada))],
  ])('of the official client %s is answered without the server', async (_what, connect) => {
    const client = await connect();
    await client.listTools();
    const first = await client.callTool({ name: 'lookup', arguments: { a: 1, b: 'x' } });
    const again = await client.callTool({ name: 'lookup', arguments: { b: 'x', a: 1 } });
    const other = await client.callTool({ name: 'lookup', arguments: { a: 2, b: 'x' } });
    expect([textOf(first), textOf(again), textOf(other)]).toEqual(['lookup 1 fine', 'lookup 1 fine', 'lookup 2 fine']);
    expect([first._meta?.['sallyport.dev/cache'], again._meta?.['sallyport.dev/cache']]).toEqual([
      undefined,
      { ageMs: expect.any(Number) },
    ]);
    await client.callTool({ name: 'change', arguments: {} });
    expect(textOf(await client.callTool({ name: 'lookup', arguments: { a: 1, b: 'x' } }))).toBe('lookup 3 fine');
  });

  it('is on record and counted, and says that the server was not asked', async () => {
    await list();
    await call();
    await call();
    const [miss, hit] = (await gate.decisions(3)).slice(-2);
    expect(miss).toMatchObject({ outcome: 'answered', decision: { reason: 'forwarded' } });
    expect(miss).not.toHaveProperty('cache');
    expect(hit).toMatchObject({
      outcome: 'answered',
      tool: 'lookup',
      decision: { effect: 'Allow', reason: 'cached', rules: ['finance/rules#tools[0]'] },
      cache: { ageMs: expect.any(Number) },
    });
    expect(hit).not.toHaveProperty('latency.upstreamMs');
    const metrics = await gate.gate.metrics.registry.metrics();
    for (const line of [
      'sallyport_cache_lookups_total{server="finance/ledger",result="hit"} 1',
      'sallyport_cache_lookups_total{server="finance/ledger",result="miss"} 1',
      'sallyport_cache_results{server="finance/ledger"} 1',
    ])
      expect(metrics).toContain(line);
  });

  it('is answered where each call has to be on the disk first, and after a wait', async () => {
    gate.setPolicy(policyOf(spec({}, { audit: { level: 'Required' } })));
    await list();
    expect([(await call()).ageMs, (await call()).text]).toEqual([undefined, 'lookup 1 fine']);
    expect(await gate.decisions(3)).toMatchObject([
      {},
      { intent: expect.any(Number) },
      { intent: expect.any(Number), cache: {} },
    ]);
  });

  it('is answered in a session as well, under its own id', async () => {
    gate.setPolicy(policyOf(spec({ by: 'server' })));
    const session = await openSession(gate, CLIENTS.ada);
    const headers = [...legacyHeaders(session), bearer(CLIENTS.ada)];
    await post(gate, headers, JSON.stringify({ jsonrpc: '2.0', id: 'l', method: 'tools/list' }));
    await post(gate, headers, callTool('lookup'));
    const { body } = await post(gate, headers, callTool('lookup', {}, 'mine'));
    expect(messagesIn(body)).toMatchObject([{ id: 'mine', result: { _meta: { 'sallyport.dev/cache': {} } } }]);
    expect(ran['lookup']).toBe(1);
  });
});

describe('nobody gets what is not theirs', { tags: ['owned-handles'] }, () => {
  it('one caller not what was kept for another', async () => {
    await list();
    await call();
    expect(await call('lookup', {}, CLIENTS.bob)).toEqual({ text: 'lookup 2 fine', ageMs: undefined });
    expect((await call()).text).toBe('lookup 1 fine');
  });

  it('but for what a pack says is the same for everyone', async () => {
    gate.setPolicy(policyOf(spec({ by: 'server' })));
    await list();
    await call();
    expect((await call('lookup', {}, CLIENTS.bob)).text).toBe('lookup 1 fine');
  });

  it('and then nobody chooses by other headers or `_meta` what others get', async () => {
    gate.setPolicy(policyOf(spec({ by: 'server' })));
    await list();
    await call('lookup', {}, CLIENTS.bob, [['X-Tenant', 'mallory']]);
    const _meta = { 'example.com/as': 'mallory' };
    await modern('tools/call', { name: 'lookup', arguments: {}, _meta }, 'lookup', CLIENTS.bob);
    expect(await call()).toEqual({ text: 'lookup 3 fine', ageMs: undefined });
    expect((await call('lookup', {}, CLIENTS.bob, [['X-Request-Id', '1']])).text).toBe('lookup 3 fine');
  });

  it('who may not make the call any more is refused, whatever is kept', async () => {
    gate.setPolicy(policyOf(spec({ by: 'server' })));
    await list();
    await call();
    gate.setPolicy(
      policyOf(spec({ by: 'server' }, { tools: [{ names: ['*'], effect: 'Allow', principals: { names: ['ada'] } }] })),
    );
    await call();
    expect((await call()).ageMs).toBeDefined();
    const refused = await call('lookup', {}, CLIENTS.bob);
    expect(refused.text).toContain('Refused by policy');
    gate.setClients({ bob: CLIENTS.bob });
    const gone = await rawExchange(gate.port, {
      headers: [...modernHeaders('tools/call', 'lookup'), bearer(CLIENTS.ada)],
      body: modernRequest('tools/call', { name: 'lookup', arguments: {} }),
    });
    expect([gone.status, gone.body.includes('lookup 2')]).toEqual([401, false]);
  });

  it('who is not known is not one caller', async () => {
    gate.setPolicy(policyFor(spec(), { anonymous: true }));
    await list('');
    const anonymous = async (): Promise<unknown> => {
      const headers = modernHeaders('tools/call', 'lookup');
      return (
        await rawExchange(gate.port, { headers, body: modernRequest('tools/call', { name: 'lookup', arguments: {} }) })
      ).body;
    };
    await rawExchange(gate.port, { headers: modernHeaders('tools/list'), body: modernRequest('tools/list') });
    await anonymous();
    await anonymous();
    expect(ran['lookup']).toBe(2);
  });
});

describe('a pack decides on what is kept, too', () => {
  it('by its limits', async () => {
    gate.setPolicy(policyOf(spec({}, { limits: { rate: [{ tools: ['lookup'], calls: 2, window: '1m' }] } })));
    await list();
    expect([(await call()).text, (await call()).text]).toEqual(['lookup 1 fine', 'lookup 1 fine']);
    expect((await call()).text).toMatch(/^Refused by policy: .* after 2 calls/);
  });

  it('by a halt', async () => {
    await list();
    await call();
    gate.setPolicy(policyOf(spec({}, { halt: { reason: 'incident 4711', by: 'carol' } })));
    expect(JSON.stringify(await modern('tools/call', { name: 'lookup', arguments: {} }, 'lookup'))).toContain(
      'carol has halted everything here',
    );
    gate.setPolicy(policyOf(spec({}, { halt: { reason: 'incident 4711', tools: ['lookup'] } })));
    expect((await call()).text).toContain('incident 4711');
    expect(ran['lookup']).toBe(1);
  });
});

describe('what is kept is looked at again', () => {
  const found = {
    dlp: [{ name: 'no-keys', detect: ['secrets' as const], in: ['results' as const], effect: 'Redact' as const }],
  };
  beforeEach(() => {
    says = ['AKIA', 'QQ4XWZ7T2N5L3KPM'].join('');
  });

  it('each time that it is given, and on record each time', async () => {
    gate.setPolicy(policyOf(spec({}, found)));
    await list();
    for (const ageMs of [undefined, expect.any(Number)]) {
      const said = await call();
      expect(said).toEqual({ text: expect.stringContaining('lookup 1 [redacted'), ageMs });
    }
    const records = (await gate.decisions(3)).slice(-2);
    for (const { decision } of records)
      expect(decision).toMatchObject({ answer: { rules: ['finance/rules#no-keys'] } });
  });

  it('under new rules, by which the server is asked again', async () => {
    await list();
    await call();
    gate.setPolicy(policyOf(spec({}, found)));
    const said = await call();
    expect(said).toEqual({ text: expect.stringContaining('lookup 2 [redacted'), ageMs: undefined });
  });
});

describe('nothing is kept', () => {
  it.each([
    ['that is an error', 'fails', {}, false],
    ['that says it destroys', 'wipes', {}, false],
    ['that does not say that it reads', 'silent', {}, false],
    ['but for one whose name is trusted', 'silent', { trustNames: true }, true],
    ['that says it destroys, though its name is trusted', 'wipes', { trustNames: true }, false],
    ['of a tool that clears', 'change', { trustNames: true }, false],
  ])('%s', async (_what, name, entry, expected) => {
    gate.setPolicy(policyOf(spec(entry)));
    await list();
    expect(await isKept(name)).toBe(expected);
  });

  it('of a tool that nobody has listed', async () => {
    expect([await isKept('lookup'), ran['lookup']]).toEqual([false, 2]);
  });

  it('with progress, which would be missing', async () => {
    gate.setPolicy(policyOf(spec({ trustNames: true })));
    await list();
    for (const progressToken of [1, 2])
      await modern('tools/call', { name: 'steps', arguments: { steps: 1 }, _meta: { progressToken } }, 'steps');
    expect(server.executed).toEqual(['steps', 'steps']);
  });

  it('that a person was asked about', async () => {
    const held = { names: ['lookup'], effect: 'RequireApproval' as const, approval: { hold: '20s' } };
    gate.setPolicy(policyOf(spec({}, { tools: [{ names: ['*'], effect: 'Allow' }, held] })));
    await list();
    for (const count of [1, 2]) {
      const answer = call();
      await decidePending(gate, 'Approved');
      expect((await answer).text).toBe(`lookup ${count} fine`);
    }
  });

  it('of what asks for another thing than a result', async () => {
    await list();
    for (const _ of [1, 2])
      await modern('tools/call', { name: 'lookup', arguments: {}, task: { ttl: 1000 } }, 'lookup');
    expect(await call()).toMatchObject({ ageMs: undefined });
  });

  it('by a pack in shadow, which counts what it would have answered', async () => {
    const { bundle, revision } = policyOf(spec());
    const [said, ...none] = bundle.packs;
    if (said === undefined || none.length > 0) expect.fail('one pack');
    const { cache = [], ...acting } = said;
    const shadow = { ...acting, ref: 'finance/shadow', mode: 'Shadow' as const, rules: [], cache };
    gate.setPolicy(new Policy({ ...bundle, packs: [acting, shadow] }, `${revision}-in-shadow`));
    await list();
    expect(await isKept('lookup')).toBe(false);
    expect(await gate.gate.metrics.registry.metrics()).toContain('result="would-hit"} 1');
    expect(gate.gate.results.store.bytes).toBeLessThan(2_000);
  });
});

describe('what is kept is let go', () => {
  it('by a call that changes it, also where that was under way before it was read', async () => {
    await list();
    await call();
    await call('change');
    expect((await call()).text).toBe('lookup 2 fine');
    let go = (): void => {};
    until = new Promise((resolve) => {
      go = resolve;
    });
    const read = call('lookup', { a: 1 });
    await expect.poll(() => ran['lookup']).toBe(3);
    await call('change');
    go();
    expect((await read).text).toBe('lookup 3 fine');
    expect((await call('lookup', { a: 1 })).text).toBe('lookup 4 fine');
  });

  it('when the server says that its tools have changed', async () => {
    const client = await use(connectV2(gate.url, 'modern', CLIENTS.ada));
    await client.listTools();
    await client.callTool({ name: 'lookup', arguments: {} });
    expect(gate.gate.results.store.size).toBe(1);
    const headers = [...modernHeaders('subscriptions/listen'), bearer(CLIENTS.ada)];
    const body = modernRequest('subscriptions/listen', { notifications: { toolsListChanged: true } });
    void rawExchange(gate.port, { headers, body }).catch(() => {});
    await expect.poll(() => (server.toolsChanged(), gate.gate.results.store.size)).toBe(0);
  });
});
