/**
 * Functions that are written right behind `x.y =`. V8 takes such a function for one that is made once and puts it into the old
 * generation. One that is made for each call keeps all of its call there, and what that points to, until everything is collected: three
 * of them cost a gate a sixth of what a call allocates, copied twice, and a tenth of its CPU. A name of its own helps (`const f = …; x.y = f`).
 */
import { parseSync } from '@swc/core';

/** How often that is done in a source. */
export function oldClosuresIn(source: string): number {
  return count(parseSync(source, { syntax: 'typescript', target: 'es2024' }).body);
}

function count(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 0;
  let found = isOldClosure(node) ? 1 : 0;
  for (const child of Object.values(node)) found += count(child);
  return found;
}

interface Assignment {
  readonly type?: unknown;
  readonly left?: { readonly type?: unknown };
  readonly right?: { readonly type?: unknown };
}

function isOldClosure({ type, left, right }: Assignment): boolean {
  if (type !== 'AssignmentExpression' || left?.type !== 'MemberExpression') return false;
  return right?.type === 'ArrowFunctionExpression' || right?.type === 'FunctionExpression';
}
