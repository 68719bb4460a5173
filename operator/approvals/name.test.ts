import { expect, test } from 'vitest';
import { requestName } from './name.ts';

const call = { key: 'finance/ledger sha256:… billing', server: 'ledger', target: 'transfer', revision: 'sha256:1' };

test('one call has one name, so that two replicas come to the same', () => {
  expect(requestName(call, 0)).toBe(requestName({ ...call }, 0));
  expect(requestName(call, 0)).toMatch(/^ledger-transfer-[0-9a-f]{10}$/);
});

test.each([
  ['another attempt', { ...call }, 1],
  ['another call', { ...call, key: 'other' }, 0],
  ['another policy', { ...call, revision: 'sha256:2' }, 0],
])('%s has another name', (_, other, attempt) => {
  expect(requestName(other, attempt)).not.toBe(requestName(call, 0));
});

test.each(['file:///data/Ünïcode report.txt', '---', '', 'x'.repeat(300), 'UPPER_case.tool'])(
  'the name is a DNS label whatever is called: %j',
  (target) => {
    const name = requestName({ ...call, target }, 0);
    expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    expect(name.length).toBeLessThanOrEqual(63);
  },
);
