/** Tokens of issuers that are taken back before they expire: mounted as the kubelet does it, at the gate and in a process of its own. */
import { beforeEach, describe, expect, it } from 'vitest';
import { tokensChanged } from '../../sidecar/lifecycle/on-change.ts';
import { RevocationDirectory } from '../../sidecar/identity/revoked/revocation-directory.ts';
import { TestIssuer } from '../../sidecar/testing/test-issuer.ts';
import { readAudit } from '../support/audit-file.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { openStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { decidePending, pendingApproval, rulesHolding, transfer } from '../support/held-calls.ts';
import { callTool, legacyHeaders, modernHeaders, modernRequest } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { bundleOf, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { bearer, openSession, post } from '../support/session.ts';
import { startSidecar } from '../support/sidecar-process.ts';

const { use, defer } = cleanupAfterEach();
let fixture: FixtureServer;
let issuer: TestIssuer;
let revoked: MountedVolume;
beforeEach(async () => {
  fixture = await use(startFixture());
  issuer = await use(TestIssuer.start());
  revoked = await use(new MountedVolume());
});

const trusting = () => ({ anonymous: false, jwt: [{ issuer: issuer.url, audiences: ['gate'] }] });
const tokenOf = (claims: Readonly<Record<string, unknown>>) => issuer.token({ aud: 'gate', ...claims });

async function call(port: number, token: string) {
  const headers = [...modernHeaders('tools/call', 'echo'), bearer(token)];
  const { status, headers: answered } = await rawExchange(port, {
    headers,
    body: modernRequest('tools/call', { name: 'echo', arguments: {} }),
  });
  return { status, challenge: answered['www-authenticate'] ?? '' };
}

describe('a token that is taken back', { tags: ['revocation'] }, () => {
  let gate: TestGate;
  beforeEach(async () => {
    // What is read first is read before there is a gate to tell of it.
    let tell = (): void => {};
    const directory = new RevocationDirectory(revoked.path, () => tell());
    defer(() => directory.close());
    const policy = policyOf(rulesHolding('20s'), trusting());
    gate = await use(startGate({ upstream: fixture.url, policy, revoked: directory }));
    tell = () => tokensChanged(gate.gate);
  });

  it.each([
    ['by its id', () => 'jti: t1'],
    ['by its subject', () => `subject: ada\nissuer: ${issuer.url}`],
    ['by the name of its caller', () => 'name: ada'],
    ['by when it was issued', () => `issuedBefore: ${new Date(Date.now() + 60_000).toISOString()}`],
  ])('%s is refused from the next call on, and others are not', async (what, entry) => {
    const token = await tokenOf({ jti: 't1' });
    const other = await tokenOf({ jti: 't2', sub: 'bob', iat: Math.floor(Date.now() / 1000) + 20 });
    expect(await call(gate.port, token)).toMatchObject({ status: 200 });
    revoked.swap({ stolen: entry() });
    expect(await call(gate.port, token)).toMatchObject({
      status: 401,
      challenge: expect.stringMatching(/error="invalid_token".*it was revoked/),
    });
    if (what !== 'by when it was issued') expect(await call(gate.port, other)).toMatchObject({ status: 200 });
    revoked.swap({});
    expect(await call(gate.port, token)).toMatchObject({ status: 200 });
  });

  it('ends the streams that it has opened', async () => {
    const token = await tokenOf({ jti: 't1' });
    const session = await openSession(gate, token);
    const [name, value] = bearer(token);
    const stream = await openStream(gate.url, {
      headers: { ...Object.fromEntries(legacyHeaders(session)), [name]: value },
    });
    revoked.swap({ stolen: 'jti: t1' });
    await eventually('the stream ends', () => stream.ended);
    expect((await post(gate, [...legacyHeaders(session), bearer(token)], callTool('echo'))).status).toBe(401);
  });

  it('takes the calls along that wait for a person', async () => {
    const token = await tokenOf({ jti: 't1' });
    const answer = transfer(gate, { amount: 5 }, { token });
    await pendingApproval(gate);
    revoked.swap({ stolen: 'jti: t1' });
    await decidePending(gate, 'Approved');
    expect((await answer).response.body).toContain('the token changed or ran out while the call was held');
    expect(fixture.executed).not.toContain('transfer');
  });
});

it('the gate of a pod reads them from its volume, keeps what it cannot read any more, and has them on record', async () => {
  const { text } = bundleOf({ tools: [{ names: ['echo'], effect: 'Allow' }] }, trusting());
  const bundle = await use(new MountedVolume({ 'bundle.json': text, 'bundle.v2.json': text }));
  const env = { SALLYPORT_UPSTREAM: fixture.url, SALLYPORT_BUNDLE_DIR: bundle.path };
  const sidecar = await use(startSidecar({ ...env, SALLYPORT_REVOCATIONS_DIR: revoked.path }));
  const [stolen, other] = [await tokenOf({ jti: 't1' }), await tokenOf({ jti: 't2' })];
  expect(await call(sidecar.port, stolen)).toMatchObject({ status: 200 });
  revoked.swap({ stolen: 'jti: t1' });
  expect(await call(sidecar.port, stolen)).toMatchObject({ status: 401 });
  revoked.swap({ stolen: 'jti' });
  await eventually('it is said', () => sidecar.log.find((line) => line.includes('it stays in force as it was')));
  expect(await call(sidecar.port, stolen)).toMatchObject({ status: 401 });
  expect(await call(sidecar.port, other)).toMatchObject({ status: 200 });
  await sidecar.terminate();
  expect(readAudit(sidecar.auditFile).filter(({ event }) => event === 'revocations')).toMatchObject([
    { revocations: { entries: ['stolen'], problems: [] } },
    { revocations: { entries: ['stolen'], problems: [expect.stringContaining('stolen: ')] } },
  ]);
});
