import { describe, expect, test } from 'vitest';
import { scriptKubectl } from '../testing/scripted-kubectl.ts';
import { storedRequest } from '../testing/stored-request.ts';
import { Cluster } from './cluster.ts';

const FINANCE = { namespace: 'finance', context: 'c' };

describe('what waits', () => {
  test('is asked for where it is, as this user', () => {
    const kubectl = scriptKubectl({ items: [storedRequest(), { odd: true }, null] }, { items: [] }, {});
    expect(new Cluster(FINANCE).list(false)).toEqual([storedRequest()]);
    expect(new Cluster({ allNamespaces: true, as: 'ada', asGroup: ['treasury', 'ops'] }).list(true)).toEqual([]);
    expect(new Cluster({}).list(true)).toEqual([]);
    expect(kubectl.asked()).toEqual([
      '--context=c get approvalrequests.sallyport.dev -n finance --field-selector=status.state=Pending -o json',
      '--as=ada --as-group=treasury --as-group=ops get approvalrequests.sallyport.dev -A -o json',
      'get approvalrequests.sallyport.dev -o json',
    ]);
  });

  test('that it may not be read is said', () => {
    scriptKubectl('Error from server (Forbidden): x is forbidden: User "vic" cannot list resource');
    expect(() => new Cluster(FINANCE).list(false)).toThrow('the API server refused: User "vic" cannot list resource');
  });
});

test('a vote is on the version that was seen, and on no other', () => {
  const kubectl = scriptKubectl(storedRequest({ resourceVersion: '8' }));
  const voted = new Cluster(FINANCE).vote(storedRequest(), 'Denied', 'no invoice');
  expect(voted.metadata.resourceVersion).toBe('8');
  expect(kubectl.asked()).toEqual([
    '--context=c patch approvalrequests.sallyport.dev ledger-transfer-x7k2m -n finance --subresource=status --type=merge -p {"metadata":{"resourceVersion":"7"},"status":{"decision":"Denied","reason":"no invoice"}} -o json',
  ]);
});

test('what this version cannot read is not taken for something else', () => {
  scriptKubectl({ metadata: {}, spec: {} });
  expect(() => new Cluster(FINANCE).get('x')).toThrow('approval x is not what this version knows');
});

test('who I am is what the API server says, if it does', () => {
  scriptKubectl({ status: { userInfo: { username: 'ada' } } }, 'error: unknown command');
  expect(new Cluster({}).whoAmI()).toEqual({ username: 'ada' });
  expect(new Cluster({}).whoAmI()).toBeUndefined();
});
