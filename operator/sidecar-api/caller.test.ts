/** Who is let in, from what the API server says of a token; that it says so is tested on a real one. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Caches } from '../caches.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { cachesWith, mcpServer, pod } from '../testing/gen.ts';
import { Callers } from './caller.ts';

const AUDIENCE = 'sallyport.dev/operator';
const POD = 'authentication.kubernetes.io/pod-';
const token = (claims: object = { aud: [AUDIENCE] }, tail = 's') =>
  `Bearer h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${tail}`;
const accepted = (more: object = {}, extra: object = {}) => ({
  authenticated: true,
  audiences: [AUDIENCE],
  user: {
    username: 'system:serviceaccount:finance:default',
    extra: { [`${POD}name`]: ['ledger-1'], [`${POD}uid`]: ['pod-uid'], ...extra },
  },
  ...more,
});

let caches: Caches;
let review: object;
let reviews: number;
let clock: FakeClock;
let callers: Callers;
beforeEach(() => {
  caches = cachesWith(mcpServer({ uid: 'server-uid' }), pod({ uid: 'pod-uid' }));
  [review, reviews, clock] = [accepted(), 0, new FakeClock()];
  const client = { create: () => Promise.resolve({ status: ((reviews += 1), review) }) } as unknown as ApiClient;
  callers = new Callers(client, caches, clock);
});

const refused = (status: number, why: string) => ({
  kind: 'refused',
  status,
  why: expect.stringContaining(why) as string,
});

test('the pod that carries the gate of a server speaks for it', async () => {
  expect(await callers.identify(token())).toMatchObject({
    kind: 'pod',
    namespace: 'finance',
    server: 'ledger',
    serverUid: 'server-uid',
  });
});

describe('without asking the API server', () => {
  test.each([
    ['no token', undefined, 'send the token of the volume'],
    ['what is no bearer token', 'Basic YTpi', 'send the token of the volume'],
    ['a token for somebody else', token({ aud: 'kubernetes' }), `is not for ${AUDIENCE}`],
    ['a token that is none', 'Bearer abc', `is not for ${AUDIENCE}`],
  ])('%s is refused', async (_, authorization, why) => {
    expect(await callers.identify(authorization)).toEqual(refused(401, why));
    expect(reviews).toBe(0);
  });
});

describe('a token', () => {
  test.each([
    [
      'that the API server does not know',
      { authenticated: false, error: 'expired' },
      'the token is not accepted: expired',
    ],
    ['of an authenticator without audiences', accepted({ audiences: undefined }), `is not for ${AUDIENCE}`],
    ['of a person', accepted({ user: { username: 'ada' } }), 'is not bound to a pod'],
    ['of a ServiceAccount without a pod', accepted({}, { [`${POD}name`]: undefined }), 'is not bound to a pod'],
  ])('%s is refused', async (_, answer, why) => {
    review = answer;
    expect(await callers.identify(token())).toEqual(refused(401, why));
  });

  test('is looked at once in thirty seconds, whether it is good or not', async () => {
    for (const answer of [accepted(), { authenticated: false }]) {
      [review, reviews] = [answer, 0];
      const sent = token(undefined, JSON.stringify(answer).length.toString());
      await callers.identify(sent);
      await callers.identify(sent);
      expect(reviews).toBe(1);
      await clock.advance(30_000);
      await callers.identify(sent);
      expect(reviews).toBe(2);
    }
  });
});

describe('a pod', () => {
  test('that is not known yet is told to try again, and so is a namesake of one that is gone', async () => {
    caches.pods.delete('finance/ledger-1');
    expect(await callers.identify(token())).toEqual(refused(503, 'is not known here yet'));
    caches.pods.set(pod({ uid: 'another' }));
    expect(await callers.identify(token())).toEqual(refused(503, 'is not known here yet'));
  });

  test('without a gate is refused', async () => {
    caches.pods.set(pod({ uid: 'pod-uid', gateOf: null }));
    expect(await callers.identify(token())).toEqual(refused(403, 'pod ledger-1 carries no gate'));
  });

  test.each([
    ['whose server is gone', { gateOf: 'gone' }, 'no MCPServer "gone" in namespace finance selects pod ledger-1'],
    ['whose labels its server no longer selects', { labels: { app: 'x' } }, 'no MCPServer "ledger" in namespace'],
  ])('%s is refused', async (_, options, why) => {
    caches.pods.set(pod({ uid: 'pod-uid', ...options }));
    expect(await callers.identify(token())).toEqual(refused(403, why));
  });
});

test('thirty-two tokens are looked at at once, and no more', async () => {
  const hang = { create: () => new Promise(() => {}) } as unknown as ApiClient;
  const busy = new Callers(hang, caches, clock);
  for (let i = 0; i < 32; i++) void busy.identify(token(undefined, String(i)));
  expect(await busy.identify(token(undefined, 'late'))).toEqual(refused(503, 'too many tokens are being checked'));
});
