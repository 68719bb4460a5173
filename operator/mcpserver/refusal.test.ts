import { expect, test } from 'vitest';
import { ApiError } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import { NameTakenError } from '../owned-set.ts';
import { parseServer } from '../parsed.ts';
import { cachesWith, mcpServer } from '../testing/gen.ts';
import { ownedKinds } from './owned-kinds.ts';
import { refusalOf, runRefused } from './refusal.ts';

const attempt = {
  verb: 'patch',
  resource: RESOURCES.Deployment,
  ref: { namespace: 'finance', name: 'ledger' },
} as const;

test.each([
  ['what the schema does not take', 422, 'NotAccepted'],
  ['what a quota, a policy or RBAC forbids', 403, 'Forbidden'],
])('%s is said at the server, in the words of the API server', (_, code, reason) => {
  expect(refusalOf(new ApiError(attempt, code, { message: 'so and so' }))).toEqual({
    status: 'False',
    reason,
    message:
      'The API server does not take what this MCPServer needs: cannot patch deployments.apps finance/ledger: ' +
      `${code} so and so. Tried again until it does.`,
  });
});

test('a name that is taken is said as it is', () => {
  expect(refusalOf(new NameTakenError('it is taken'))).toMatchObject({ reason: 'NameTaken', message: 'it is taken' });
});

test.each([
  ['somebody wrote first', new ApiError(attempt, 409, {})],
  ['the server is busy', new ApiError(attempt, 429, {})],
  ['the server fails', new ApiError(attempt, 500, {})],
  ['there is a bug', new TypeError('x')],
])('that %s says nothing of the wish', (_, error) => {
  expect(refusalOf(error)).toBeUndefined();
});

test('spec.run is refused where no images are run, and nothing else is', () => {
  const plain = mcpServer();
  const parse = (spec: Record<string, unknown>) => {
    const object = { ...plain, spec };
    const parsed = parseServer(object);
    if (!('value' in parsed)) throw new Error(parsed.problem);
    return parsed.value;
  };
  const run = parse({ run: { image: 'wiki:1', port: 9000 } });
  const workload = parse(plain.spec ?? {});
  const [runs, runsNone] = [ownedKinds(cachesWith(), true), ownedKinds(cachesWith(), false)];
  expect(runRefused(run, runsNone)).toMatchObject({ status: 'False', reason: 'RunDisabled' });
  expect([runRefused(run, runs), runRefused(workload, runsNone)]).toEqual([undefined, undefined]);
});
