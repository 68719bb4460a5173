import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BundleIssuer } from '../../../core/policy/settings/jwt.ts';
import { Policy } from '../../../core/policy/policy.ts';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { TestIssuer } from '../../testing/test-issuer.ts';
import type { Revocable } from '../revoked/revocation-table.ts';
import { JwtProof } from './jwt-proof.ts';
import { JwtSource } from './jwt-source.ts';

let issuer: TestIssuer;
let clock: FakeClock;
let source: JwtSource;
beforeEach(async () => {
  issuer = await TestIssuer.start();
  clock = new FakeClock();
  clock.advance(Date.now() - clock.now());
  source = new JwtSource(clock, () => {});
  source.follow(trusting(issuer.trusted()));
});
afterEach(async () => {
  source.follow(undefined);
  await issuer.close();
});

function trusting(...jwt: BundleIssuer[]): Policy {
  const { bundle } = policyOf(ALLOW_ALL);
  const { server } = bundle;
  return new Policy({ ...bundle, server: { ...server, access: { ...server.access, jwt } } }, 'sha256:0');
}

async function shown(token: string) {
  await source.learn(token);
  return source.look(token);
}

it('tells how it stands with the keys, of issuers that are trusted now', async () => {
  const seen: (readonly boolean[])[] = [];
  const own: JwtSource = new JwtSource(
    clock,
    () => {},
    () => seen.push(own.states().map(({ usable }) => usable)),
  );
  own.follow(trusting(issuer.trusted()));
  await own.find(issuer.url)?.keys.hear();
  expect(own.states()).toMatchObject([{ issuer: issuer.url, readAt: clock.now(), away: undefined }]);
  own.follow(undefined);
  expect(seen).toEqual([[false], [true], []]);
});

describe('tokens of issuers', () => {
  it('are verified once', async () => {
    const token = await issuer.token();
    expect(source.look(token)).toBeUndefined();
    expect(await shown(token)).toMatchObject({ kind: 'known', principal: { name: 'ada' } });
    expect(source.learn(token)).toBeUndefined();
  });

  it('that come at the same time are verified together', async () => {
    const token = await issuer.token();
    expect(source.learn(token)).toBe(source.learn(token));
    await source.learn(token);
  });

  it('hold until they expire', async () => {
    const verdict = await shown(await issuer.token());
    if (verdict?.kind !== 'known') expect.fail();
    const proof = new JwtProof(verdict, source);
    expect(proof).toMatchObject({ principal: { name: 'ada' } });
    expect(proof.holds()).toBe(true);
    clock.advance(329_000);
    expect(proof.holds()).toBe(true);
    clock.advance(2_000);
    expect(proof.holds()).toBe(false);
  });

  it('hold through policies that say the same of their issuer, and through no other', async () => {
    const token = await issuer.token();
    const verdict = await shown(token);
    if (verdict?.kind !== 'known') expect.fail();
    source.follow(trusting(issuer.trusted()));
    expect(source.look(token)).toBe(verdict);
    expect(source.holds(verdict)).toBe(true);
    source.follow(trusting(issuer.trusted({ audiences: ['somebody else'] })));
    expect(source.look(token)).toBeUndefined();
    expect(source.holds(verdict)).toBe(false);
    expect(await shown(token)).toMatchObject({ kind: 'invalid' });
  });

  it('are nobody’s when their issuer is trusted no more, or by nobody', async () => {
    const token = await issuer.token();
    await shown(token);
    source.follow(trusting());
    expect(await shown(token)).toMatchObject({ kind: 'invalid' });
  });

  it('are known again when the issuer has told of a new key', async () => {
    await shown(await issuer.token());
    await issuer.rotate('second');
    const token = await issuer.token();
    expect(await shown(token)).toMatchObject({ kind: 'invalid', why: 'its key is none of its issuer' });
    clock.advance(11_000);
    expect(await shown(token)).toMatchObject({ kind: 'known' });
  });

  it.each([
    ['its key id', {}],
    ['no key id', { kid: undefined as never }],
  ])('with %s are nobody’s once the issuer has taken the key back', async (_what, header) => {
    const token = await issuer.token({ exp: Math.floor(Date.now() / 1000) + 30 * 86_400 }, header);
    const verdict = await shown(token);
    if (verdict?.kind !== 'known') expect.fail();
    await issuer.rotate('second');
    clock.advance(11_000);
    expect(source.holds(verdict)).toBe(true);
    expect(await shown(await issuer.token())).toMatchObject({ kind: 'known' });
    expect(source.holds(verdict)).toBe(false);
    expect(source.look(token)).toBeUndefined();
    expect(await shown(token)).toMatchObject({ kind: 'invalid' });
    expect(source.look(token)).toMatchObject({ kind: 'invalid' });
  });

  it('hold though their issuer says something else of the same key', async () => {
    const verdict = await shown(await issuer.token());
    if (verdict?.kind !== 'known') expect.fail();
    const { keys } = await issuer.jwks();
    for (const key of keys) Object.assign(key, { use: 'sig', x5c: [] });
    const documents: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` },
      '/keys': { keys },
    };
    issuer.answer = ({ url = '' }, response) => {
      response.end(JSON.stringify(documents[url]));
      return true;
    };
    clock.advance(11_000);
    await shown(await issuer.token({}, { kid: 'made up' }));
    expect(source.holds(verdict)).toBe(true);
  });

  it('are not taken while their issuer could not be asked for a day, though they were seen before', async () => {
    const token = await issuer.token({ exp: Math.floor(Date.now() / 1000) + 30 * 86_400 });
    await shown(token);
    issuer.answer = (_, response) => {
      response.writeHead(503).end();
      return true;
    };
    clock.advance(25 * 3_600_000);
    expect(await shown(token)).toMatchObject({ kind: 'unavailable' });
  });

  it('of a policy that changes meanwhile are for the next attempt', async () => {
    const token = await issuer.token();
    const learning = source.learn(token);
    source.follow(trusting());
    await learning;
    expect(source.look(token)).toMatchObject({ kind: 'unavailable' });
  });
});

describe('tokens that are taken back', () => {
  it('are nobody’s from the next call on, and what they had opened holds no more', async () => {
    let revoked = (_: Revocable): string | undefined => undefined;
    const own = new JwtSource(
      clock,
      () => {},
      () => {},
      { find: (token) => revoked(token) },
    );
    own.follow(trusting(issuer.trusted()));
    const token = await issuer.token({ jti: 't1', iat: 1_000 });
    await own.learn(token);
    const verdict = own.look(token);
    if (verdict?.kind !== 'known') expect.fail();
    const proof = new JwtProof(verdict, own);
    expect(proof.holds()).toBe(true);
    const asked: Revocable[] = [];
    revoked = (one) => (asked.push(one), 'stolen');
    expect(own.look(token)).toEqual({ kind: 'invalid', why: 'it was revoked' });
    // There is nothing to find out about it.
    expect(own.learn(token)).toBeUndefined();
    expect(proof.holds()).toBe(false);
    expect(asked[0]).toEqual({ issuer: issuer.url, name: 'ada', jti: 't1', sub: 'ada', iat: 1_000 });
    revoked = () => undefined;
    expect(own.look(token)).toBe(verdict);
    own.follow(undefined);
  });
});
