/** What a rule asks of arguments holds on every way in, and a check in shadow is on record and nothing else. */
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { textOf } from '../support/clients.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { JSON_HEADERS, callTool, legacyHeaders, modernHeaders, modernRequest, request } from '../support/messages.ts';
import { type PackSpec, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { openSession, post } from '../support/session.ts';
import { startWrapped } from '../support/wrapped.ts';

const { use } = cleanupAfterEach();

const CHECKS: NonNullable<PackSpec['tools']>[number]['arguments'] = {
  '/rows/*/country': { type: 'string', enum: ['DE', 'FR'], required: true },
  note: { type: 'string', maxLength: 5, mode: 'Shadow' },
};
const RULES: PackSpec = {
  tools: [
    { name: 'rows', names: ['echo'], effect: 'Allow', arguments: CHECKS },
    { name: 'held', names: ['transfer'], effect: 'RequireApproval', arguments: CHECKS },
  ],
};
const GOOD = { rows: [{ country: 'DE' }], note: 'too long' };
const BAD = { rows: [{ country: 'DE' }, { country: 'XX' }, {}] };
const SAYS = 'argument "/rows/1/country": It must be one of "DE", "FR".';
const FOUND = { detector: 'constraint', pointer: '/rows/1/country', reason: 'enum', rule: 'finance/rules#rows' };
const WOULD = { detector: 'constraint', pointer: '/note', reason: 'max-length', rule: 'finance/rules#rows' };

describe('over HTTP', { tags: ['schema'] }, () => {
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

  it('a call is refused where it breaks a check, in words that say which and where', async () => {
    expect(await modern('echo', BAD)).toContain(JSON.stringify(SAYS).slice(1, -1));
    expect(await modern('echo', GOOD)).not.toContain('Refused');
    expect(fixture.executed).toEqual(['echo']);
    const [refused, passed] = await gate.decisions(2);
    expect(refused?.decision).toMatchObject({ effect: 'Deny', reason: 'denied', findings: [FOUND] });
    expect(passed?.decision).toMatchObject({ effect: 'Allow', wouldEffect: 'Deny', wouldFindings: [WOULD] });
    expect(passed?.decision).not.toHaveProperty('findings');
  });

  it('so is a call in a session', async () => {
    const { body } = await post(gate, legacyHeaders(await openSession(gate)), callTool('echo', BAD));
    expect(body).toContain('/rows/1/country');
    expect(fixture.executed).toEqual([]);
  });

  it('so is a message of a list, and the others of it are not', async () => {
    const handshake = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const opened = await rawExchange(gate.port, { headers: JSON_HEADERS, body: request('initialize', handshake) });
    const session = opened.headers['mcp-session-id'] ?? expect.fail('no session');
    const body = `[${callTool('echo', BAD, 1)},${callTool('echo', GOOD, 2)}]`;
    const answer = await rawExchange(gate.port, { headers: [...JSON_HEADERS, ['Mcp-Session-Id', session]], body });
    expect(answer.body.match(/Refused by policy/g)).toHaveLength(1);
    expect(fixture.executed).toEqual(['echo']);
  });

  it('the schema that the server listed holds from then on', async () => {
    gate.setPolicy(policyOf({ tools: [{ names: ['*'], effect: 'Allow' }], arguments: { schema: 'Enforce' } }));
    const list = { headers: modernHeaders('tools/list'), body: modernRequest('tools/list') };
    expect(await modern('slow', { ms: 'soon' })).not.toContain('Refused by policy');
    await rawExchange(gate.port, list);
    const refused = await modern('slow', { ms: 'soon' });
    expect(refused).toContain('tool \\"slow\\", argument \\"ms\\": It must be a number.');
    expect(refused).toContain('finance/rules#arguments.schema');
    expect(await modern('slow', { ms: 1 })).not.toContain('Refused');
    const found = (await gate.decisions(4)).flatMap(({ decision }) => decision.findings ?? []);
    expect(found).toMatchObject([{ detector: 'schema', reason: 'type', pointer: '/ms' }]);
  });

  it('nobody is asked about a call that breaks one', async () => {
    expect(await modern('transfer', BAD)).toContain('/rows/1/country');
    expect(gate.approvals.list()).toEqual([]);
  });
});

it('over stdio as well', async () => {
  const { client, firstFinding } = await use(startWrapped(RULES));
  const refused = await client.callTool({ name: 'echo', arguments: BAD });
  expect(textOf(refused)).toContain(SAYS);
  await client.callTool({ name: 'echo', arguments: GOOD });
  const rule = 'default/rules#rows';
  expect(await firstFinding()).toEqual({ ...FOUND, rule });
});
