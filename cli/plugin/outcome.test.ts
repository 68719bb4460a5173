import { expect, test } from 'vitest';
import { scriptKubectl } from '../testing/scripted-kubectl.ts';
import { storedRequest } from '../testing/stored-request.ts';
import { Cluster } from './cluster.ts';
import { tellOutcome } from './outcome.ts';

const cluster = new Cluster({ namespace: 'finance' });
const NOT_YET =
  'ledger-transfer-x7k2m: your vote (Approved) is cast, and the operator has not counted it yet: see kubectl sallyport approvals show\n';

const one = {
  state: 'Pending' as const,
  votes: [{ username: 'ada', groups: ['treasury'], decision: 'Approved' as const }],
};
const voted = storedRequest({ status: one });

test('what is still missing is said at once', async () => {
  const quorums = [{ quorum: 2, approvers: { groups: ['treasury'] } }];
  expect(await tellOutcome(cluster, storedRequest({ spec: { quorums }, status: one }), 'Approved')).toBe(
    'ledger-transfer-x7k2m: your vote (Approved) is cast; 1 of 2 votes; still needs 1 of treasury\n',
  );
});

test('what became of it is said once it is counted', async () => {
  scriptKubectl(storedRequest(), storedRequest({ status: { state: 'Consumed' } }));
  expect(await tellOutcome(cluster, voted, 'Approved')).toMatch(/^approved: ledger-transfer-x7k2m; .*once\n$/);
});

test('an operator that does not count is not waited for without end', async () => {
  scriptKubectl(storedRequest(), storedRequest());
  expect(await tellOutcome(cluster, voted, 'Approved', 1)).toBe(NOT_YET);
});

test('what another request under its name says is not said of it', async () => {
  scriptKubectl(storedRequest({ uid: 'u2', status: { state: 'Denied' } }));
  expect(await tellOutcome(cluster, voted, 'Approved')).toBe(NOT_YET);
});
