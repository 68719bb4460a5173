import { expect, it } from 'vitest';
import { ALLOW_ALL, policyOf } from '../../test/support/policy.ts';
import { isChallenge } from './challenge.ts';

const byServer = policyOf(ALLOW_ALL, { authorization: 'Server' });
const byGate = policyOf(ALLOW_ALL, { anonymous: true });
const headers = { 'www-authenticate': 'Bearer' };

it.each([401, 403])('a server that checks tokens itself asks for one with %i', (status) => {
  expect(isChallenge(status, byServer, headers)).toBe(true);
});

it.each([
  ['another status', 400, byServer, headers],
  ['without the header', 401, byServer, {}],
  ['where the gate checks tokens', 401, byGate, headers],
  ['where there is no policy', 401, undefined, headers],
] as const)('is none: %s', (_what, status, policy, said) => {
  expect(isChallenge(status, policy, said)).toBe(false);
});
