import { expect, it } from 'vitest';
import { resolveReference } from './references.ts';

const ROOT = {
  $id: 'https://example.com/s',
  $defs: { 'a/b': { x: 1 }, 'é %': { x: 2 }, named: { $anchor: 'here' }, old: { $id: '#there' } },
  list: [{ x: 3 }],
};

it.each<[reference: string, found: unknown]>([
  ['#', ROOT],
  ['https://example.com/s', ROOT],
  ['https://example.com/s#/list/0', ROOT.list[0]],
  ['#/$defs/a~1b', ROOT.$defs['a/b']],
  ['#/$defs/%C3%A9%20%25', ROOT.$defs['é %']],
  ['#here', ROOT.$defs.named],
  ['#there', ROOT.$defs.old],
  ['#nowhere', undefined],
  ['#/$defs/none', undefined],
  ['#/list/0/x/y', undefined],
  ['#/toString', undefined],
  ['#%zz', undefined],
  ['other.json', undefined],
  ['https://example.com/other', undefined],
])('%s', (reference, found) => {
  expect(resolveReference(ROOT, reference)).toBe(found);
});
