/** The table of docs on what happens when something fails, a row a test, for the parts that a gate holds in its own process. */
import type { Upstream } from '../../sidecar/upstream/upstream.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditLog } from '../../sidecar/audit/log.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { policyHolding, transfer } from '../support/held-calls.ts';
import { JSON_HEADERS, messagesIn, modernHeaders, modernRequest, request } from '../support/messages.ts';
import { freePort } from '../support/ports.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';

const { use } = cleanupAfterEach();
let fixture: FixtureServer;
beforeEach(async () => {
  fixture = await use(startFixture());
});

async function list(gate: TestGate): Promise<RawResponse> {
  return rawExchange(gate.port, { headers: modernHeaders('tools/list'), body: modernRequest('tools/list') });
}

describe('no valid policy yet', { tags: ['fails-closed'] }, () => {
  it.each(['POST', 'GET', 'DELETE', 'OPTIONS'])('refuses a %s', async (method) => {
    const gate = await use(startGate({ upstream: fixture.url, policy: undefined }));
    const row = { method, headers: JSON_HEADERS, body: method === 'POST' ? request('tools/list') : undefined };
    const expected = {
      status: 503,
      code: -31010,
      says: /every call is refused until there is one/,
      reason: 'no-policy',
    };
    await expectRefused(gate, fixture, row, expected);
  });

  it('tells no page of another origin that it may read anything', async () => {
    const gate = await use(startGate({ upstream: fixture.url, policy: undefined }));
    const headers: [string, string][] = [
      ['Origin', 'https://evil.example.com'],
      ['Access-Control-Request-Method', 'POST'],
    ];
    const response = await rawExchange(gate.port, { method: 'OPTIONS', headers });
    expect(response.status).toBe(503);
    expect(response.headers).not.toHaveProperty('access-control-allow-origin');
  });
});

it('a step that throws: the call is refused and on record', { tags: ['fails-closed'] }, async () => {
  const tokens = {
    find(): never {
      throw new Error('the volume is gone');
    },
  };
  const gate = await use(startGate({ upstream: fixture.url, tokens }));
  const row = { headers: [...JSON_HEADERS, ['Authorization', 'Bearer x'] as const], body: request('tools/list') };
  const expected = { status: 500, code: -32603, says: /could not be decided on/, reason: 'internal-error' };
  await expectRefused(gate, fixture, row, expected);
});

describe('the approval service is absent', { tags: ['fails-closed'] }, () => {
  it('a call that needs a person is refused, the others are not', async () => {
    const gate = await use(startGate({ upstream: fixture.url, policy: policyHolding('20s'), approvals: false }));
    const held = await transfer(gate, {});
    expect(held.refusal).toBe('approval-unavailable');
    expect(held.text).toMatch(/nobody can approve here/);
    expect((await transfer(gate, {}, { tool: 'echo' })).text).toContain('echo');
    expect(fixture.executed).toEqual(['echo']);
  });
});

describe('the audit log', { tags: ['fails-closed'] }, () => {
  it('cannot be written: calls are refused until it can, and none is lost that was decided', async () => {
    let full = false;
    const { write } = await import('node:fs');
    const gate = await use(
      startGate({
        upstream: fixture.url,
        audit: {
          retryMs: 50,
          write(fd, buffer, offset, length, done) {
            if (full) setImmediate(() => done(Object.assign(new Error('disk full'), { code: 'ENOSPC' }), 0));
            else write(fd, buffer, offset, length, null, (error, written) => done(error, written));
          },
        },
      }),
    );
    expect((await list(gate)).status).toBe(200);
    await gate.decisions(1);
    full = true;
    expect((await list(gate)).status).toBe(200);
    await eventually('the failure is known', () => gate.gate.audit.state === 'failed');
    const seenBefore = fixture.seen.length;
    const queued = (): number => (gate.gate.audit as AuditLog).queuedBytes;
    const before = queued();
    // Anybody can send these.
    for (let i = 0; i < 5; i++) expect((await rawExchange(gate.port, { headers: [] })).status).toBe(415);
    expect(queued()).toBe(before);
    const refused = await list(gate);
    expect(refused.status).toBe(503);
    expect(messagesIn(refused.body)).toMatchObject([
      {
        error: {
          code: -31011,
          message: /until they can be/.source.length > 0 ? expect.stringContaining('refused until') : '',
        },
      },
    ]);
    expect(fixture.seen).toHaveLength(seenBefore);
    full = false;
    await eventually('it is served again', async () => (await list(gate)).status === 200);
    // The refusals in between are counted, not recorded: there was nowhere to record them.
    expect((await gate.decisions(3)).map(({ outcome }) => outcome)).toEqual(['answered', 'answered', 'answered']);
    expect(await gate.gate.metrics.registry.metrics()).toMatch(
      /sallyport_refusals_total\{[^}]*audit-unavailable"\} [1-9]/,
    );
  });

  it('cannot keep up: the same, and nothing piles up in memory', async () => {
    let release: (() => void) | undefined;
    let slow = false;
    const { write } = await import('node:fs');
    const gate = await use(
      startGate({
        upstream: fixture.url,
        audit: {
          maxQueuedBytes: 2000,
          write(fd, buffer, offset, length, done) {
            const go = (): void => write(fd, buffer, offset, length, null, (error, written) => done(error, written));
            if (slow) release = go;
            else go();
          },
        },
      }),
    );
    slow = true;
    await eventually('it is behind', async () => {
      await list(gate);
      return gate.gate.audit.state === 'behind';
    });
    const seenBefore = fixture.seen.length;
    for (let i = 0; i < 20; i++) expect((await list(gate)).status).toBe(503);
    expect(fixture.seen).toHaveLength(seenBefore);
    slow = false;
    release?.();
    await eventually('it has caught up', () => gate.gate.audit.state === 'ok');
    expect((await list(gate)).status).toBe(200);
  });
});

it('the server is down: 502 in JSON-RPC form, and recorded', async () => {
  const gate = await use(startGate({ upstream: `http://127.0.0.1:${await freePort()}/mcp` }));
  const { status, body } = await list(gate);
  expect(status).toBe(502);
  expect(messagesIn(body)).toMatchObject([{ id: 1, error: { code: -31020 } }]);
  expect(await gate.decisions(1)).toMatchObject([{ outcome: 'upstream-error' }]);
});

it('handing a call over throws: it is answered and recorded, and the gate goes on', async () => {
  const upstream: Upstream = {
    url: undefined,
    endpointIn: () => undefined,
    send(): never {
      throw new Error('spawn E2BIG');
    },
    async close() {},
  };
  const gate = await use(startGate({ upstream: () => upstream }));
  const response = await list(gate);
  expect(response.status).toBe(502);
  expect(response.body).not.toContain('E2BIG');
  expect(await gate.decisions(1)).toMatchObject([{ outcome: 'upstream-error' }]);
});

it('the gate shuts down: new calls are refused, running ones finish', async () => {
  const gate = await use(startGate({ upstream: fixture.url }));
  const running = transfer(gate, { ms: 200 }, { tool: 'slow' });
  await eventually('the tool runs', () => fixture.executed.includes('slow'));
  gate.gate.draining = true;
  expect((await list(gate)).status).toBe(503);
  expect((await running).text).toBe('slept');
  await sleep(0);
  expect((await gate.decisions(2)).map(({ outcome }) => outcome)).toEqual(['refused', 'answered']);
});
