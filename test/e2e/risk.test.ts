/** Callers who do what is unusual, or are refused, collect points: on a whole gate, whatever the call comes by. */
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { decidePending, pendingApproval } from '../support/held-calls.ts';
import { JSON_HEADERS, callTool, modernHeaders, modernRequest } from '../support/messages.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { bearer } from '../support/session.ts';

const { use } = cleanupAfterEach();

/** A tool that is denied, and points for what a test is about. */
function withRisk(risk: PackSpec['risk']): PackSpec {
  return { ...ALLOW_ALL, tools: [...(ALLOW_ALL.tools ?? []), { names: ['forbidden'], effect: 'Deny' }], risk };
}

describe('risk on a gate', { tags: ['risk'] }, () => {
  let fixture: FixtureServer;
  let gate: TestGate;
  beforeEach(async () => {
    fixture = await use(startFixture());
    const policy = policyOf(withRisk({ denyAt: 15, weights: { refusal: 10 } }));
    gate = await use(
      startGate({ upstream: fixture.url, policy, clients: { ada: 'token-of-ada', bob: 'token-of-bob' } }),
    );
  });

  const call = async (name: string, token: string, args: object = {}): Promise<RawResponse> =>
    rawExchange(gate.port, {
      headers: [...modernHeaders('tools/call', name), bearer(token)],
      body: modernRequest('tools/call', { name, arguments: args }),
    });

  it('refuses whoever was refused too often, and nobody else; the reason and the metric say why', async () => {
    await call('forbidden', 'token-of-ada');
    expect((await call('echo', 'token-of-ada')).body).not.toContain('Refused');
    await call('forbidden', 'token-of-ada');
    const { body } = await call('echo', 'token-of-ada');
    expect(body).toContain(
      'since its caller has 19 risk points, of which 15 are enough: a refused call (a moment ago) +10',
    );
    expect((await call('echo', 'token-of-bob')).body).not.toContain('Refused');
    expect(fixture.executed).toHaveLength(2);
    expect((await gate.decisions(5))[3]?.decision).toMatchObject({ reason: 'denied', rules: ['finance/rules#risk'] });
    const metrics = await gate.gate.metrics.registry.metrics();
    expect(metrics).toMatch(/sallyport_risk_points\{.*principal="ada"\} (19|20)/);
  });

  it('asks a person from fewer points on, who reads what they are made of', async () => {
    gate.setPolicy(policyOf(withRisk({ approveAt: 10, denyAt: 100, weights: { refusal: 10 } })));
    await call('forbidden', 'token-of-ada');
    await call('forbidden', 'token-of-ada');
    const held = call('echo', 'token-of-ada');
    expect((await pendingApproval(gate)).subject.reason).toContain('a refused call (a moment ago) +10');
    await decidePending(gate, 'Approved');
    expect((await held).body).not.toContain('Refused');
    expect(fixture.executed).toHaveLength(1);
  });

  it('refuses whoever has come to too many points while a person thought about it', async () => {
    gate.setPolicy(policyOf(withRisk({ approveAt: 10, denyAt: 40, weights: { refusal: 10 } })));
    await call('forbidden', 'token-of-ada');
    await call('forbidden', 'token-of-ada');
    const held = call('echo', 'token-of-ada');
    await pendingApproval(gate);
    for (let i = 0; i < 4; i++) await call('forbidden', 'token-of-ada');
    await decidePending(gate, 'Approved');
    expect((await held).body).toContain('of which 40 are enough');
    expect(fixture.executed).toEqual([]);
  });

  it('only records in Shadow', async () => {
    gate.setPolicy(policyOf(withRisk({ mode: 'Shadow', denyAt: 5, weights: { refusal: 10 } })));
    await call('forbidden', 'token-of-ada');
    expect((await call('echo', 'token-of-ada')).body).not.toContain('Refused');
    expect((await gate.decisions(2))[1]?.decision).toMatchObject({
      wouldEffect: 'Deny',
      wouldRules: ['finance/rules#risk'],
    });
  });

  it('counts each message of a batch', async () => {
    const batch = [1, 2, 3].map((id) => callTool('forbidden', {}, id));
    await rawExchange(gate.port, {
      headers: [...JSON_HEADERS, bearer('token-of-ada')],
      body: JSON.stringify(batch.map((one) => (typeof one === 'string' ? JSON.parse(one) : one) as object)),
    });
    expect((await call('echo', 'token-of-ada')).body).toContain('risk points');
  });
});
