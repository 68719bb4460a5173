import { afterEach, beforeEach, expect, test } from 'vitest';
import { kubectl, listOf } from './kubectl.ts';
import { PublishedCluster } from './testing/published-cluster.ts';

const options = { operatorNamespace: 'sallyport-system' };

let cluster: PublishedCluster;
beforeEach(() => void (cluster = new PublishedCluster()));
afterEach(() => cluster.close());

test('what is listed is what is in the list', () => {
  expect(listOf(options, ['configmaps', '-l', 'sallyport.dev/audit-keys=true'])).toHaveLength(3);
  expect(cluster.asked).toBe('get configmaps -l sallyport.dev/audit-keys=true -o json\n');
});

test('what kubectl says is said, with what to check', () => {
  expect(() => kubectl(options, ['get', 'x'])).toThrow('kubectl says: Error from server (NotFound)');
  expect(() => kubectl({ ...options, kubeconfig: '/k', context: 'c' }, ['get', 'x'])).toThrow();
  expect(cluster.asked).toContain('--kubeconfig=/k --context=c get x\n');
});

test('that there is none is said', () => {
  process.env['PATH'] = '/nowhere';
  expect(() => kubectl(options, ['get', 'x'])).toThrow(/kubectl does not run: .*ENOENT/);
});
