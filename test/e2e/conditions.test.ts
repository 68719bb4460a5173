/** Conditions of rules hold on every way in, in lists and over stdio, and what they cannot tell counts against the caller. */
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { JSON_HEADERS, callTool, legacyHeaders, modernHeaders, modernRequest, request } from '../support/messages.ts';
import { type PackSpec, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { openSession, post } from '../support/session.ts';
import { startWrapped } from '../support/wrapped.ts';

const { use } = cleanupAfterEach();

const RULES: PackSpec = {
  tools: [
    { name: 'all', names: ['echo', 'transfer', 'slow'], effect: 'Allow' },
    { name: 'large', names: ['echo'], effect: 'Deny', when: 'arguments.amount > 1000', reason: 'too much' },
    { name: 'noted', names: ['echo'], effect: 'Deny', when: 'arguments.amount > 10', mode: 'Shadow' },
    { name: 'held', names: ['transfer'], effect: 'RequireApproval', when: '!hostIn(arguments.to, ["*.example.com"])' },
    {
      name: 'old',
      names: ['slow'],
      effect: 'Deny',
      when: 'session.protocol < "2025-06-18" && now > timestamp("2026-01-01T00:00:00Z")',
    },
  ],
};
const REFUSED =
  'Refused by policy: rule finance/rules#large forbids tool "echo" for anonymous callers as it is called here (too much). The same call is refused again.';
const UNKNOWN =
  'Refused by policy: tool "echo", since it cannot be told whether rule finance/rules#large forbids it: argument "amount": It is missing. Call again with it.';
const quoted = (text: string): string => JSON.stringify(text).slice(1, -1);

describe('over HTTP', { tags: ['conditions'] }, () => {
  let fixture: FixtureServer;
  let gate: TestGate;
  beforeEach(async () => {
    fixture = await use(startFixture());
    gate = await use(startGate({ upstream: fixture.url, policy: policyOf(RULES) }));
  });

  const modern = async (name: string, args: Record<string, unknown>): Promise<string> => {
    const body = modernRequest('tools/call', { name, arguments: args });
    return (await rawExchange(gate.port, { headers: modernHeaders('tools/call', name), body })).body;
  };

  it('a call is decided on by what it holds, and records say what was found', async () => {
    expect(await modern('echo', { amount: 5000 })).toContain(quoted(REFUSED));
    expect(await modern('echo', {})).toContain(quoted(UNKNOWN));
    expect(await modern('echo', { amount: 500 })).not.toContain('Refused');
    expect(fixture.executed).toEqual(['echo']);
    const [refused, unknown, passed] = await gate.decisions(3);
    expect(refused?.decision).toMatchObject({ effect: 'Deny', rules: ['finance/rules#large'] });
    expect(refused?.decision).not.toHaveProperty('findings');
    const found = { detector: 'when', reason: 'missing', rule: 'finance/rules#large', pointer: '/amount' };
    expect(unknown?.decision).toMatchObject({ effect: 'Deny', findings: [found] });
    expect(passed?.decision).toMatchObject({ effect: 'Allow', wouldEffect: 'Deny' });
  });

  it('so is a call in a session', async () => {
    const headers = legacyHeaders(await openSession(gate));
    expect((await post(gate, headers, callTool('echo', { amount: 5000 }, 1))).body).toContain(quoted(REFUSED));
    expect((await post(gate, headers, callTool('echo', { amount: 5 }, 2))).body).not.toContain('Refused');
    expect((await post(gate, headers, callTool('slow', { ms: 1 }, 3))).body).not.toContain('Refused');
    expect(fixture.executed).toEqual(['echo', 'slow']);
  });

  it('so is each message of a list, by the revision of its session', async () => {
    const handshake = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const opened = await rawExchange(gate.port, { headers: JSON_HEADERS, body: request('initialize', handshake) });
    const session = opened.headers['mcp-session-id'] ?? expect.fail('no session');
    const calls = [
      callTool('echo', { amount: 5000 }, 1),
      callTool('echo', { amount: 5 }, 2),
      callTool('slow', { ms: 1 }, 3),
    ];
    const headers: typeof JSON_HEADERS = [...JSON_HEADERS, ['Mcp-Session-Id', session]];
    const answer = await rawExchange(gate.port, { headers, body: `[${calls.join()}]` });
    expect(answer.body.match(/Refused by policy/g)).toHaveLength(2);
    expect(answer.body).toContain('finance/rules#old');
    expect(fixture.executed).toEqual(['echo']);
  });

  it('a person is asked where the condition says so, or cannot be told', async () => {
    expect(await modern('transfer', { to: 'https://pay.example.com/' })).not.toContain('Refused');
    expect(gate.approvals.list()).toEqual([]);
    for (const to of ['https://evil.example.org/', 'http://0x7f.1/']) void modern('transfer', { to }).catch(() => {});
    const held = await eventually('both are held', () => {
      const all = gate.approvals.list();
      return all.length === 2 ? all : undefined;
    });
    expect(held.map(({ state }) => state)).toEqual(['Pending', 'Pending']);
    expect(fixture.executed).toEqual(['transfer']);
  });

  it('a list has what some arguments allow', async () => {
    const rules: PackSpec = {
      tools: [
        { names: ['echo'], effect: 'Allow', when: 'arguments.amount < 5' },
        { names: ['slow'], effect: 'Allow', when: '"nobody" in principal.groups' },
      ],
    };
    gate.setPolicy(policyOf(rules));
    const body = modernRequest('tools/list');
    const { body: listed } = await rawExchange(gate.port, { headers: modernHeaders('tools/list'), body });
    expect([...listed.matchAll(/"name":"(echo|slow|transfer)"/g)].map(([, name]) => name)).toEqual(['echo']);
  });
});

it('over stdio as well', async () => {
  const { client, firstFinding } = await use(startWrapped(RULES));
  expect(textOf(await client.callTool({ name: 'echo', arguments: {} }))).toContain('argument "amount": It is missing.');
  expect(textOf(await client.callTool({ name: 'echo', arguments: { amount: 5 } }))).not.toContain('Refused');
  expect(await firstFinding()).toMatchObject({ detector: 'when', rule: 'default/rules#large' });
});
