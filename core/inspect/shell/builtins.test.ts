import { expect, it } from 'vitest';
import { parse, type SyntaxNode } from 'unbash';
import { asCode, commandLinesSetBy, evaluatedBy, evaluatedIn, exportedBy, exportsAllBehind } from './builtins.ts';
import { known, NOTHING, SOMETHING } from './values.ts';

const argv = (line: string) => line.split(' ').map(known);

it.each([
  ['export A=1 B', ['A', 'B']],
  ['declare -x A=1', ['A']],
  ['declare A=1 PATH=/tmp', ['PATH']],
  ['read -r PATH', ['PATH']],
  ['printf -v PATH x', ['PATH']],
  ['printf -vPATH x', ['PATH']],
  ['printf PATH', []],
  ['echo PATH', []],
])('%s sets for programs %j', (line, names) => {
  expect(exportedBy(line.split(' ')[0] as string, argv(line))).toEqual(names);
});

it.each([
  ['let a[$(id)]', ['a[$(id)]']],
  ['[ -v a[`id`] ]', ['a[`id`]']],
  ['printf -v a[$(id)] x', ['a[$(id)]']],
  ['printf %s $(id)', []],
  ['echo a[$(id)]', []],
  ['test -v a[1]', []],
])('%s evaluates %j', (line, texts) => {
  expect(evaluatedBy(line.split(' ')[0] as string, argv(line))).toEqual(texts);
});

it.each([
  ['set -a', true],
  ['set -eak', true],
  ['set -o allexport', true],
  ['set -eu -o pipefail', false],
  ['echo -a', false],
])('%s exports all that follows: %s', (line, exports) => {
  expect(exportsAllBehind(line.split(' ')[0] as string, argv(line))).toBe(exports);
});

it('what is set where all are exported is set for programs', () => {
  expect(exportedBy('read', argv('read A'), true)).toEqual(['A']);
});

it.each([
  ['export PAGER=less A=b', ['less']],
  ['env PROMPT_COMMAND=id bash', ['id']],
  ['export PAGER', []],
  ['echo PAGER=less', []],
])('%s gives variables the command lines %j', (line, lines) => {
  expect(commandLinesSetBy(line.split(' ')[0] as string, argv(line))).toEqual(lines);
});

it.each([
  [`[[ -v 'a[$(id)]' ]]`, ['a[$(id)]']],
  [`[[ 'a[$(id)]' -eq 1 ]]`, ['a[$(id)]']],
  [`(( a['$(id)'] ))`, ['$(id)']],
  [`[[ -n 'a[$(id)]' ]]`, []],
  [`[[ 'a[$(id)]' = 1 ]]`, []],
  [`[[ -v 'a[1]' && 1 -eq 2 ]]`, []],
])('within %s the texts %j are evaluated', (line, texts) => {
  const scope = { constant: () => undefined, origin: () => NOTHING, substitute: () => SOMETHING, look: () => {} };
  const [statement] = parse(line).commands as unknown as [{ command: { expression: SyntaxNode } }];
  expect(evaluatedIn(statement.command.expression, scope)).toEqual(texts);
});

it('what is evaluated stays one word', () => {
  expect(asCode('a["\\$(id)"]')).toBe(': "a[  $(id) ]"');
});
