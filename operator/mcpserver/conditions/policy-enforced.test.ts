import { describe, expect, test } from 'vitest';
import { mcpServerSchema } from '../../../core/api/mcp-server.ts';
import { mcpServer, pod, REVISION } from '../../testing/gen.ts';
import { compile } from '../../../core/policy/compile.ts';
import { forGates } from '../../../core/policy/for-gates.ts';
import { pack as packOf } from '../../../core/policy/testing/gen.ts';
import { plan } from '../../policy-delivery/plan.ts';
import type { WantedBundle } from '../bundle.ts';
import { policyEnforced } from './policy-enforced.ts';
import { server, compiled, rejected, injectedPod, facts } from './testing/cases.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const LONG_AGO = '2026-11-21T09:00:00Z';
const LAST = `sha256:${'b'.repeat(64)}`;
/** A server whose status says so of its policy. */
const saying = (policy: object) => mcpServer({ status: { policy } });

describe('PolicyEnforced', () => {
  const verdict = (
    pods: object[],
    wanted = compiled(),
    object = saying({ revision: REVISION, since: LONG_AGO }),
    now = NOW,
  ) => {
    const given = { ...facts(pods), object };
    const gates = given.pods.filter(({ gateOf }) => gateOf === 'ledger');
    const shares = wanted.kind === 'compiled' ? plan(wanted, gates, () => undefined) : [];
    return policyEnforced(given, { wanted, shares }, now);
  };

  test('True when every ready pod enforces the wanted revision; pods that are not ready do not count', () => {
    const result = verdict([injectedPod({ enforces: REVISION }), injectedPod({ name: 'b', ready: false })]);
    expect(result).toMatchObject({ enforced: 1, ready: 1, verdict: { status: 'True' } });
  });
  test('False names the pods that are waited for', () => {
    const old = injectedPod({ name: 'b', enforces: LAST });
    const result = verdict([injectedPod({ enforces: REVISION }), old]);
    expect(result).toMatchObject({ enforced: 1, ready: 2, verdict: { status: 'False', reason: 'Waiting' } });
    expect(result.verdict.message).toContain('waiting for b');
  });
  describe('while a policy is on its way', () => {
    const pods = [injectedPod({ enforces: REVISION }), injectedPod({ name: 'b', enforces: LAST })];

    test.each([
      ['a revision that nobody has heard of', saying({ revision: LAST, since: LONG_AGO }), 0, 'Delivering'],
      [
        'one of half a minute less a moment',
        saying({ revision: REVISION, since: '2026-11-21T09:59:31Z' }),
        0,
        'Delivering',
      ],
      ['one of half a minute', saying({ revision: REVISION, since: '2026-11-21T09:59:30Z' }), 0, 'Waiting'],
      ['the first one', mcpServer(), 0, 'Delivering'],
    ])('%s', (_, object, later, reason) => {
      const { verdict: said, lateAt } = verdict(pods, compiled(), object, NOW + later);
      expect([said.status, said.reason, said.passes]).toEqual(['False', reason, true]);
      expect(lateAt).toBe(reason === 'Waiting' ? undefined : lateAt);
      expect(said.message).toContain('1 of 2 ready pods');
    });
    test('says when it is late', () => {
      const object = saying({ revision: REVISION, since: '2026-11-21T09:59:50Z' });
      expect(verdict(pods, compiled(), object).lateAt).toBe(NOW + 20_000);
    });
    test('a pod that has just become ready has its report on the way; one without a gate has none', () => {
      const ready = { type: 'Ready', status: 'True', lastTransitionTime: '2026-11-21T09:59:55Z' } as const;
      const fresh = injectedPod({ name: 'b' });
      const young = { ...fresh, status: { ...fresh.status, conditions: [ready] } };
      expect(verdict([injectedPod({ enforces: REVISION }), young]).verdict.reason).toBe('Delivering');
      const bare = pod({ gateOf: null, name: 'c' });
      expect(verdict([young, { ...bare, status: { ...bare.status, conditions: [ready] } }]).verdict.reason).toBe(
        'Waiting',
      );
    });
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
  test.each([
    [['gates'], 'The pod uses the Secret gates, which has to be in this namespace'],
    [[], 'name a Secret in sidecar.imagePullSecrets of the chart'],
  ])('names the gate whose image cannot be fetched with the Secrets %j', (pullSecrets, mend) => {
    const waiting = injectedPod({ ready: false, name: 'b', record: { image: 'x/sidecar:1', pullSecrets } });
    const statuses = [{ name: 'sallyport', state: { waiting: { reason: 'ImagePullBackOff' } } }];
    Object.assign(waiting.status, { initContainerStatuses: statuses });
    const { verdict: said } = verdict([injectedPod({ ready: false }), waiting]);
    expect(said).toMatchObject({ status: 'False', reason: 'NoReadyPods' });
    expect(said.message).toContain('the image of the gate of b cannot be fetched: x/sidecar:1');
    expect(said.message).toContain(mend);
  });
  describe('with gates of several versions', () => {
    const audited = packOf({ tools: [{ names: ['pay'], effect: 'Allow' }], audit: { level: 'Required' } }, 'payments');
    const wanted: WantedBundle = {
      kind: 'compiled',
      ...compile(mcpServerSchema.parse(server), [audited]),
      packs: ['finance/payments'],
    };
    const says = (message: string) => ({
      conditions: [{ type: 'sallyport.dev/BundlesUnderstood', status: 'True', message }],
    });
    const old = says('v1 (gate 0.1.0)');
    const ofNow = says('v2 audit.level wire.keys (gate 0.2.0)');

    test('False names the pack, the feature, the version, the pods, and both ways to mend it', () => {
      const owner = { kind: 'StatefulSet', name: 'ledger' };
      const pods = [injectedPod({ name: 'a', owner, ...old }), injectedPod({ name: 'b', owner, ...ofNow })];
      const { enforced, verdict: said } = verdict(pods, wanted);
      expect([enforced, said.status, said.reason]).toEqual([0, 'False', 'BundleRejected']);
      expect(said.message).toBe(
        'Pack finance/payments requires audit.level, which not every gate understands. 1 of 2 gates do not (version 0.1.0: a): there every restriction of such a pack holds, old and new, and no permission that they have not got already; other packs arrive whole. To mend: kubectl -n finance rollout restart statefulset/ledger; or take spec.audit.level: Required out of the pack.',
      );
    });
    test('pods that understand all of it count as enforcing it', () => {
      const { revision } = wanted as { revision: string };
      const pods = [injectedPod({ name: 'a', ...old }), injectedPod({ name: 'b', ...ofNow, enforces: revision })];
      expect(verdict(pods, wanted)).toMatchObject({ enforced: 1, ready: 2 });
      expect(verdict(pods.slice(1), wanted).verdict).toMatchObject({ status: 'True', reason: 'AllPods' });
    });
    test('what only makes old gates stricter is enforced once they say that they enforce what is meant for them', () => {
      const wired = packOf(
        { tools: [{ names: ['pay'], effect: 'Allow' }], wire: { keys: 'CaseSensitive' } },
        'payments',
      );
      const full = compile(mcpServerSchema.parse(server), [wired]);
      const { revision } = forGates(full, [], undefined);
      const withWire: WantedBundle = { kind: 'compiled', ...full, packs: ['finance/payments'] };
      expect(verdict([injectedPod({ ...old, enforces: revision })], withWire).verdict.reason).toBe('AllPods');
      const long = saying({ revision: full.revision, since: LONG_AGO });
      expect(verdict([injectedPod({ ...old, enforces: full.revision })], withWire, long).verdict.reason).toBe(
        'Waiting',
      );
    });
  });
  test('False while there is no acceptable policy', () => {
    const pods = [injectedPod({ enforces: LAST }), injectedPod({ name: 'b', enforces: REVISION })];
    const { enforced, ready, verdict: said } = verdict(pods, rejected, saying({ revision: LAST }));
    expect([enforced, ready, said.reason]).toEqual([1, 2, 'PolicyNotAccepted']);
    expect(said.message).toContain(`1 of 2 ready pods enforce the last good policy, ${LAST}`);
    expect(verdict(pods, rejected, mcpServer())).toMatchObject({
      enforced: 0,
      verdict: { reason: 'PolicyNotAccepted' },
    });
  });
});
