import { describe, expect, it } from 'vitest';
import { ada, pack, policyOf, resource, tool } from './testing/gen.ts';
import { traceRules } from './trace.ts';

const policy = policyOf(
  pack({
    tools: [
      { name: 'all', names: ['*'], effect: 'Allow' },
      { name: 'others', names: ['read*'], effect: 'Deny', principals: { names: ['bob'] } },
      { name: 'reads', names: ['read'], effect: 'Log', arguments: { path: { type: 'path', roots: ['/data'] } } },
      { name: 'tried', names: ['read'], effect: 'Deny', mode: 'Shadow' },
      { name: 'writes', names: ['write'], effect: 'Deny' },
    ],
    resources: [{ name: 'x', uris: ['https://a.example/**'], effect: 'Allow' }],
  }),
);

describe('a trace', () => {
  it('names every rule whose names match, and whom it is not about', () => {
    const traces = traceRules(policy, ada, tool('read', { path: '/data/a' }));
    expect(traces.map(({ id, effect, applies, shadow }) => [id, effect, applies, shadow])).toEqual([
      ['finance/pack#all', 'Allow', true, false],
      ['finance/pack#others', 'Deny', false, false],
      ['finance/pack#reads', 'Log', true, false],
      ['finance/pack#tried', 'Deny', true, true],
    ]);
  });

  it('says of each check whether it holds', () => {
    const checks = (path: unknown) => traceRules(policy, ada, tool('read', { path })).flatMap((rule) => rule.checks);
    expect(checks('/data/a')).toEqual([{ parameter: 'path', type: 'path', isThere: true, problem: undefined }]);
    expect(traceRules(policy, ada, tool('read', { other: 1 })).flatMap((rule) => rule.checks)).toMatchObject([
      { isThere: false, problem: undefined },
    ]);
    expect(checks('/etc/passwd')[0]?.problem).toContain('leads outside');
  });

  it('follows every reading of a name, and has nothing to say where there is none', () => {
    expect(traceRules(policy, ada, resource('https://a.example/b%2Dc')).map(({ id }) => id)).toEqual([
      'finance/pack#x',
    ]);
    expect(traceRules(policy, ada, resource('https://a.example/a%5cb'))).toEqual([]);
    expect(traceRules(policy, ada, tool('unknown')).map(({ id }) => id)).toEqual(['finance/pack#all']);
  });

  it('says of each condition what it has read, and what it says', () => {
    const when = 'arguments.amount > 1000 && now.getHours() >= 8';
    const conditional = policyOf(pack({ tools: [{ name: 'large', names: ['pay'], effect: 'Deny', when }] }));
    const traced = (args: Record<string, unknown>) =>
      traceRules(conditional, ada, tool('pay', args), {
        now: Date.parse('2026-11-30T09:00:00Z'),
        session: undefined,
      })[0]?.when;
    const now = { what: 'now', value: '"2026-11-30T09:00:00.000Z"' };
    expect(traced({ amount: 5000 })).toEqual({
      ...{ condition: when, holds: true, problem: undefined },
      saw: [{ what: 'arguments.amount', value: '5000' }, now],
    });
    expect(traced({ amount: 5 })).toMatchObject({ holds: false });
    expect(traced({})).toEqual({
      ...{ condition: when, holds: undefined, problem: 'argument "amount": It is missing. Call again with it.' },
      saw: [{ what: 'arguments.amount', value: 'not there' }, now],
    });
    expect(traceRules(policy, ada, tool('write'))[0]?.when).toBeUndefined();
  });
});
