import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestIssuer } from '../../testing/test-issuer.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { MAX_KEYS_TRIED } from './verify-by.ts';
import { verifyToken } from './verify-token.ts';

let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await TestIssuer.start();
});
afterEach(() => issuer.close());

const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const unnamed = (claims: object = {}) => issuer.token({ ...claims }, { kid: undefined as never });

async function verify(token: string, set?: { keys: Record<string, unknown>[] }) {
  const said = issuer.trusted(set === undefined ? {} : { keys: { set } });
  const keys = new IssuerKeys(said, clock, () => {});
  const verdict = await verifyToken(token, { find: () => ({ said, keys }) }, Date.now());
  keys.close();
  return verdict;
}

async function published(count: number): Promise<void> {
  for (let i = 1; i < count; i++) await issuer.rotate(`key-${i}`, 'ES256', 'published');
}

describe('a token that names no key', () => {
  it('is good by whichever of the keys of its issuer has signed it', async () => {
    const byFirst = await unnamed();
    await issuer.rotate('second', 'ES256', 'published');
    for (const token of [byFirst, await unnamed()]) expect(await verify(token)).toMatchObject({ kind: 'known' });
  });

  it('is bad where none has', async () => {
    const gone = await unnamed();
    await issuer.rotate('second');
    await issuer.rotate('third', 'ES256', 'published');
    expect(await verify(gone)).toEqual({ kind: 'invalid', why: 'its signature is wrong' });
  });

  it('is told what is wrong with its claims, whichever key it is of', async () => {
    const expired = await unnamed({ exp: 1 });
    await issuer.rotate('second', 'ES256', 'published');
    expect(await verify(expired)).toEqual({ kind: 'invalid', why: 'it has expired' });
  });

  it('is tried with keys of its kind alone', async () => {
    const token = await unnamed();
    await issuer.rotate('second', 'RS256', 'published');
    expect(await verify(token)).toMatchObject({ kind: 'known' });
  });

  it(`is tried with ${MAX_KEYS_TRIED} keys, and no more`, async () => {
    const byLast = await unnamed();
    await published(MAX_KEYS_TRIED);
    expect(await verify(byLast)).toMatchObject({ kind: 'known' });
    await issuer.rotate('one-more', 'ES256', 'published');
    const why = `it names no key (kid), and is of none of the first ${MAX_KEYS_TRIED} that fit`;
    expect(await verify(byLast)).toEqual({ kind: 'invalid', why });
  });
});

it('of two keys with one id either counts', async () => {
  const byFirst = await issuer.token({}, { kid: 'same' });
  await issuer.rotate('second', 'ES256', 'published');
  const byBoth = [byFirst, await issuer.token({}, { kid: 'same' })];
  const set = await issuer.jwks();
  for (const key of set.keys) key['kid'] = 'same';
  for (const token of byBoth) expect(await verify(token, set)).toMatchObject({ kind: 'known' });
});
