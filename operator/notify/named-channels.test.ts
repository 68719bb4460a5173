import { expect, test } from 'vitest';
import { Caches } from '../caches.ts';
import { policyPack } from '../testing/gen.ts';
import { channelsOfRules } from './named-channels.ts';

const held = (name: string | undefined, notify?: readonly string[]) => ({
  ...(name === undefined ? {} : { name }),
  names: ['transfer'],
  effect: 'RequireApproval',
  ...(notify === undefined ? {} : { approval: { notify } }),
});

function caches(): Caches {
  const all = new Caches();
  const tools = [held('transfer', ['slack', 'mail']), held(undefined, ['pager']), held('silent')];
  const resources = [
    { name: 'report', uris: ['file:///a'], effect: 'RequireApproval', approval: { notify: ['slack'] } },
  ];
  const taint = [
    {
      ...{ sources: { tools: ['read'] }, sinks: { tools: ['send'] } },
      ...{ effect: 'RequireApproval', approval: { notify: ['privacy'] } },
    },
  ];
  all.packs.set(policyPack({ namespace: 'finance', name: 'payments', spec: { tools, resources, taint } }));
  all.packs.set(policyPack({ namespace: 'finance', name: 'broken', spec: { tools: [held('x', [])] } }));
  return all;
}

test.each([
  ['one rule', ['finance/payments#transfer'], ['mail', 'slack']],
  ['a rule on what came before', ['finance/payments#taint[0]'], ['privacy']],
  ['a rule without a name', ['finance/payments#tools[1]'], ['pager']],
  [
    'several together',
    ['finance/payments#report', 'finance/payments#transfer', 'finance/payments#tools[1]'],
    ['mail', 'pager', 'slack'],
  ],
  ['a rule that names none', ['finance/payments#silent'], undefined],
  ['one that names some beside it', ['finance/payments#silent', 'finance/payments#report'], ['slack']],
  ['a pack that is gone', ['finance/gone#x'], undefined],
  ['a pack that cannot be read', ['finance/broken#x'], undefined],
  ['what is no id', ['x', ''], undefined],
])('channels of %s', (_, rules, expected) => {
  expect(channelsOfRules(rules, caches())).toEqual(expected);
});
