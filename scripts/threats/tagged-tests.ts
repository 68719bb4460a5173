/**
 * Which tests show which control, read from their sources: `describe`, `it` and `test`, also with `.each`, `.for`, `.skipIf` and the
 * like, whose second argument has `tags`. Read, not run: to collect the tests of a cluster takes a cluster.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { CONTROLS, type ControlId } from './controls.ts';

export interface TaggedTest {
  readonly file: string;
  /** From the outermost `describe` on, as written: with %s where a table stands. */
  readonly path: readonly string[];
  readonly controls: readonly ControlId[];
}

interface Node {
  readonly type?: string;
  readonly [key: string]: unknown;
}

const BLOCKS = new Set(['describe', 'it', 'test']);

export function taggedTests(root: string): TaggedTest[] {
  const files = globSync('{core,sidecar,operator,telemetry,archive,cli,scripts,examples,test}/**/*.test.ts', {
    cwd: root,
  });
  return files.toSorted().flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8');
    return source.includes('tags:') ? taggedIn(file, source) : [];
  });
}

/** Throws where tags are written so that nobody can read them, or are those of no control. */
export function taggedIn(file: string, source: string): TaggedTest[] {
  const found: TaggedTest[] = [];
  visit(parseSync(source, { syntax: 'typescript', target: 'es2024' }).body, []);
  return found;

  function visit(node: unknown, above: readonly string[]): void {
    if (typeof node !== 'object' || node === null) return;
    const block = blockOf(node as Node);
    const path = block === undefined ? above : [...above, titleOf(block.title, block.tags !== undefined, file)];
    if (block?.tags !== undefined) found.push({ file, path, controls: controlsOf(block.tags, file, path) });
    for (const child of Object.values(node)) visit(child, path);
  }
}

interface Block {
  readonly title: Node;
  readonly tags: Node | undefined;
}

function blockOf(node: Node): Block | undefined {
  if (node.type !== 'CallExpression' || !BLOCKS.has(rootName(node['callee'] as Node))) return undefined;
  const [title, options] = (node['arguments'] as { readonly expression: Node }[]).map(({ expression }) => expression);
  if (title?.type !== 'StringLiteral' && title?.type !== 'TemplateLiteral') return undefined;
  return { title, tags: options?.type === 'ObjectExpression' ? memberOf(options, 'tags') : undefined };
}

/** `it` of `it(…)`, `it.each(…)(…)`, `` it.each`…`(…) `` and `it.skipIf(…)(…)`. */
function rootName(callee: Node): string {
  if (callee.type === 'Identifier') return String(callee['value']);
  if (callee.type === 'MemberExpression') return rootName(callee['object'] as Node);
  if (callee.type === 'CallExpression') return rootName(callee['callee'] as Node);
  if (callee.type === 'TaggedTemplateExpression') return rootName(callee['tag'] as Node);
  return '';
}

function memberOf(object: Node, name: string): Node | undefined {
  const members = object['properties'] as { readonly key?: Node; readonly value?: Node }[];
  return members.find(({ key }) => key?.['value'] === name)?.value;
}

function titleOf(title: Node, isTagged: boolean, file: string): string {
  if (title.type === 'StringLiteral') return String(title['value']);
  const pieces = title['quasis'] as { readonly cooked: string }[];
  if (isTagged && pieces.length > 1) throw new Error(`${file}: a test with tags has a name that is written out`);
  return pieces.map(({ cooked }) => cooked).join('…');
}

function controlsOf(tags: Node, file: string, path: readonly string[]): ControlId[] {
  const where = `${file}, "${path.join(' › ')}"`;
  if (tags.type !== 'ArrayExpression') throw new Error(`${where}: tags are an array of names that are written out`);
  return (tags['elements'] as { readonly expression: Node }[]).map(({ expression }) => {
    const id = String(expression['value']);
    if (!(id in CONTROLS)) throw new Error(`${where}: ${id} is no control; scripts/threats/controls.ts has them`);
    return id as ControlId;
  });
}
