import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.ts';

describe('Metrics', () => {
  it('count decisions by server, tool, effect and outcome', async () => {
    const metrics = new Metrics('finance/ledger');
    metrics.decision('transfer', 'Deny', 'refused', 0.001);
    metrics.decision('transfer', 'Deny', 'refused', 0.001);
    expect(await metrics.registry.metrics()).toContain(
      'sallyport_decisions_total{server="finance/ledger",tool="transfer",effect="Deny",outcome="refused"} 2',
    );
  });

  it('give at most two hundred tools a label of their own', async () => {
    const metrics = new Metrics('s');
    for (let i = 0; i < 500; i++) metrics.decision(`tool${i}`, 'Allow', 'answered', 0.001);
    const text = await metrics.registry.metrics();
    expect(text.match(/sallyport_decisions_total\{/g)?.length).toBe(201);
    expect(text).toContain('tool="_other",effect="Allow",outcome="answered"} 300');
  });

  it('give no name without end a label', async () => {
    const metrics = new Metrics('s');
    metrics.decision('x'.repeat(129), 'Allow', 'answered', 0.001);
    expect(await metrics.registry.metrics()).toContain('tool="_other",effect="Allow"');
  });

  it('show only the policy revision in force', async () => {
    const metrics = new Metrics('s');
    metrics.policyRevision('sha256:a');
    metrics.policyRevision('sha256:b');
    const text = await metrics.registry.metrics();
    expect(text).toContain('sallyport_policy_info{server="s",revision="sha256:b"} 1');
    expect(text).not.toContain('sha256:a');
  });

  it('go on under another name when it is known, with what is held and open now', async () => {
    const metrics = new Metrics('default/local');
    metrics.refusal('no-policy');
    metrics.heldCalls(1);
    metrics.serve('finance/ledger');
    metrics.refusal('denied');
    metrics.decision('a', 'Allow', 'answered', 0.001);
    const text = await metrics.registry.metrics();
    expect(text).toContain('sallyport_refusals_total{server="default/local",reason="no-policy"} 1');
    expect(text).toContain('sallyport_refusals_total{server="finance/ledger",reason="denied"} 1');
    expect(text).toContain('sallyport_held_calls{server="finance/ledger"} 1');
    expect(text).not.toContain('sallyport_held_calls{server="default/local"}');
    expect(text).not.toContain('server=""');
  });

  it('exist from the start at zero, so that a first error is a change', async () => {
    const text = await new Metrics('s').registry.metrics();
    expect(text).toContain('sallyport_upstream_errors_total{server="s",reason="upstream-broken"} 0');
    expect(text).toContain('sallyport_refusals_total{server="s",reason="denied"} 0');
    expect(text).toContain('sallyport_held_calls{server="s"} 0');
    expect(text).toContain('sallyport_findings_total{server="s",detector="path",mode="Shadow"} 0');
  });
});

it('says what is held and in flight when somebody looks, under the name of then', async () => {
  const metrics = new Metrics('default/local');
  let bytes = 7;
  metrics.watch(() => ({ bytes, maxBytes: 32, waiting: 3, calls: 2, maxCalls: 1_024 }));
  await metrics.registry.metrics();
  metrics.serve('finance/ledger');
  bytes = 8;
  const lines = (await metrics.registry.metrics())
    .split('\n')
    .filter((line) => /^sallyport_(held_b|wait|calls)/.test(line));
  expect(lines).toEqual([
    'sallyport_held_bytes{server="finance/ledger"} 8',
    'sallyport_held_bytes_max{server="finance/ledger"} 32',
    'sallyport_waiting_for_room{server="finance/ledger"} 3',
    'sallyport_calls_in_flight{server="finance/ledger"} 2',
    'sallyport_calls_in_flight_max{server="finance/ledger"} 1024',
  ]);
});
