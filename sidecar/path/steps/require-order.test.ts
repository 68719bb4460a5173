import { expect, it } from 'vitest';
import { GETTERS } from '../../testing/answering.ts';
import { enteringCall } from '../../testing/calls.ts';
import { requireOrder } from './require-order.ts';

const audit = { state: 'ok', append() {}, intend: () => 0, refuseUnknown: () => true, note() {}, lose() {} } as const;
const order = { failed: undefined, draining: false, policy: { current: () => GETTERS }, audit };

it('a gate in order lets calls in, and notes the policy in force', () => {
  const call = enteringCall();
  expect(requireOrder(call, order)).toBeUndefined();
  expect(call.entry.policy).toBe(GETTERS);
});

it.each([
  ['has failed', { failed: 'why' }, 'internal-error'],
  ['ends', { draining: true }, 'draining'],
  ['has no policy', { policy: { current: () => undefined } }, 'no-policy'],
  ['cannot record', { audit: { ...audit, state: 'behind' } }, 'audit-unavailable'],
] as const)('a gate that %s lets none in', (_what, lacks, reason) => {
  expect(requireOrder(enteringCall(), { ...order, ...lacks })).toMatchObject({ reason });
});
