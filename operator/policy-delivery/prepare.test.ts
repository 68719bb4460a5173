import { describe, expect, test, vi } from 'vitest';
import type { PolicyPackInput } from '../../core/api/policy-pack.ts';
import { compile } from '../../core/policy/compile.ts';
import { pack as packOf, server } from '../../core/policy/testing/gen.ts';
import { readPod } from '../mcpserver/pod-facts.ts';
import { mcpServer, pod } from '../testing/gen.ts';
import type { WantedBundle } from '../mcpserver/bundle.ts';
import { complaintOfSize, enforcedIn, filesOf, prepare } from './prepare.ts';
import { plan } from './plan.ts';

type Spec = PolicyPackInput['spec'];
const allow = (...names: string[]): Spec => ({ tools: [{ names, effect: 'Allow' }] });
const audited = (...names: string[]): Spec => ({ ...allow(...names), audit: { level: 'Required' } });
const bundleOf = (spec: Spec) => compile(server(), [packOf(spec, 'payments')]);
const wanted = (spec: Spec): WantedBundle => ({ kind: 'compiled', ...bundleOf(spec), packs: ['finance/payments'] });

const object = mcpServer();
const old = readPod(pod({ name: 'old' }));
const without = readPod(pod({ name: 'none', gateOf: null }));
const holding = (data?: Record<string, string>) => ({
  find: vi.fn(async () => (data === undefined ? undefined : { data })) as never,
});

describe('what is to be written', () => {
  test('for old gates keeps the permissions that lie there for them', async () => {
    const client = holding({ 'bundle.json': bundleOf(allow('pay')).text, 'operator-ca.crt': 'PEM' });
    const { shares } = await prepare({ object, pods: [old, without] }, wanted(audited('pay', 'more')), client);
    expect(Object.keys(filesOf(shares))).toEqual(['bundle.v2.json', 'bundle.json']);
    expect(filesOf(shares)['bundle.json']).toBe(bundleOf(allow('pay')).text);
  });

  test('permits nothing of a withheld pack where nothing lies there, or nothing that can be read', async () => {
    for (const data of [undefined, {}, { 'bundle.json': '{' }]) {
      const { shares } = await prepare({ object, pods: [old] }, wanted(audited('pay')), holding(data));
      expect(shares.at(-1)?.bundle.bundle.packs[0]?.rules).toEqual([]);
    }
  });

  test('is not looked up where every gate understands what is meant', async () => {
    const client = holding();
    await prepare({ object, pods: [old] }, wanted(allow('pay')), client);
    expect(client.find).not.toHaveBeenCalled();
  });

  test('is nothing for a policy that is none', async () => {
    const rejected: WantedBundle = { kind: 'rejected', reason: 'InvalidPack', problem: 'x' };
    expect(await prepare({ object, pods: [old] }, rejected, holding())).toEqual({ wanted: rejected, shares: [] });
  });

  test('is rejected where it does not fit twice, with both sizes and what to do', async () => {
    const tools = Array.from({ length: 11 }, (_, rule) => ({
      names: Array.from({ length: 250 }, (__, i) => `tool-${rule}-${i}-${'x'.repeat(200)}`),
      effect: 'Deny' as const,
    }));
    const { wanted: result, shares } = await prepare(
      { object, pods: [old] },
      wanted({ tools, audit: { level: 'Required' } }),
      holding(),
    );
    expect(shares).toEqual([]);
    expect(result).toMatchObject({ kind: 'rejected', reason: 'TooLarge' });
    expect((result as { problem: string }).problem).toMatch(
      /^the policy is \d{6} bytes \(bundle\.v2\.json\) and has to be there a second time .*\(bundle\.json, \d{5,6} bytes, for 1 pods with older gates\), and a ConfigMap holds 1000000 in all; make those pods anew, or use fewer rules$/,
    );
  });
});

test('one file that every gate reads is never too large twice', () => {
  expect(complaintOfSize(plan(bundleOf(allow('pay')), [old], () => undefined))).toBeUndefined();
});

test('gates have the newest file that they read', () => {
  const [first, second] = [bundleOf(allow('a')), bundleOf(audited('b'))];
  const enforced = enforcedIn({ 'bundle.json': first.text, 'bundle.v2.json': second.text });
  expect([enforced(1), enforced(2)]).toEqual([first.bundle, second.bundle]);
  expect(enforcedIn({ 'bundle.json': first.text })(2)).toEqual(first.bundle);
});
