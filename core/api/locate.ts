/** From paths to places in the text, and back. */
import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, visit } from 'yaml';

/** At the value, at the key itself, or, since nothing stands at the path, at what should hold it. */
export type Anchor = 'value' | 'key' | 'parent';

export function startOfDocument({ contents, range }: Document.Parsed): number {
  return contents?.range?.[0] ?? range[0];
}

/** The offset of what a path leads to, or of the nearest thing above it that is there. */
export function offsetOf(document: Document.Parsed, path: readonly PropertyKey[], at: Anchor): number {
  let node: unknown = document.contents;
  let offset = startOfDocument(document);
  const steps = at === 'parent' ? path.slice(0, -1) : path;
  for (const [index, key] of steps.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      // The last of two equal keys is the one that counted.
      const pair = node.items.findLast((item) => isScalar(item.key) && item.key.value === String(key));
      if (pair === undefined) return offset;
      const ofKey = startOf(pair.key) ?? offset;
      offset = at === 'key' && index === steps.length - 1 ? ofKey : (startOf(pair.value) ?? ofKey);
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = startOf(node) ?? (node as Node | undefined)?.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

/** The path of the field whose name starts at an offset. */
export function pathOfKey(document: Document.Parsed, offset: number): PropertyKey[] {
  let found: PropertyKey[] = [];
  visit(document, {
    Scalar: (role, node, ancestors) => {
      if (role !== 'key' || node.range?.[0] !== offset) return undefined;
      found = pathTo([...ancestors, node]);
      return visit.BREAK;
    },
  });
  return found;
}

/** Where a node starts; nothing for a value that is not written, such as after `effect:`. */
function startOf(node: unknown): number | undefined {
  if (isScalar(node) && node.value === null && (node.source ?? '') === '') return undefined;
  return (node as Node | null | undefined)?.range?.[0];
}

/** The keys and indexes on the way down through nodes, each of which holds the next. */
export function pathTo(nodes: readonly unknown[]): PropertyKey[] {
  const path: PropertyKey[] = [];
  for (const [index, node] of nodes.entries()) {
    if (isSeq(node)) path.push(node.items.indexOf(nodes[index + 1]));
    else if (isPair(node) && isScalar(node.key)) path.push(String(node.key.value));
  }
  return path;
}
