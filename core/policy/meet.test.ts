import { describe, expect, test } from 'vitest';
import type { BundleRule } from './rules/pack.ts';
import { compile } from './compile.ts';
import { meet } from './meet.ts';
import { pack, server } from './testing/gen.ts';

type Tools = NonNullable<Parameters<typeof pack>[0]['tools']>;
const rulesOf = (...tools: Tools): readonly BundleRule[] =>
  compile(server(), [pack({ tools })]).bundle.packs[0]?.rules ?? [];
const shown = (rules: readonly BundleRule[]): string[] =>
  rules.map(({ effect, patterns, principals }) =>
    [effect, patterns.join(' '), ...(principals === null ? [] : [`for ${principals.names.join(' ')}`])].join(' '),
  );
const met = (newer: Tools, older: Tools): string[] => shown(meet(rulesOf(...newer), rulesOf(...older)));

const allow = (...names: string[]): Tools[number] => ({ names, effect: 'Allow' });
const deny = (...names: string[]): Tools[number] => ({ names, effect: 'Deny' });
const hold = (...names: string[]): Tools[number] => ({ names, effect: 'RequireApproval' });
const within = (root: string, ...names: string[]): Tools[number] => ({
  names,
  effect: 'Allow',
  arguments: { path: { type: 'path', roots: [root] } },
});
const only = (who: string, rule: Tools[number]): Tools[number] => ({ ...rule, principals: { names: [who] } });

describe('the meet of two versions', () => {
  test.each<[string, Tools, Tools, string[]]>([
    [
      'of the same rules is these rules',
      [allow('a'), hold('b'), deny('c')],
      [allow('a'), hold('b'), deny('c')],
      ['Allow a', 'RequireApproval b', 'Deny c'],
    ],
    ['has every Deny of both', [deny('a')], [deny('b')], ['Deny a', 'Deny b']],
    ['permits what both permit', [allow('a', 'b')], [allow('b', 'c')], ['Allow b']],
    [
      'keeps a permission by the stricter of two effects: both rules stand',
      [hold('a')],
      [allow('a')],
      ['RequireApproval a', 'Allow a'],
    ],
    ['keeps both checks of an argument', [within('/data', 'a')], [within('/tmp', 'a')], ['Allow a', 'Allow a']],
    ['denies what one of them holds and the other never permits', [hold('a')], [], ['Deny a']],
    ['denies what the older one held and the newer no longer names', [], [hold('a', 'b')], ['Deny a b']],
    ['denies what one of them checks and the other never permits', [within('/data', 'a')], [allow('b')], ['Deny a']],
    ['permits nobody whom the other does not name', [allow('a')], [only('ada', allow('a'))], ['Allow a for ada']],
    ['compares patterns by their text', [allow('get_x')], [allow('get_*')], []],
  ])('%s', (_, newer, older, rules) => {
    expect(met(newer, older)).toEqual(rules);
  });

  test('tells targets apart', () => {
    const prompt =
      compile(server(), [pack({ prompts: [{ names: ['a'], effect: 'Allow' }] })]).bundle.packs[0]?.rules ?? [];
    expect(meet(rulesOf(allow('a')), prompt)).toEqual([]);
  });

  test('is the same again when it is taken again, so that what was written once is not written anew', () => {
    const newer = rulesOf(hold('a', 'b'), within('/data', 'c'), deny('d'), allow('e'));
    const older = rulesOf(allow('a', 'e'), hold('f'), within('/tmp', 'c', 'g'), deny('h'));
    const once = meet(newer, older);
    expect(meet(newer, once)).toEqual(once);
  });

  test('keeps the name of the newer rule where a rule has only moved', () => {
    expect(meet(rulesOf(deny('a'), allow('b')), rulesOf(allow('b'))).map(({ id }) => id)).toEqual([
      'finance/pack#tools[0]',
      'finance/pack#tools[1]',
    ]);
  });
});
