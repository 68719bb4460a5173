import { expect, it } from 'vitest';
import { askedScopes } from './asked-scopes.ts';
import { compile } from './compile.ts';
import { pack, server } from './testing/gen.ts';

type Effect = 'Allow' | 'Deny';
const rule = (scopes: string[] | undefined, effect: Effect = 'Allow') => ({
  ...{ names: ['a'], effect },
  ...(scopes === undefined ? {} : { principals: { scopes } }),
});
const asked = (...tools: ReturnType<typeof rule>[]) => {
  const { all, least } = askedScopes(compile(server(), [pack({ tools })]).bundle.packs);
  return [[...all].sort(), least];
};

it.each([
  ['nothing, without a rule', [], [[], []]],
  ['nothing, where no rule names any', [rule(undefined)], [[], []]],
  ['what all permissions ask for', [rule(['pay', 'mcp']), rule(['mcp'])], [['mcp', 'pay'], ['mcp']]],
  ['nothing at first, where something needs none', [rule(['pay']), rule(undefined)], [['pay'], []]],
  ['nothing at first of what a Deny names', [rule(['mcp']), rule(['root'], 'Deny')], [['mcp', 'root'], ['mcp']]],
])('of clients is asked %s', (_what, tools, expected) => {
  expect(asked(...tools)).toEqual(expected);
});

it('packs in shadow ask for nothing', () => {
  const { bundle } = compile(server(), [pack({ mode: 'Shadow', tools: [rule(['pay'])] })]);
  expect(askedScopes(bundle.packs)).toEqual({ all: new Set(), least: [] });
});
