/** What calls cost is taken from budgets on every way in: exactly as much as there is, also of clients that call at once. */
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, textOf } from '../support/clients.ts';
import { startEverything } from '../support/everything.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { Answer, decidePending, pendingApproval } from '../support/held-calls.ts';
import { JSON_HEADERS, callTool, legacyHeaders, modernHeaders, modernRequest, request } from '../support/messages.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { hopsOf, startGates } from '../support/replicas.ts';
import { bearer, openSession, post } from '../support/session.ts';
import { startWrapped } from '../support/wrapped.ts';

const { defer, use } = cleanupAfterEach();

type Budget = NonNullable<NonNullable<PackSpec['limits']>['budget']>[number];
const DAY: Budget = { name: 'day', credits: 2, window: '24h' };
const SPENT = 'the 2 credits of a day for each principal are used up';

function withBudget(budget: Budget): PackSpec {
  return { ...ALLOW_ALL, limits: { budget: [budget] } };
}

describe('over HTTP', { tags: ['budgets'] }, () => {
  let fixture: FixtureServer;
  let gate: TestGate;
  const clients = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`agent-${i}`, `token-of-agent-${i}`]));
  beforeEach(async () => {
    fixture = await use(startFixture());
    gate = await use(startGate({ upstream: fixture.url, policy: policyOf(withBudget(DAY)), clients }));
  });

  const call = async (args: object = {}, token?: string, name = 'echo'): Promise<RawResponse> => {
    const body = modernRequest('tools/call', { name, arguments: args });
    const headers = modernHeaders('tools/call', name);
    return rawExchange(gate.port, { headers: token === undefined ? headers : [...headers, bearer(token)], body });
  };
  const credits = async (): Promise<string> =>
    /sallyport_credits_total\{.*\} (.*)/.exec(await gate.gate.metrics.registry.metrics())?.[1] ?? '';

  it('a hundred credits let exactly a hundred calls of eight clients through', async () => {
    gate.setPolicy(policyOf(withBudget({ ...DAY, credits: 100, per: ['server'], warnAt: [80] })));
    const tokens = Object.values(clients).flatMap((token) => Array.from({ length: 20 }, () => token));
    const answers = await Promise.all(tokens.map(async (token, i) => call({ i }, token)));
    const refused = answers.filter(({ body }) => body.includes('are used up'));
    expect([fixture.executed.length, refused.length]).toEqual([100, 60]);
    const lines = await gate.decisions(160);
    const costs = lines.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
    expect(costs).toHaveLength(100);
    expect(costs.filter(({ reached }) => reached !== undefined)).toEqual([
      { budget: 'finance/rules#day', credits: 1, reached: [{ budget: 'finance/rules#day', percent: 80 }] },
    ]);
    expect(await credits()).toBe('100');
  });

  it('a caller reads what is used up and when it comes back, and programs the same', async () => {
    expect((await call()).headers['ratelimit']).toMatch(/^"finance\/rules#day";r=1;t=/);
    await call();
    const { body, headers } = await call();
    expect(body).toContain(SPENT);
    expect(body).toMatch(/There is room for it again in 2[4-6] hours, at 20/);
    expect(body).toContain('"reason":"limited"');
    expect(headers['ratelimit-policy']).toBe('"finance/rules#day";q=2;qu="credits";w=86400');
    expect(Number(headers['retry-after'])).toBeGreaterThan(86_000);
    expect((await gate.decisions(3))[2]?.decision).toMatchObject({ reason: 'limited', rules: ['finance/rules#day'] });
  });

  it('arguments say what a call costs; where they do not, it is refused and costs nothing', async () => {
    const costs: Budget['costs'] = [{ tools: ['echo'], cost: 'arguments.pages * 2' }];
    const price = { amount: '0.05', currency: 'EUR' };
    gate.setPolicy(policyOf(withBudget({ ...DAY, credits: 10, costs, price })));
    expect((await call()).body).toContain('it cannot be told what it costs: argument \\"pages\\": It is missing.');
    expect((await call({ pages: -1 })).body).toContain('nothing below 0 can be counted');
    expect((await call({ pages: 6 })).body).toContain('more than the 10 credits');
    expect((await call({ pages: 4 })).body).not.toContain('Refused');
    expect((await call({ pages: 2 })).body).toContain('which costs 4 credits, and 2 of the 10 credits');
    const lines = await gate.decisions(5);
    expect(lines.map(({ cost }) => cost)).toEqual([
      ...[undefined, undefined, undefined],
      { amount: '0.4', budget: 'finance/rules#day', credits: 8, currency: 'EUR' },
      undefined,
    ]);
  });

  it('the size of a result costs too, once it is there', async () => {
    gate.setPolicy(policyOf(withBudget({ ...DAY, costs: [{ tools: ['*'], credits: 0.5, perKiB: 1 }] })));
    expect((await call({ text: 'x'.repeat(4096) })).body).not.toContain('Refused');
    expect((await call()).body).toContain(SPENT);
    const [first] = await gate.decisions(2);
    expect(first?.cost?.credits).toBeGreaterThan(4.5);
    expect(first?.cost?.credits).toBeLessThan(6);
  });

  it('what goes beyond it is held for a person where it says so, and counts once it is approved', async () => {
    gate.setPolicy(policyOf(withBudget({ ...DAY, effect: 'RequireApproval' })));
    await call();
    await call();
    const held = call({ third: 1 }).then((response) => new Answer(response));
    const { subject } = await pendingApproval(gate);
    expect(subject.rules).toEqual(['finance/rules#day']);
    expect(subject.reason).toContain(SPENT);
    await decidePending(gate, 'Approved');
    expect((await held).text).toBe('echo {"third":1}');
    expect(fixture.executed).toHaveLength(3);
    expect(await credits()).toBe('3');
  });

  it('a session counts too, and the messages of a list one by one', async () => {
    const session = await openSession(gate);
    expect((await post(gate, legacyHeaders(session), callTool('echo'))).body).not.toContain('Refused');
    const handshake = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const opened = await rawExchange(gate.port, { headers: JSON_HEADERS, body: request('initialize', handshake) });
    const id = opened.headers['mcp-session-id'] ?? expect.fail('no session');
    const body = `[${callTool('echo', {}, 1)},${callTool('echo', {}, 2)},${request('tools/list', {}, 3)}]`;
    const answer = await rawExchange(gate.port, { headers: [...JSON_HEADERS, ['Mcp-Session-Id', id]], body });
    expect(answer.body.match(/are used up/g)).toHaveLength(1);
    expect(fixture.executed).toEqual(['echo', 'echo']);
  });

  it('a call that another rule refuses costs nothing', async () => {
    const deny = { tools: [{ names: ['delete'], effect: 'Deny' as const }, ...(ALLOW_ALL.tools ?? [])] };
    gate.setPolicy(policyOf({ ...withBudget(DAY), ...deny }));
    for (let i = 0; i < 3; i++) expect((await call({}, undefined, 'delete')).body).toContain('Refused');
    expect((await call()).body).not.toContain('Refused');
  });

  it('in shadow all pass, are counted, and what would have been is on record', async () => {
    gate.setPolicy(policyOf(withBudget({ ...DAY, credits: 1, mode: 'Shadow' })));
    expect((await call()).body).not.toContain('Refused');
    expect((await call()).body).not.toContain('Refused');
    const [first, second] = await gate.decisions(2);
    expect(first?.decision).not.toHaveProperty('wouldEffect');
    expect(second?.decision).toMatchObject({ effect: 'Allow', wouldEffect: 'Deny', wouldRules: ['finance/rules#day'] });
    expect(second?.cost).toEqual({ budget: 'finance/rules#day', credits: 1 });
    expect(await credits()).toBe('2');
  });

  it('another pack that changes nothing of the budget gives nothing back', async () => {
    await call();
    await call();
    gate.setPolicy(policyOf({ ...withBudget(DAY), wire: { keys: 'CaseSensitive' } }));
    expect((await call()).body).toContain(SPENT);
  });
});

it('over HTTP+SSE as well', async () => {
  const { url } = await use(startEverything('sse'));
  const gate = await use(startGate({ upstream: url, policy: policyOf(withBudget(DAY)) }));
  const client = new OlderClient({ name: 'e2e', version: '1' });
  await client.connect(new SSEClientTransport(new URL(gate.url)));
  defer(() => client.close());
  const texts = [];
  for (let i = 0; i < 3; i++) texts.push(textOf(await client.callTool({ name: 'echo', arguments: { message: 'hi' } })));
  expect(texts).toEqual(['Echo: hi', 'Echo: hi', expect.stringContaining(SPENT)]);
});

it('over stdio as well', async () => {
  const { client } = await use(startWrapped(withBudget(DAY)));
  const texts = [];
  for (let i = 0; i < 3; i++) texts.push(textOf(await client.callTool({ name: 'echo', arguments: {} })));
  expect(texts).toEqual(['echo {}', 'echo {}', expect.stringContaining(SPENT)]);
});

it('a call that another replica answers is paid once', async () => {
  const { url, gates, servers } = await use(startGates(2, startFixture, withBudget({ ...DAY, credits: 4 })));
  const client = await use(connectV1(url));
  const texts = [];
  for (let i = 0; i < 6; i++) texts.push(textOf(await client.callTool({ name: 'echo', arguments: {} })));
  expect(texts.filter((text) => text === 'echo {}')).toHaveLength(4);
  expect(servers.flatMap(({ executed }) => executed)).toHaveLength(4);
  expect((await hopsOf(gates))['answered']).toBeGreaterThan(0);
});
