import { describe, expect, it } from 'vitest';
import { pack, policyOf } from '../testing/gen.ts';
import type { HistoryEvent } from './rule.ts';
import { TaintMembers } from './taint-members.ts';

const [{ taint: [rule] = [] } = {}] = policyOf(
  pack({
    taint: [
      {
        sources: { labels: ['private-source'], tools: ['read_*'], resources: ['file:///customers/**'] },
        sinks: { labels: ['external-sink'] },
        principals: { groups: ['agents'] },
        exempt: { tools: ['read_public'] },
        effect: 'Deny',
      },
    ],
  }),
).bundle.packs;
if (rule === undefined) expect.fail('there is no rule');
const [members, inShadow] = [new TaintMembers(rule, false), new TaintMembers(rule, true)];

const event = (name: string, more: Partial<HistoryEvent> = {}): HistoryEvent => ({
  ...{ principal: { kind: 'token', name: 'ada', groups: ['agents'] }, session: undefined, server: 'finance/crm' },
  ...{ target: { kind: 'tool', name, args: undefined }, labels: [], labelsInShadow: [], args: undefined },
  ...{ argumentsHmac: undefined, secret: Buffer.alloc(32), verdict: undefined, now: 0, id: '1', ...more },
});
const resource = (name: string): HistoryEvent => event(name, { target: { kind: 'resource', name, args: undefined } });

describe('a source', () => {
  it.each<[string, HistoryEvent, boolean]>([
    ['a tool by its name', event('read_customer'), true],
    ['a tool by its label', event('x', { labels: ['private-source'] }), true],
    ['another tool', event('x', { labels: ['external-sink'] }), false],
    ['a resource', resource('file:///customers/17'), true],
    ['the same resource in other letters', resource('FILE:///customers/%31%37'), true],
    ['a resource that cannot be read in one way only', resource('file:///a/%2e%2e%2f'), true],
    ['another resource', resource('file:///public/17'), false],
    ['a prompt of that name', event('p', { target: { kind: 'prompt', name: 'read_x', args: undefined } }), false],
  ])('%s: %s', (_what, one, is) => {
    expect(members.isSource(one)).toBe(is);
  });
});

it('labels of packs in shadow count for rules in shadow', () => {
  const one = event('x', { labelsInShadow: ['external-sink'] });
  expect([members.isSink(one), inShadow.isSink(one)]).toEqual([false, true]);
  expect(members.isSink(event('x', { labels: ['external-sink'] }))).toBe(true);
});

it('other callers and exempt tools are not meant', () => {
  const bob = { kind: 'token', name: 'bob', groups: [] } as const;
  expect(members.isMeant(event('read_customer'))).toBe(true);
  expect(members.isMeant(event('read_customer', { principal: bob }))).toBe(false);
  expect(members.isMeant(event('read_public'))).toBe(false);
});
