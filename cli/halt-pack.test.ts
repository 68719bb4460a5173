import { describe, expect, it } from 'vitest';
import { policyPackSchema } from '../core/api/policy-pack.ts';
import { haltName, haltPack, labelsIn } from './halt-pack.ts';

describe('the pack that halts', () => {
  it.each([
    ['everything', {}, {}],
    ['tools', { tool: ['send_*'] }, { tools: ['send_*'] }],
    ['a principal', { principal: ['billing-agent'] }, { principals: { names: ['billing-agent'] } }],
    ['groups', { group: ['agents'] }, { principals: { groups: ['agents'] } }],
    ['both', { principal: ['a'], group: ['b'] }, { principals: { names: ['a'], groups: ['b'] } }],
  ])('of %s is valid', (_what, words, halt) => {
    const pack = haltPack({ reason: 'incident', ...words }, 'ada', { name: 'halt', namespace: 'finance' });
    expect(policyPackSchema.parse(pack).spec.halt).toEqual({ reason: 'incident', by: 'ada', ...halt });
  });

  it('is for the servers that are selected', () => {
    const labels = labelsIn('app=ledger-mcp, team=treasury');
    expect(labels).toEqual({ app: 'ledger-mcp', team: 'treasury' });
    const pack = haltPack({ reason: 'incident' }, 'ada', { name: haltName(labels), labels });
    expect(pack).toMatchObject({
      metadata: { name: 'halt-ledger-mcp-treasury' },
      spec: { targets: { matchLabels: labels } },
    });
  });

  it.each(['', 'app', 'app=', '=a', 'app!=a', 'app==a', 'app in (a,b)'])('selects nothing by %j', (selector) => {
    expect(() => labelsIn(selector)).toThrow('is not a list of labels with values');
  });

  it.each([
    [undefined, 'halt'],
    [{ app: '' }, 'halt'],
    [{ app: 'Ledger_MCP.' }, 'halt-ledger-mcp'],
    [{ app: 'a'.repeat(63) }, `halt-${'a'.repeat(50)}`],
  ])('of %j has a name', (labels, name) => expect(haltName(labels)).toBe(name));
});
