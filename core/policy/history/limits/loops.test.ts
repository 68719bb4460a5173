import { describe, expect, it } from 'vitest';
import type { PolicyPackInput } from '../../../api/policy-pack.ts';
import { pack, policyOf } from '../../testing/gen.ts';
import { Timeline } from '../testing/timeline.ts';

type Limits = NonNullable<PolicyPackInput['spec']['limits']>;

const under = (limits: Limits) => new Timeline(policyOf(pack({ limits }, 'payments')));

describe('failures', () => {
  const failing = { loops: [{ failing: 2, window: '5m' }] };

  it('are counted in a row: one that succeeds begins anew', () => {
    const timeline = under(failing);
    for (const ok of [false, true, false]) timeline.call().answers({ ok });
    expect(timeline.call().against).toEqual([]);
    timeline.call().answers({ ok: false });
    expect(timeline.call().against).toHaveLength(1);
  });

  it('are of one tool', () => {
    const timeline = under(failing);
    for (const tool of ['get_a', 'get_b']) timeline.call({ tool }).answers({ ok: false });
    expect(timeline.call({ tool: 'get_a' }).against).toEqual([]);
  });

  it('are also those of a server that does not answer, once each', () => {
    const timeline = under(failing);
    timeline.call().ends({ reason: 'upstream-unreachable' });
    expect(timeline.call().against).toEqual([]);
    const second = timeline.call();
    second.answers({ ok: false });
    second.ends({ reason: 'upstream-broken' });
    expect(timeline.call().against[0]?.verdict.causes[0]?.detail).toContain('failed 2 times');
  });

  it('are none where the gate has refused, or the client has left', () => {
    const timeline = under(failing);
    for (let i = 0; i < 4; i++) timeline.call().ends({ refused: i % 2 === 0, reason: 'client-gone' });
    expect(timeline.call().against).toEqual([]);
  });
});

describe('the same call', () => {
  it('is the same tool with the same arguments', () => {
    const timeline = under({ loops: [{ identical: 1, window: '1m' }] });
    const calls = [
      { tool: 'get_a', argumentsHmac: 'a' },
      { tool: 'get_a', argumentsHmac: 'b' },
      { tool: 'get_a', argumentsHmac: undefined },
      { tool: 'get_b', argumentsHmac: 'a' },
    ];
    expect(calls.map((call) => timeline.passes(call))).toEqual([true, true, true, true]);
    expect(calls.map((call) => timeline.passes(call))).toEqual([false, false, false, false]);
  });
});
