/**
 * patch(before, after) → JSON Patch (RFC 6902), in time linear in the size of both. A patch library looks for the shortest one, whose
 * search over two lists is quadratic in time and memory: whoever may create pods could end the operator by one with 2,000 volumes.
 * Ours is as short where it counts: additions at the end, elements that differ in a field, elements put in or taken out in one place.
 */
import { isDeepStrictEqual } from 'node:util';

export type Operation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

export function createPatch(before: unknown, after: unknown): Operation[] {
  const operations: Operation[] = [];
  compare(before, after, '', operations);
  return operations;
}

function compare(before: unknown, after: unknown, path: string, operations: Operation[]): void {
  if (before === after) return;
  if (Array.isArray(before) && Array.isArray(after)) compareLists(before, after, path, operations);
  else if (isObject(before) && isObject(after)) compareObjects(before, after, path, operations);
  else operations.push({ op: 'replace', path, value: after });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compareObjects(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  parent: string,
  operations: Operation[],
): void {
  for (const key of Object.keys(before)) {
    const path = `${parent}/${escape(key)}`;
    if (Object.hasOwn(after, key)) compare(before[key], after[key], path, operations);
    else operations.push({ op: 'remove', path });
  }
  for (const key of Object.keys(after)) {
    if (!Object.hasOwn(before, key))
      operations.push({ op: 'add', path: `${parent}/${escape(key)}`, value: after[key] });
  }
}

/** What is equal at both ends is left out; of what remains, elements are compared in pairs, and the rest put in or taken out. */
function compareLists(before: unknown[], after: unknown[], parent: string, operations: Operation[]): void {
  const shared = Math.min(before.length, after.length);
  let start = 0;
  let end = 0;
  if (before.length !== after.length) {
    while (start < shared && isDeepStrictEqual(before[start], after[start])) start += 1;
    while (end < shared - start && isDeepStrictEqual(before.at(-1 - end), after.at(-1 - end))) end += 1;
  }
  const [last, wanted] = [before.length - end, after.length - end];
  for (let at = start; at < Math.min(last, wanted); at += 1)
    compare(before[at], after[at], `${parent}/${at}`, operations);
  for (let at = last - 1; at >= wanted; at -= 1) operations.push({ op: 'remove', path: `${parent}/${at}` });
  for (let at = last; at < wanted; at += 1) operations.push({ op: 'add', path: `${parent}/${at}`, value: after[at] });
}

/** RFC 6901 §3. */
function escape(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
