import { describe, expect, test } from 'vitest';
import { pod, REVISION } from '../../testing/gen.ts';
import { policyEnforced } from './policy-enforced.ts';
import { compiled, rejected, injectedPod, facts } from './testing/cases.ts';

describe('PolicyEnforced', () => {
  const verdict = (pods: object[], wanted = compiled()) => policyEnforced(facts(pods).pods, wanted);

  test('True when every ready pod enforces the wanted revision; pods that are not ready do not count', () => {
    const result = verdict([injectedPod({ enforces: REVISION }), injectedPod({ name: 'b', ready: false })]);
    expect(result).toMatchObject({ enforced: 1, ready: 1, verdict: { status: 'True' } });
  });
  test('False names the pods that are waited for', () => {
    const old = injectedPod({ name: 'b', enforces: `sha256:${'b'.repeat(64)}` });
    const result = verdict([injectedPod({ enforces: REVISION }), old]);
    expect(result).toMatchObject({ enforced: 1, ready: 2, verdict: { status: 'False', reason: 'Waiting' } });
    expect(result.verdict.message).toContain('waiting for b');
  });
  test('a pod without gate enforces nothing, whatever its conditions say', () => {
    expect(verdict([pod({ gateOf: null, enforces: REVISION })])).toMatchObject({
      enforced: 0,
      verdict: { status: 'False' },
    });
  });
  test('False with the words of a pod that could not take the bundle', () => {
    const conditions = [
      { type: 'sallyport.dev/PolicyEnforced', status: 'False', message: `${REVISION}; the bundle is not JSON` },
    ];
    const { verdict: said } = verdict([injectedPod({ conditions })]);
    expect(said.reason).toBe('BundleRejected');
    expect(said.message).toContain('the bundle is not JSON');
  });
  test('Unknown without pods, False without ready ones', () => {
    expect(verdict([]).verdict).toMatchObject({ status: 'Unknown', reason: 'NoPods' });
    expect(verdict([injectedPod({ ready: false })]).verdict).toMatchObject({ status: 'False', reason: 'NoReadyPods' });
  });
  test('False while there is no acceptable policy', () => {
    expect(verdict([injectedPod({ enforces: REVISION })], rejected).verdict.reason).toBe('PolicyNotAccepted');
  });
});
