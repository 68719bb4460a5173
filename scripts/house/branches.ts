/**
 * How many branches a source has: what can make two runs of it go two ways. Told by the syntax alone, so that nobody has to judge
 * whether a file decides something. Defaults (`??`, `?.`, default parameters) are no branches; types have none.
 */
import { parseSync } from '@swc/core';

const BRANCHES = new Set([
  'IfStatement',
  'ConditionalExpression',
  'SwitchCase',
  'ForStatement',
  'ForOfStatement',
  'ForInStatement',
  'WhileStatement',
  'DoWhileStatement',
]);

export function branchesOf(source: string): number {
  return count(parseSync(source, { syntax: 'typescript', target: 'es2024' }).body);
}

function count(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 0;
  let branches = isBranch(node) ? 1 : 0;
  for (const child of Object.values(node)) branches += count(child);
  return branches;
}

function isBranch({ type, operator }: { type?: unknown; operator?: unknown }): boolean {
  if (type === 'BinaryExpression') return operator === '&&' || operator === '||';
  return typeof type === 'string' && BRANCHES.has(type);
}
