import { describe, expect, it } from 'vitest';
import { pack, policyOf } from '../testing/gen.ts';
import { HistoryRules } from './history-rules.ts';
import type { HistoryEvent, HistoryRule, Part } from './rule.ts';

const { bundle } = policyOf(pack({ tools: [{ names: ['*'], effect: 'Allow' }] }));
const part: Part = { rule: 'finance/rules#one', shadow: false, ops: [], judge: () => undefined };
const about = (tool: string): HistoryRule => ({ about: ({ target }) => (target.name === tool ? part : undefined) });
const event = (tool: string): HistoryEvent => ({
  ...{ principal: { kind: 'token', name: 'ada', groups: [] }, session: undefined, server: 'finance/ledger' },
  ...{
    target: { kind: 'tool', name: tool, args: undefined },
    labels: [],
    labelsInShadow: [],
    args: undefined,
    sent: undefined,
    destructive: false,
    argumentsHmac: undefined,
    secret: Buffer.alloc(32),
  },
  ...{ verdict: undefined, now: 0, id: '1' },
});

describe('the rules that know what came before', () => {
  it('are none where no pack has one, so that nothing has to be kept', () => {
    expect(policyOf(pack({ tools: [{ names: ['*'], effect: 'Allow' }] })).history).toBeUndefined();
    expect(HistoryRules.of(bundle, [() => []])).toBeUndefined();
  });

  it('are asked about a call, each kind of them', () => {
    const rules = HistoryRules.of(bundle, [() => [about('pay')], () => [about('pay'), about('read')]]);
    expect(rules?.about(event('pay'))).toHaveLength(2);
    expect(rules?.about(event('read'))).toEqual([part]);
    expect(rules?.about(event('other'))).toEqual([]);
  });
});
