import { describe, expect, it } from 'vitest';
import type { PolicyPackInput } from '../../../api/policy-pack.ts';
import { PER, type Per } from '../../../api/per.ts';
import type { Principal } from '../../principal.ts';
import { ada, pack, policyOf } from '../../testing/gen.ts';
import { Timeline } from '../testing/timeline.ts';

type Limits = NonNullable<PolicyPackInput['spec']['limits']>;

const bob: Principal = { kind: 'token', name: 'bob', groups: [] };

const under = (limits: Limits) => new Timeline(policyOf(pack({ limits }, 'payments')));

describe('who is counted together', () => {
  const base = { principal: ada, session: 's1', server: 'finance/ledger', tool: 'get_a' };
  const OTHER: Readonly<Record<Per, object>> = {
    principal: { principal: { ...ada, name: 'bob' } },
    group: { principal: { ...ada, groups: ['others'] } },
    tool: { tool: 'get_b' },
    server: { server: 'finance/other' },
    session: { session: 's2' },
  };

  it.each(PER)('by %s alone, everybody of the same', (per) => {
    const others = PER.filter((one) => one !== per && !(per === 'session' && one === 'principal'));
    for (const other of others) {
      const timeline = under({ rate: [{ per: [per], calls: 1, window: '1m' }] });
      timeline.passes(base);
      expect(timeline.passes({ ...base, ...OTHER[other] }), other).toBe(false);
      expect(timeline.passes({ ...base, ...OTHER[per] }), per).toBe(true);
    }
  });

  it('of several, each combination by itself', () => {
    const timeline = under({ rate: [{ per: ['principal', 'tool'], calls: 1, window: '1m' }] });
    const calls = [ada, bob].flatMap((principal) => ['get_a', 'get_b'].map((tool) => ({ principal, tool })));
    expect(calls.map((call) => timeline.passes(call))).toEqual([true, true, true, true]);
    expect(calls.map((call) => timeline.passes(call))).toEqual([false, false, false, false]);
  });

  it('a caller of several groups in each of them', () => {
    const timeline = under({ rate: [{ per: ['group'], calls: 1, window: '1m' }] });
    const of = (name: string, ...groups: string[]): Principal => ({ ...ada, name, groups });
    timeline.passes({ principal: of('a', 'x', 'y') });
    expect(timeline.passes({ principal: of('b', 'y') })).toBe(false);
    expect(timeline.passes({ principal: of('c', 'z') })).toBe(true);
  });

  it("another's session of the same id is another", () => {
    const timeline = under({ rate: [{ per: ['session'], calls: 1, window: '1m' }] });
    timeline.passes(base);
    expect(timeline.passes({ ...base, principal: bob })).toBe(true);
  });
});

describe('which calls count', () => {
  it('are those of the tools that it names', () => {
    const timeline = under({ rate: [{ tools: ['get_*', 'send'], calls: 1, window: '1m' }] });
    timeline.passes({ tool: 'get_a' });
    expect(['get_b', 'send', 'other'].map((tool) => timeline.passes({ tool }))).toEqual([false, false, true]);
    expect(timeline.passes({ target: { kind: 'resource', name: 'get_a', args: undefined } })).toBe(true);
  });

  it('are those of resources and prompts too, where it names no tools', () => {
    const timeline = under({ rate: [{ calls: 1, window: '1m' }] });
    timeline.passes({ target: { kind: 'resource', name: 'file:///a', args: undefined } });
    expect(timeline.passes({ target: { kind: 'prompt', name: 'p', args: undefined } })).toBe(false);
  });

  it('are those of the principals that it names', () => {
    const timeline = under({ rate: [{ principals: { names: ['ada'] }, per: ['server'], calls: 1, window: '1m' }] });
    timeline.passes();
    expect([timeline.passes(), timeline.passes({ principal: bob })]).toEqual([false, true]);
  });

  it('are not those that were refused: who is limited does not stay so by asking', () => {
    const timeline = under({ rate: [{ calls: 1, window: '16s' }] });
    timeline.passes();
    for (let i = 0; i < 16; i++) expect(timeline.after(1000).passes()).toBe(false);
    expect(timeline.after(1000).passes()).toBe(true);
  });
});
