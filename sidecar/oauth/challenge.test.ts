import { expect, test } from 'vitest';
import { ALLOW_ALL, policyOf } from '../../test/support/policy.ts';
import { isChallenge } from './challenge.ts';

const server = policyOf(ALLOW_ALL, { authorization: 'Server' });
const gate = policyOf(ALLOW_ALL, { anonymous: true });
const headers = { 'www-authenticate': 'Bearer' };

test.each([401, 403])('an answer of %i that asks for a token is one', (status) => {
  expect(isChallenge(status, server, headers)).toBe(true);
});

test.each([
  ['another status', 400, server, headers],
  ['no word of how to answer', 401, server, {}],
  ['a gate that asks for tokens itself', 401, gate, headers],
  ['no policy yet', 401, undefined, headers],
] as const)('with %s it is none', (_name, status, policy, given) => {
  expect(isChallenge(status, policy, given)).toBe(false);
});
