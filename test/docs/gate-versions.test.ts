/** What docs/kubernetes.md says of gates that are older than the operator. */
import { expect, it } from 'vitest';
import type { PolicyPack } from '../../core/api/policy-pack.ts';
import { loadDocuments } from '../../core/api/load.ts';
import { type CompiledBundle, compile } from '../../core/policy/compile.ts';
import { decideTarget } from '../../core/policy/decide.ts';
import { ARGUMENT_TYPES } from '../../core/api/rules/arguments/types.ts';
import { FEATURES } from '../../core/policy/features.ts';
import { forGates } from '../../core/policy/for-gates.ts';
import { Policy } from '../../core/policy/policy.ts';
import { ada, server, tool } from '../../core/policy/testing/gen.ts';
import { blocksOf, codeIn, readPage, tablesWith } from './pages.ts';

const page = readPage('docs/kubernetes.md');

it('lists every feature, where it is asked for, and what becomes of packs with it', () => {
  const [table] = tablesWith(
    page,
    'Feature',
    'Where a pack asks for it',
    'Since bundles of version',
    'A gate that does not know it',
  );
  const listed = table?.rows.map(([feature = '', field = '', since = '', fate = '']) => ({
    name: codeIn(feature)[0],
    field: codeIn(field)[0],
    since: Number(since),
    ignored: fate.includes('withheld') ? 'Looser' : 'Stricter',
  }));
  const types = Object.keys(ARGUMENT_TYPES);
  const ofTypes = (name: string): string =>
    types.some((type) => name === `arguments.${type}`) ? 'arguments.<type>' : name;
  const known = FEATURES.map(({ name, field, since, ignored }) => {
    const shown = ofTypes(name);
    return { name: shown, field: shown === name ? field : 'spec.tools.arguments: {type: <type>}', since, ignored };
  });
  const ofAnyType = {
    name: 'arguments.<type>',
    field: 'spec.tools.arguments: {type: <type>}',
    since: 2,
    ignored: 'Looser',
  };
  const expected = [...known, ofAnyType];
  expect(listed).toHaveLength(new Set(expected.map(({ name }) => name)).size);
  for (const one of expected) expect(listed).toContainEqual(one);
});

const [before, after] = blocksOf(page, 'yaml')
  .flatMap(({ text }) => loadDocuments(text, page.path).documents)
  .filter(({ kind, value }) => kind === 'PolicyPack' && value.metadata.name === 'ledger')
  .map(({ value }) => compile(server(), [value as PolicyPack]));
const [calls] = tablesWith(page, 'Call', 'By the first', 'By the second', 'At an old gate', 'Why');

it.each(calls?.rows ?? [])('%s: %s, then %s, and at an old gate %s', (call = '', first, second, old) => {
  if (before === undefined || after === undefined) return expect.fail('the two packs are not there');
  const effectOf = ({ bundle, revision }: CompiledBundle): string =>
    decideTarget(new Policy(bundle, revision), ada, tool(codeIn(call)[0] ?? '')).effect;
  expect([before, after, forGates(after, [], before.bundle)].map(effectOf)).toEqual([first, second, old]);
});

it('has calls to show', () => expect(calls?.rows.length).toBeGreaterThan(3));
