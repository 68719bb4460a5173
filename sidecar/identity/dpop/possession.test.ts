import { beforeEach, describe, expect, it } from 'vitest';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { DpopClient } from '../../testing/dpop-client.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { Possession } from './possession.ts';

const client = await DpopClient.start();
const eve = await DpopClient.start();
const URL_CALLED = 'http://ledger.finance.svc/mcp';
const TOKEN = 'eyJ.eyJ.sig';
const policy = policyOf(ALLOW_ALL);
const KEY = Buffer.alloc(32, 1);

let clock: FakeClock;
let possession: Possession;
beforeEach(() => {
  clock = new FakeClock();
  possession = new Possession(clock, KEY);
});

const asked = () => ({ url: URL_CALLED, token: TOKEN, nonce: possession.nonce() });

function show(
  dpop: string | undefined,
  { method = 'POST', at = possession, under = policy, target = '/mcp?x=1' } = {},
) {
  const headers = { host: 'ledger.finance.svc', ...(dpop !== undefined && { dpop }) };
  return at.check({ httpMethod: method, target, headers, peer: undefined }, under, TOKEN, client.thumbprint);
}

describe('possession', () => {
  it('is shown by a proof of this request, with a nonce of this gate', async () => {
    expect(show(await client.proof(asked()))).toBeUndefined();
  });

  it('is shown whatever the clock of the client says: the nonce is the time', async () => {
    expect(show(await client.proof(asked(), { iat: 1 }))).toBeUndefined();
    expect(show(await client.proof(asked(), { iat: 99_999_999_999 }))).toBeUndefined();
  });

  it.each([
    ['as it was called', URL_CALLED, null],
    ['in another spelling', 'HTTP://LEDGER.finance.svc:80/mcp', null],
    ['with query and fragment, which do not count', `${URL_CALLED}?x=2#y`, null],
    ['behind a proxy that ends TLS', 'https://ledger.finance.svc/mcp', null],
    ['by its public name', 'https://mcp.example.com/ledger', 'https://mcp.example.com/ledger'],
  ])('is of the URL %s', async (_what, url, publicUrl) => {
    const under = policyOf(ALLOW_ALL, publicUrl === null ? {} : { url: publicUrl });
    expect(show(await client.proof({ ...asked(), url }), { under })).toBeUndefined();
  });

  it.each([
    ['nothing is sent', undefined, 'no DPoP header'],
    ['what is sent is no proof', 'abc', 'no signed'],
  ])('is not shown where %s', (_what, dpop, why) => {
    expect(show(dpop)).toMatchObject({ reason: 'proof-not-taken', message: expect.stringContaining(why) });
  });

  it.each([
    ['another method', { htm: 'GET' }, 'htm'],
    ['another spelling of the method', { htm: 'post' }, 'htm'],
    ['another path', { htu: 'http://ledger.finance.svc/' }, 'htu'],
    ['another host', { htu: 'http://ledger.evil.svc/mcp' }, 'htu'],
    ['another port', { htu: 'http://ledger.finance.svc:8080/mcp' }, 'htu'],
    ['no URL', { htu: '/mcp' }, 'htu'],
    ['no token', { ath: undefined }, 'ath'],
    ['another token', { ath: 'x'.repeat(43) }, 'ath'],
  ])('is not shown by a proof of %s', async (_what, claims, why) => {
    expect(show(await client.proof(asked(), claims))).toMatchObject({
      reason: 'proof-not-taken',
      message: expect.stringContaining(why),
    });
  });

  it('is not shown by a proof of another key, nor by one that somebody else has signed', async () => {
    expect(show(await eve.proof(asked()))).toMatchObject({ message: expect.stringContaining('not that of the token') });
    expect(show(await eve.proof(asked(), {}, { jwk: client.jwk }))).toMatchObject({
      reason: 'proof-not-taken',
      message: expect.stringContaining('signature'),
    });
  });

  it('is shown once by one proof, also where its signature is spelled in another way', async () => {
    const nonce = possession.nonce();
    const [first, second] = [
      await client.proof({ ...asked(), nonce }, { jti: 'same' }),
      await client.proof({ ...asked(), nonce }, { jti: 'same' }),
    ];
    expect(second).not.toBe(first);
    expect(show(first)).toBeUndefined();
    for (const again of [first, second])
      expect(show(again)).toMatchObject({ reason: 'proof-not-taken', message: expect.stringContaining('before') });
  });
});

describe('a nonce is asked for', () => {
  const asks = async (nonce: string | undefined, at = possession) =>
    expect(show(await client.proof({ ...asked(), nonce }), { at })).toMatchObject({ reason: 'nonce-required' });

  it('where there is none, or one that nobody has given out', async () => {
    await asks(undefined);
    await asks('made-up');
  });

  it('where it has run out, and the new one is taken', async () => {
    const nonce = possession.nonce();
    clock.advance(59_000);
    expect(show(await client.proof({ ...asked(), nonce }))).toBeUndefined();
    clock.advance(2_000);
    await asks(nonce);
    expect(show(await client.proof(asked()))).toBeUndefined();
  });

  it('where it is of a clock that runs far ahead', async () => {
    const ahead = new FakeClock();
    ahead.advance(10_000);
    await asks(new Possession(ahead, KEY).nonce());
  });

  it('of a process that has just begun, for all that another one may have taken before', async () => {
    clock.advance(5_000);
    const nonce = possession.nonce();
    clock.advance(200);
    // With the same key, as replicas have it.
    const after = new Possession(clock, KEY);
    await asks(nonce, after);
    const fresh = await client.proof({ ...asked(), nonce: after.nonce() });
    expect(show(fresh, { at: after })).toBeUndefined();
  });
});

it('replicas that share a key take each other’s nonces, and each remembers for itself', async () => {
  const other = new Possession(clock, Buffer.alloc(32, 2));
  const shared = Buffer.alloc(32, 3);
  clock.advance(3_000);
  const nonce = other.nonce();
  expect(show(await client.proof({ ...asked(), nonce }))).toMatchObject({ reason: 'nonce-required' });
  for (const one of [possession, other]) one.adopt(shared, []);
  const proof = await client.proof({ ...asked(), nonce: other.nonce() });
  expect(show(proof)).toBeUndefined();
  expect(show(proof)).toMatchObject({ reason: 'proof-not-taken' });
  expect(show(proof, { at: other })).toBeUndefined();
});
