import { describe, expect, it } from 'vitest';
import { accountOf, unprovenClaims } from './account-claims.ts';

const ISSUER = 'https://kubernetes.default.svc';
const CLAIMS = {
  iss: ISSUER,
  sub: 'system:serviceaccount:agents:billing',
  aud: ['ledger.finance.sallyport.dev'],
  'kubernetes.io': { namespace: 'agents', pod: { name: 'billing-7d4', uid: 'b' }, node: { name: 'node-1', uid: 'c' } },
};

it('is known as Kubernetes knows it, with its groups and with where it runs', () => {
  expect(accountOf(CLAIMS, null)).toEqual({
    kind: 'serviceAccount',
    name: 'system:serviceaccount:agents:billing',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:agents', 'system:authenticated'],
    issuer: ISSUER,
    attributes: { namespace: 'agents', serviceAccount: 'billing', pod: 'billing-7d4', node: 'node-1' },
  });
});

it('has no pod where the token is bound to none', () => {
  const known = accountOf({ ...CLAIMS, 'kubernetes.io': { namespace: 'agents' } }, ['agents']);
  expect(known).toMatchObject({ attributes: { namespace: 'agents', serviceAccount: 'billing' } });
});

describe('is nobody', () => {
  it.each([
    ['of another namespace', {}, ['finance'], /namespace agents are not let in/],
    ['that the API server would take, too', { aud: ['a', ISSUER] }, null, /made for the API server, too/],
    ['of a person', { sub: 'ada' }, null, /of no ServiceAccount/],
    ['of a node', { sub: 'system:node:a' }, null, /of no ServiceAccount/],
    ['whose name goes on', { sub: 'system:serviceaccount:a:b:c' }, null, /of no ServiceAccount/],
    ['with a name of two lines', { sub: 'system:serviceaccount:a:b\nc' }, null, /of no ServiceAccount/],
    ['without an issuer', { iss: undefined }, null, /of no ServiceAccount/],
    ['bound to a key', { cnf: { jkt: 'a' } }, null, /bound to a key/],
    ['bound to nothing', { 'kubernetes.io': undefined }, null, /bound to nothing/],
  ])('by a token %s', (_what, claims, namespaces, words) => {
    expect(accountOf({ ...CLAIMS, ...claims }, namespaces)).toMatch(words);
  });

  it.each(['', 'a.b.c', 'a', `a.${Buffer.from('[]').toString('base64url')}.c`])('by %j', (token) => {
    expect(unprovenClaims(token)).toBeUndefined();
  });
});
