import { expect, test } from 'vitest';
import { scriptKubectl } from '../testing/scripted-kubectl.ts';
import { storedRequest } from '../testing/stored-request.ts';
import { Cluster } from './cluster.ts';
import { tellOutcome } from './outcome.ts';

const cluster = new Cluster({ namespace: 'finance' });
const NOT_YET =
  'ledger-transfer-x7k2m: your vote (Approved) is kept, and not counted yet: see kubectl sallyport approvals show\n';

test('what became of it is said once it is counted', async () => {
  scriptKubectl(storedRequest(), storedRequest({ status: { state: 'Consumed' } }));
  expect(await tellOutcome(cluster, storedRequest(), 'Approved')).toMatch(
    /^approved: ledger-transfer-x7k2m; .*once\n$/,
  );
});

test('an operator that does not count is not waited for without end', async () => {
  scriptKubectl(storedRequest(), storedRequest());
  expect(await tellOutcome(cluster, storedRequest(), 'Approved', 1)).toBe(NOT_YET);
});

test('what another request under its name says is not said of it', async () => {
  scriptKubectl(storedRequest({ uid: 'u2', status: { state: 'Denied' } }));
  expect(await tellOutcome(cluster, storedRequest(), 'Approved')).toBe(NOT_YET);
});
