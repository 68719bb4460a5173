import { beforeAll, expect, it } from 'vitest';
import { cleanupAfterAll } from '../../../test/support/cleanup.ts';
import { type TestGate, startGate } from '../../../test/support/gate.ts';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { rawExchange } from '../../../test/support/raw-http.ts';

const { use } = cleanupAfterAll();
const TARGET = '/.well-known/oauth-protected-resource/mcp';
// Nobody is there: its keys are never read, and nothing here needs them.
const access = {
  jwt: [{ issuer: 'http://127.0.0.1:1', audiences: ['x'] }],
  origins: ['https://app.example.com'],
};

let gate: TestGate;
beforeAll(async () => {
  gate = await use(startGate({ upstream: 'http://127.0.0.1:1/mcp', policy: policyOf(ALLOW_ALL, access) }));
});

const ask = (method: string, headers: readonly (readonly [string, string])[] = []) =>
  rawExchange(gate.port, { method, target: TARGET, headers });

it('is read by anybody', async () => {
  const { status, headers, body } = await ask('GET');
  expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'application/json' });
  expect(JSON.parse(body)).toMatchObject({ resource: gate.url, authorization_servers: ['http://127.0.0.1:1'] });
  expect(await ask('HEAD')).toMatchObject({ status: 200, body: '' });
});

it('is read by pages of origins that may call, and of no others', async () => {
  const allowed = await ask('GET', [['Origin', 'https://app.example.com']]);
  expect(allowed.headers['access-control-allow-origin']).toBe('https://app.example.com');
  expect(await ask('GET', [['Origin', 'https://evil.example.com']])).toMatchObject({ status: 403 });
  const preflight = await ask('OPTIONS', [
    ['Origin', 'https://app.example.com'],
    ['Access-Control-Request-Method', 'GET'],
  ]);
  expect(preflight.status).toBe(204);
});

it('is written by nobody', async () => {
  const { status, headers } = await ask('POST');
  expect({ status, allow: headers['allow'] }).toEqual({ status: 405, allow: 'GET, HEAD' });
});

it('is nowhere where no issuer is trusted', async () => {
  const other = await use(startGate({ upstream: 'http://127.0.0.1:1/mcp' }));
  expect(await rawExchange(other.port, { method: 'GET', target: TARGET, headers: [] })).toMatchObject({ status: 404 });
});
