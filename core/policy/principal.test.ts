import { expect, it } from 'vitest';
import { isSamePrincipal, type Principal, principalKey } from './principal.ts';

const PRINCIPALS: readonly Principal[] = [
  { kind: 'anonymous', name: 'anonymous', groups: [] },
  { kind: 'token', name: 'ada', groups: [] },
  { kind: 'local', name: 'ada', groups: [] },
  { kind: 'jwt', name: 'ada', groups: [], issuer: 'https://a.example' },
  { kind: 'jwt', name: 'ada', groups: [], issuer: 'https://b.example' },
  { kind: 'jwt', name: 'b ada', groups: [], issuer: 'https://a.example' },
  { kind: 'jwt', name: 'ada', groups: [], issuer: 'https://a.exampleb' },
];

it('two are the same only by kind, issuer and name', () => {
  for (const [i, one] of PRINCIPALS.entries()) {
    for (const [j, other] of PRINCIPALS.entries()) {
      expect(isSamePrincipal(one, other)).toBe(i === j);
      expect(principalKey(one) === principalKey(other)).toBe(i === j);
    }
  }
});

it('groups and scopes make nobody another one', () => {
  const ada: Principal = { kind: 'jwt', name: 'ada', groups: [], issuer: 'https://a.example' };
  expect(isSamePrincipal(ada, { ...ada, groups: ['staff'], scopes: ['mcp'] })).toBe(true);
});
