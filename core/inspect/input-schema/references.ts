/** References of a JSON Schema to a part of itself. Nothing else is followed. */
import { isObject } from '../../mcp/message.ts';

/** Undefined where it leads elsewhere, or to nothing. `$ref` is `#`, a JSON Pointer behind it, or the name of an anchor. */
export function resolveReference(root: unknown, reference: string): unknown {
  const own = isObject(root) && typeof root['$id'] === 'string' ? root['$id'].replace(/#$/, '') : '';
  const local = own !== '' && reference.startsWith(own) ? reference.slice(own.length) || '#' : reference;
  if (!local.startsWith('#')) return undefined;
  const fragment = decoded(local.slice(1));
  if (fragment === undefined) return undefined;
  if (fragment === '') return root;
  return fragment.startsWith('/') ? at(root, fragment.slice(1).split('/')) : anchored(root, fragment, new Set());
}

function decoded(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}

/** RFC 6901 §4. */
function at(root: unknown, parts: readonly string[]): unknown {
  let value = root;
  for (const part of parts) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** The first object anywhere that has the anchor: one in an example or a constant is no schema, and refused when it is read as one. */
function anchored(value: unknown, name: string, seen: Set<object>): unknown {
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
  seen.add(value);
  if (isObject(value) && (value['$anchor'] === name || value['$id'] === `#${name}`)) return value;
  for (const inner of Object.values(value)) {
    const found = anchored(inner, name, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}
