import { expect, test } from 'vitest';
import { cachesWith } from '../testing/gen.ts';
import { Requesters, UnknownRequesterError } from './requesters.ts';

const ROOT = 'sallyport-system';
const pack = (requesters: unknown, namespace = ROOT, name = 'people') => ({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'PolicyPack',
  metadata: { name, namespace, uid: `${namespace}/${name}` },
  spec: { requesters },
});
const of = (...packs: object[]) => new Requesters(cachesWith(...packs), ROOT);

const caller = { name: 'billing-agent', groups: ['agents'] };
const byName = { principals: { names: ['billing-agent'] }, users: ['grace', 'ada'] };
const many = (i: number) => ({ ...byName, users: Array.from({ length: 32 }, (_, j) => `user-${i}-${j}`) });
const byGroup = { principals: { groups: ['agents'] }, users: ['ada'], groups: ['agent-team'] };

test.each<[string, object[], object]>([
  ['nobody without packs', [], {}],
  ['whom the name leads to, sorted', [pack([byName])], { kubernetesUsers: ['ada', 'grace'] }],
  [
    'whom all packs name together',
    [pack([byName]), pack([byGroup], ROOT, 'more')],
    { kubernetesUsers: ['ada', 'grace'], kubernetesGroups: ['agent-team'] },
  ],
  ['nobody by a pack elsewhere', [pack([byName], 'finance')], {}],
  ['nobody of another name', [pack([{ ...byName, principals: { names: ['other'] } }])], {}],
  ['nobody of another namespace', [pack([{ ...byName, namespaces: ['hr'] }])], {}],
  [
    'whom the namespace leads to',
    [pack([{ ...byName, namespaces: ['finance'] }])],
    { kubernetesUsers: ['ada', 'grace'] },
  ],
])('behind a caller stands %s', (_, packs, expected) => {
  expect(of(...packs).behind('finance', caller)).toEqual(expected);
});

test.each<[string, object, string]>([
  ['a pack that cannot be read', pack([{ principals: {} }]), 'pack sallyport-system/people cannot be read'],
  [
    'more names than a request carries',
    pack([1, 2, 3].map((i) => many(i))),
    'name 96 users or groups behind billing-agent, and a request carries 64',
  ],
])('who is behind nobody knows with %s', (_, one, message) => {
  expect(() => of(one).behind('finance', caller)).toThrow(UnknownRequesterError);
  expect(() => of(one).behind('finance', caller)).toThrow(message);
  expect(of(one).areStill('finance', caller)).toBe(false);
});

test('who stood behind a request may be others now', () => {
  const requesters = of(pack([byName]));
  expect(requesters.areStill('finance', { ...caller, kubernetesUsers: ['ada', 'grace'] })).toBe(true);
  expect(requesters.areStill('finance', { ...caller, kubernetesUsers: ['ada'] })).toBe(false);
  expect(requesters.areStill('finance', caller)).toBe(false);
  expect(of().areStill('finance', caller)).toBe(true);
});
