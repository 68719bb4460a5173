import { expect, test } from 'vitest';
import { recordOf, REDACTED, REFUSED } from '../testing/records.ts';
import { ocsfEvent } from './ocsf.ts';

/** What OCSF 1.9 demands of API Activity (6003) and the profiles of a security control and of traces. */
const REQUIRED = [
  'activity_id',
  'category_uid',
  'class_uid',
  'metadata',
  'severity_id',
  'time',
  'type_uid',
  'actor',
  'api',
  'src_endpoint',
  'trace',
];

test.each([
  ['answered', {}, {}],
  ['refused', { outcome: 'refused' }, REFUSED],
  ['of nobody', { principal: null }, {}],
])('an event of a call that is %s has all that is required', (_, over, decision) => {
  const event = ocsfEvent(recordOf(over, decision)) as Record<string, number>;
  for (const name of REQUIRED) expect(event[name], name).toBeDefined();
  expect(event['type_uid']).toBe((event['class_uid'] ?? 0) * 100 + (event['activity_id'] ?? 0));
});

test('a refused call was denied and blocked, with its rule', () => {
  expect(ocsfEvent(recordOf({ outcome: 'refused' }, REFUSED))).toMatchObject({
    class_uid: 6003,
    action_id: 2,
    disposition_id: 2,
    severity_id: 4,
    status_id: 2,
    firewall_rule: { name: 'default/files#roots' },
    actor: { user: { name: 'me', groups: [{ name: 'agents' }] }, session: { uid: 'session-1' } },
    api: { operation: 'read_file', service: { name: 'default/files' } },
    unmapped: { findings: [{ detector: 'paths' }] },
  });
});

test.each([
  ['held', { outcome: 'pending', approval: { name: 'a', state: 'Pending' } }, {}, 14, 2],
  ['approved', { approval: { name: 'a', state: 'Consumed' } }, {}, 8, 1],
  ['redacted', {}, REDACTED, 19, 1],
  ['ordinary', {}, {}, 1, 1],
])('a call that is %s has the disposition for it', (_, over, decision, disposition, status) => {
  expect(ocsfEvent(recordOf(over, decision))).toMatchObject({
    disposition_id: disposition,
    status_id: status,
    action_id: 1,
  });
});

test('reading is a reading activity', () => {
  const event = ocsfEvent(recordOf({ method: 'resources/read', tool: undefined, resource: 'file:///x' }));
  expect(event).toMatchObject({ activity_id: 2, type_uid: 600302, api: { operation: 'file:///x' } });
});
