import { expect, test } from 'vitest';
import { ShellWalk } from './walk.ts';

function programsOf(source: string): string[] {
  return new ShellWalk(source).programs.map(({ text }) => text);
}

test.each([
  ['a && b | c; d &', ['a', 'b', 'c', 'd']],
  ['sudo env X=1 a', ['sudo', 'env', 'a']],
  ['a $(b) <(c) > "$(d)"', ['d', 'b', 'c', 'a']],
  [`sh -c 'a; b'`, ['sh', 'a', 'b']],
  ['f() { a; }; f', ['a']],
  ['find . -exec a ;', ['find', 'a']],
  ['x=a; y=b; $x$y', ['ab']],
  ['for x in 1; do $x; done', ['\ufffc']],
  ['if a; then b; elif c; then d; else e; fi', ['a', 'b', 'c', 'd', 'e']],
  ['X=1', []],
])('%s starts %j', (source, programs) => expect(programsOf(source)).toEqual(programs));

test('variables in front of a program are its environment, alone they are constants', () => {
  expect(new ShellWalk('LD_PRELOAD=x a').environment).toEqual([{ text: 'LD_PRELOAD', span: { start: 0, end: 14 } }]);
  expect(new ShellWalk('A=x').environment).toEqual([]);
});

test('what cannot be parsed is said, and the rest is looked at', () => {
  const walk = new ShellWalk('a; b )');
  expect(walk.unparsable).toBe(true);
  expect(walk.programs.map(({ text }) => text)).toContain('a');
  expect(new ShellWalk('coproc '.repeat(20_000)).unparsable).toBe(true);
});

test.each([
  '$('.repeat(40),
  `${'eval '.repeat(40)}x`,
  'a=$a$a$a;'.repeat(5000),
  `a=${'x'.repeat(1000)};echo ${'$a'.repeat(5000)}`,
])('what grows beyond the text it is made of ends: %#', (source) => {
  const walk = new ShellWalk(source);
  expect(walk.steps).toBeLessThan(20_000);
});
