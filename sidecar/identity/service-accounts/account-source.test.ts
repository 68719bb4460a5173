import { beforeEach, describe, expect, it } from 'vitest';
import { compile } from '../../../core/policy/compile.ts';
import { Policy } from '../../../core/policy/policy.ts';
import { server } from '../../../core/policy/testing/gen.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { TestCluster } from '../../testing/test-cluster.ts';
import type { Revocable } from '../revoked/revocation-table.ts';
import { AccountSource } from './account-source.ts';

const AUDIENCES = ['ledger.finance.sallyport.dev'];
let clock: FakeClock;
let cluster: TestCluster;
let source: AccountSource;

function policyOf(access: Record<string, unknown> | undefined): Policy {
  const of = server();
  const spec = { ...of.spec, access: { authorization: 'Gate' as const, anonymous: false, ...access } };
  const { bundle, revision } = compile({ ...of, spec }, []);
  return new Policy(bundle, revision);
}

const accounts = (more: Record<string, unknown> = {}) =>
  policyOf({ serviceAccounts: { audiences: AUDIENCES, verify: 'Offline', ...more } });

beforeEach(() => {
  clock = new FakeClock();
  cluster = new TestCluster();
  source = new AccountSource(clock, cluster);
  source.follow(accounts());
});

/** What a call with the token would be told now. */
async function shown(token: string): Promise<unknown> {
  expect(source.isMine(token)).toBe(true);
  await source.learn(token);
  const verdict = source.find(token);
  if (verdict?.kind === 'known') return verdict.principal.name;
  return verdict?.kind === 'invalid' ? verdict.why : verdict?.kind;
}

const BILLING = 'system:serviceaccount:agents:billing';

describe('offline', () => {
  it('knows a ServiceAccount by its token, and asks nobody', async () => {
    const token = await cluster.token(clock.now());
    expect(await shown(token)).toBe(BILLING);
    expect(source.learn(token)).toBeUndefined();
    expect([cluster.asked, cluster.reviewed]).toEqual([[], []]);
  });

  it.each([
    ['another audience', { aud: ['other.finance.sallyport.dev'] }, 'it was made for another audience'],
    ['none', { aud: undefined }, 'it was made for another audience'],
    [
      'the API server',
      { aud: [...AUDIENCES, 'https://kubernetes.default.svc.cluster.local'] },
      /for the API server, too/,
    ],
  ])('takes no token for %s', async (_what, claims, words) => {
    expect(await shown(await cluster.token(clock.now(), claims))).toMatch(words);
  });

  it('ends with the token', async () => {
    const token = await cluster.token(clock.now());
    await shown(token);
    const known = source.find(token);
    clock.advance(631_000);
    expect(source.find(token)).toBeUndefined();
    expect(known?.kind === 'known' && source.holds(known, token)).toBe(false);
    expect(await shown(token)).toBe('it has expired');
  });

  it('takes no token that was taken back, and ends what it has opened', async () => {
    let revoked = undefined as string | undefined;
    const asked: Revocable[] = [];
    source = new AccountSource(clock, cluster, { find: (one) => (asked.push(one), revoked) });
    source.follow(accounts());
    const token = await cluster.token(clock.now(), { jti: 't1' });
    expect(await shown(token)).toBe(BILLING);
    const known = source.find(token);
    if (known?.kind !== 'known') expect.fail();
    expect(source.holds(known, token)).toBe(true);
    revoked = 'stolen';
    expect(source.holds(known, token)).toBe(false);
    expect(await shown(token)).toBe('it was revoked');
    expect(asked.at(-1)).toMatchObject({ name: BILLING, sub: BILLING, jti: 't1' });
  });

  it('takes no token that another key has signed, whatever it says of itself', async () => {
    const stranger = new TestCluster();
    expect(await shown(await stranger.token(clock.now()))).toBe('its signature is wrong');
  });

  it('asks the operator at once for a key that it has not heard of, and not at every such token', async () => {
    cluster.rotate();
    expect(await shown(await cluster.token(clock.now()))).toBe(BILLING);
    for (const jti of ['a', 'b', 'c']) await shown(await new TestCluster().token(clock.now(), { jti }));
    expect(cluster.asked).toEqual(['keys']);
  });

  it('forgets what a key has signed that the API server publishes no more', async () => {
    const token = await cluster.token(clock.now());
    await shown(token);
    const known = source.find(token);
    cluster.rotate();
    cluster.beside = cluster.fresh;
    expect(known?.kind === 'known' && source.holds(known, token)).toBe(false);
    expect(await shown(token)).toBe('its key is none of its issuer');
  });

  it('goes on with the keys that lie there while nobody can be asked', async () => {
    cluster.fresh = undefined;
    cluster.review_ = undefined;
    expect(await shown(await cluster.token(clock.now()))).toBe(BILLING);
    clock.advance(10 * 24 * 3_600_000);
    expect(await shown(await cluster.token(clock.now()))).toBe(BILLING);
  });

  it('has the API server judge tokens of an issuer that it does not name', async () => {
    const token = await cluster.token(clock.now(), { iss: 'https://old.example' });
    expect(await shown(token)).toBe(BILLING);
    expect(cluster.reviewed).toEqual([token]);
    cluster.review_ = { kind: 'refused', why: 'it is not valid' };
    expect(await shown(await cluster.token(clock.now(), { iss: 'https://evil.example' }))).toBe('it is not valid');
  });

  it('asks it about no token that none of its keys has signed, whatever issuer that makes up', async () => {
    const stranger = new TestCluster();
    for (let i = 0; i < 5; i++)
      expect(await shown(await stranger.token(clock.now(), { iss: `https://made-up.example/${i}` }))).toBe(
        'its signature is wrong',
      );
    stranger.rotate();
    expect(await shown(await stranger.token(clock.now(), { iss: 'https://old.example' }))).toBe(
      'its key is none of its issuer',
    );
    expect(cluster.reviewed).toEqual([]);
  });

  it('has it judge all of them where no keys lie there', async () => {
    cluster.beside = undefined;
    expect(await shown(await cluster.token(clock.now()))).toBe(BILLING);
    expect(cluster.reviewed).toHaveLength(1);
  });

  it('asks nobody about tokens that could not be good', async () => {
    const old = { iss: 'https://old.example' };
    expect(await shown(await cluster.token(clock.now(), { ...old, aud: ['x'] }))).toBe(
      'it was made for another audience',
    );
    expect(await shown(await cluster.token(clock.now() - 3_600_000, old))).toBe('it has expired');
    expect(cluster.reviewed).toEqual([]);
  });
});

describe('whose token it is', () => {
  it('is nobody to say where no ServiceAccount is let in', async () => {
    source.follow(policyOf({}));
    expect(source.isMine(await cluster.token(clock.now()))).toBe(false);
  });

  it('is for the issuer to say that the policy names, unless it is the cluster itself', async () => {
    const claims = { name: 'sub', groups: 'groups', scopes: 'scope' };
    const jwt = ['https://other.example', cluster.issuer].map((issuer) => {
      const audiences = AUDIENCES;
      return { issuer, audiences, algorithms: ['RS256'], clockSkew: '30s', claims };
    });
    source.follow(policyOf({ serviceAccounts: { verify: 'Offline' }, jwt }));
    expect(source.isMine(await cluster.token(clock.now(), { iss: 'https://other.example' }))).toBe(false);
    expect(source.isMine(await cluster.token(clock.now()))).toBe(true);
  });

  it('is not found in what is no token of a cluster', async () => {
    const token = await cluster.token(clock.now(), { iss: 'https://login.example', 'kubernetes.io': undefined });
    for (const other of [token, 'abc', 'ey.a.b', `${token}${'a'.repeat(12_000)}`])
      expect(source.isMine(other)).toBe(false);
  });
});

describe('online', () => {
  beforeEach(() => source.follow(accounts({ verify: 'Online' })));

  it('asks the API server as well, once for calls of the next seconds', async () => {
    const token = await cluster.token(clock.now());
    await Promise.all([shown(token), shown(token)]);
    expect(await shown(token)).toBe(BILLING);
    clock.advance(4_999);
    expect(source.learn(token)).toBeUndefined();
    expect(cluster.reviewed).toHaveLength(1);
    clock.advance(1);
    expect(await shown(token)).toBe(BILLING);
    expect(cluster.reviewed).toHaveLength(2);
  });

  it('asks it about no token that is not signed as it should be', async () => {
    await shown(await new TestCluster().token(clock.now()));
    await shown(await cluster.token(clock.now(), { aud: 'x' }));
    expect(cluster.reviewed).toEqual([]);
  });

  it('knows nobody any more whose token the API server does not take', async () => {
    const token = await cluster.token(clock.now());
    await shown(token);
    const known = source.find(token);
    cluster.review_ = { kind: 'refused', why: 'the pod is gone' };
    clock.advance(5_000);
    expect(await shown(token)).toBe('the pod is gone');
    expect(known?.kind === 'known' && source.holds(known, token)).toBe(false);
  });

  it('takes no other name for the one of the token', async () => {
    cluster.review_ = { kind: 'good', username: 'system:serviceaccount:agents:admin' };
    expect(await shown(await cluster.token(clock.now()))).toBe('the API server knows it by another name');
  });

  it('lets nobody in while nobody can be asked, and blames nobody for it', async () => {
    const token = await cluster.token(clock.now());
    await shown(token);
    cluster.review_ = undefined;
    clock.advance(5_000);
    expect(await shown(token)).toBe('unavailable');
  });

  it('asks about what stays open or waits, and ends it after a minute without a word', async () => {
    const token = await cluster.token(clock.now());
    await shown(token);
    const known = source.find(token);
    if (known?.kind !== 'known') throw new Error('it is not known');
    const proof = source.proofOf(known, token);
    // A call that is held for minutes.
    for (let minutes = 0; minutes < 5; minutes++) {
      clock.advance(59_000);
      await source.recheck();
      expect(proof.holds()).toBe(true);
    }
    expect(cluster.reviewed).toHaveLength(6);
    cluster.review_ = undefined;
    await source.recheck();
    clock.advance(59_999);
    expect(proof.holds()).toBe(true);
    clock.advance(1);
    expect(proof.holds()).toBe(false);
  });

  it('ends what stays open once the API server does not take the token', async () => {
    const token = await cluster.token(clock.now());
    await shown(token);
    const known = source.find(token);
    if (known?.kind !== 'known') throw new Error('it is not known');
    const proof = source.proofOf(known, token);
    expect(source.proofOf(known, token)).toBe(proof);
    cluster.review_ = { kind: 'refused', why: 'the pod is gone' };
    await source.recheck();
    expect(proof.holds()).toBe(false);
  });

  it('looks at everybody anew when the policy is another one', async () => {
    const token = await cluster.token(clock.now());
    await shown(token);
    const known = source.find(token);
    source.follow(accounts({ verify: 'Online', namespaces: ['finance'] }));
    expect(known?.kind === 'known' && source.holds(known, token)).toBe(false);
    expect(await shown(token)).toMatch(/namespace agents are not let in/);
  });
});
