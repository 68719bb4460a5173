/** What becomes of calls while an issuer has its troubles: it changes its keys, has another time, is away, is slow, or is somebody else. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { AUDIENCE, TestIssuer } from '../../sidecar/testing/test-issuer.ts';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { modernHeaders, modernRequest } from '../support/messages.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';

const { use } = cleanupAfterAll();
/** An issuer is asked no more often for keys that nobody has heard of. */
const ASKED_AGAIN_MS = 10_000;

interface Setting {
  readonly issuer: TestIssuer;
  readonly gate: TestGate;
  /** The status of a call with a token. */
  readonly send: (token: string) => Promise<number>;
}

async function start(
  prepare: (issuer: TestIssuer) => void = () => {},
  others: readonly TestIssuer[] = [],
): Promise<Setting> {
  const issuer = await use(TestIssuer.start());
  prepare(issuer);
  const server = await use(startFixture());
  const jwt = [issuer, ...others].map(({ url }) => ({ issuer: url, audiences: [AUDIENCE] }));
  const policy = policyOf(ALLOW_ALL, { jwt });
  const gate = await use(startGate({ upstream: server.url, policy }));
  const send = async (token: string): Promise<number> => {
    const { status } = await rawExchange(gate.port, {
      headers: [...modernHeaders('tools/call', 'echo'), ['Authorization', `Bearer ${token}`]],
      body: modernRequest('tools/call', { name: 'echo', arguments: {} }),
    });
    return status;
  };
  return { issuer, gate, send };
}

/** Resolves when its keys are known. */
const untilKnown = async ({ issuer, send }: Setting): Promise<void> => {
  const token = await issuer.token();
  await eventually('its keys are read', async () => (await send(token)) === 200, 15_000);
};

describe('an issuer that changes its keys while clients call', () => {
  it('loses no call when it publishes both for a while, and what it has taken back counts for nothing', async () => {
    const setting = await start();
    const { issuer, send } = setting;
    await untilKnown(setting);
    await sleep(ASKED_AGAIN_MS);
    const old = await issuer.token();
    const over = new AbortController();
    const statuses: number[] = [];
    const calling = Array.from({ length: 4 }, async () => {
      while (!over.signal.aborted) {
        statuses.push(await send(await issuer.token()), await send(old));
        await sleep(20);
      }
    });
    await sleep(200);
    await issuer.rotate('second', 'ES256', 'published');
    await sleep(1_000);
    over.abort();
    await Promise.all(calling);
    expect(statuses.length).toBeGreaterThan(20);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);

    // Taken back: heard of at the next key that nobody knows.
    await sleep(ASKED_AGAIN_MS);
    await issuer.rotate('third');
    expect(await send(await issuer.token())).toBe(200);
    expect(await send(old)).toBe(401);
  });
});

describe('an issuer whose clock is another', () => {
  let setting: Setting;
  beforeAll(async () => {
    setting = await start();
    await untilKnown(setting);
  });

  it.each([
    ['ahead, within what clocks may differ', 20, 200],
    ['ahead by more', 45, 401],
    ['behind, within what clocks may differ', -320, 200],
    ['behind by more', -345, 401],
  ])('%s: %i s, HTTP %i', async (_what, seconds, status) => {
    const iat = Math.floor(Date.now() / 1000) + seconds;
    // Five minutes each, by its own clock.
    const token = await setting.issuer.token({ iat, nbf: iat, exp: iat + 300 });
    expect(await setting.send(token)).toBe(status);
  });
});

describe('an issuer that is away', () => {
  it('after its keys were read is not missed, but for keys that it never told', async () => {
    const setting = await start();
    const { issuer, send } = setting;
    await untilKnown(setting);
    issuer.answer = (_, response) => {
      response.destroy();
      return true;
    };
    expect(await send(await issuer.token())).toBe(200);
    await issuer.rotate('untold');
    expect(await send(await issuer.token())).toBe(401);
  });
});

describe('an issuer that is somebody else', { tags: ['identity'] }, () => {
  it('by its own metadata is none that anybody is known by', async () => {
    const setting = await start((issuer) => {
      issuer.answer = (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ issuer: 'https://login.example.com', jwks_uri: `${issuer.url}/keys` }));
        return true;
      };
    });
    expect(await setting.send(await setting.issuer.token())).toBe(503);
    expect(setting.issuer.asked).not.toContain('/keys');
  });
});

describe('an issuer that is slow', () => {
  it('has those wait who bring its first token, and nobody else', async () => {
    const slow = await use(TestIssuer.start());
    slow.delayMs = 1_500;
    const setting = await start(() => {}, [slow]);
    const first = { status: 0 };
    const waiting = setting.send(await slow.token()).then((status) => (first.status = status));
    await untilKnown(setting);
    expect(first.status).toBe(0);
    expect(await waiting).toBe(200);
  });
});
