import { expect, it } from 'vitest';
import { askForAccountKeys, reviewAccountToken } from './account-link.ts';
import type { OperatorAnswer, OperatorRequest } from './client.ts';

/** Of the operator its answer alone; how it is reached is tested with the client. */
function answering(
  status: number,
  body: unknown,
): { asked: OperatorRequest[]; request: (r: OperatorRequest) => Promise<OperatorAnswer> } {
  const asked: OperatorRequest[] = [];
  return {
    asked,
    request: async (one) => {
      asked.push(one);
      return { status, body };
    },
  };
}

it('brings the keys of the API server', async () => {
  const keys = { issuer: 'https://a.example', keys: [{ kid: 'a' }] };
  expect(await askForAccountKeys(answering(200, keys))).toEqual(keys);
});

it.each([
  [503, { error: 'the API server is away' }, /HTTP 503: the API server is away/],
  [200, { issuer: 'a' }, /says no keys/],
  [404, undefined, /HTTP 404/],
])('has no keys where the operator answers %s %j', async (status, body, words) => {
  await expect(askForAccountKeys(answering(status, body))).rejects.toThrow(words);
});

it('says of a token what the API server says', async () => {
  const operator = answering(200, { authenticated: true, username: 'system:serviceaccount:a:b' });
  expect(await reviewAccountToken(operator, 'x')).toEqual({ kind: 'good', username: 'system:serviceaccount:a:b' });
  expect(operator.asked).toMatchObject([{ method: 'POST', path: '/v1/service-account-reviews', body: { token: 'x' } }]);
  expect(await reviewAccountToken(answering(200, { authenticated: false, error: 'the pod is gone' }), 'x')).toEqual({
    kind: 'refused',
    why: 'the API server says: the pod is gone',
  });
});

it.each([
  [503, { error: 'busy' }],
  [403, { error: 'it lets in none' }],
  [404, { error: 'there is no such path' }],
  [200, {}],
  [200, { authenticated: 'true', username: 'a' }],
  [200, { authenticated: true }],
  [200, undefined],
])('says nothing of a token where the operator answers %s %j', async (status, body) => {
  await expect(reviewAccountToken(answering(status, body), 'x')).rejects.toThrow('says nothing of the token');
});
