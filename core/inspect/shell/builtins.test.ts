import { expect, it } from 'vitest';
import { asCode, evaluatedBy, exportedBy } from './builtins.ts';
import { known } from './values.ts';

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

it('what is evaluated stays one word', () => {
  expect(asCode('a["\\$(id)"]')).toBe(': "a[  $(id) ]"');
});
