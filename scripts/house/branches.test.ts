import { expect, test } from 'vitest';
import { branchesOf } from './branches.ts';

const branching: Record<string, string> = {
  'an if': 'export function f(x: number) { if (x > 1) throw new Error(); }',
  'a ternary': 'export const f = (x: number) => (x > 1 ? 1 : 2);',
  'a guard': 'export const f = (x: boolean, y: boolean) => x && y;',
  'an alternative': 'export const f = (x: boolean, y: boolean) => x || y;',
  'a case of a switch': 'export function f(x: number) { switch (x) { case 1: return 2; } }',
  'a loop': 'export function f(xs: number[]) { for (const x of xs) void x; }',
  'a branch in a private method': 'export class A { #f(x: number) { while (x > 1) x--; } }',
};
for (const [name, source] of Object.entries(branching)) {
  test(`${name} is a branch`, () => expect(branchesOf(source)).toBe(1));
}

const straight: Record<string, string> = {
  'a default': 'export const f = (x?: number, y = 3) => x ?? y;',
  'a conditional type': 'export type F<T> = T extends string ? 1 : 2;',
  'a word in a text or comment': '/* if (x) */ export const f = "if (x) a && b ? c : d";',
  'a table': 'export const f = { a: [1, 2], b: [3] } as const;',
  'an assertion of a type': 'export const f = (x: unknown) => (x as { if: 1 }).if;',
};
for (const [name, source] of Object.entries(straight)) {
  test(`${name} is none`, () => expect(branchesOf(source)).toBe(0));
}

test('every branch counts', () => {
  expect(branchesOf('export const f = (x: number) => (x > 1 && x < 9 ? x : x || 2);')).toBe(3);
});
