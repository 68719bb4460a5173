import { describe, expect, it } from 'vitest';
import { ada } from '../../../core/policy/testing/gen.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../../../test/support/policy.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { note } from './history.ts';
import { LocalHistory } from './local-history.ts';
import { RiskView } from './risk-view.ts';

const rulesOf = (risk: PackSpec['risk']) => policyOf({ ...ALLOW_ALL, risk }).history;
const whose = (name: string, session = 's') => ({
  ...{ principal: { ...ada, name }, session, server: 'finance/ledger' },
  target: { kind: 'tool' as const, name: 'read', args: undefined },
});

describe('who stands where', () => {
  it('is looked up when somebody asks, those with the most points in front', async () => {
    const history = new LocalHistory(new FakeClock());
    const view = new RiskView(history);
    const rules = rulesOf({ denyAt: 50 });
    for (const [name, refusals] of [
      ['ada', 1],
      ['bob', 3],
    ] as const) {
      view.note(whose(name));
      view.note(whose(name, 'other'));
      for (let i = 0; i < refusals; i++) note(history, rules?.onRefused(whose(name)) ?? []);
    }
    expect(await view.standings(rules)).toMatchObject([
      { principal: 'bob', session: undefined, rule: 'finance/rules#risk', points: 15, parts: [{}, {}, {}] },
      { principal: 'ada', points: 5, parts: [{ why: 'a refused call' }] },
    ]);
  });

  it('is told of each session where a pack counts so', async () => {
    const history = new LocalHistory(new FakeClock());
    const view = new RiskView(history);
    const rules = rulesOf({ denyAt: 50, per: 'session' });
    for (const session of ['a', 'b']) view.note(whose('ada', session));
    note(history, rules?.onRefused(whose('ada', 'b')) ?? []);
    expect(await view.standings(rules)).toMatchObject([
      { session: 'b', points: 5 },
      { session: 'a', points: 0 },
    ]);
  });

  it('is nobody where no pack keeps a score, and unknown where the store does not answer', async () => {
    const view = new RiskView({ apply: () => ({ done: (callback) => callback(undefined) }) });
    view.note(whose('ada'));
    expect(await view.standings(undefined)).toEqual([]);
    expect(await view.standings(rulesOf({ denyAt: 50 }))).toBeUndefined();
  });
});
