/** RFC 8785 (JCS): one text for one JSON value, so that digests of equal values are equal. */
import canonicalize from 'canonicalize';

/**
 * The RFC 8785 text of a JSON value.
 * For objects whose keys are in order `JSON.stringify` gives that text several times faster, because ECMAScript's number and
 * string forms are the ones JCS prescribes (RFC 8785 §3.2.2). So the rest is put in order first, where that is possible.
 */
export function canonicalJson(value: unknown): string {
  if (isInCanonicalOrder(value)) return JSON.stringify(value);
  const ordered = inOrder(value);
  if (ordered !== undefined) return JSON.stringify(ordered);
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('a value that JSON cannot express has no canonical form');
  return text;
}

/** True when every object in `value` lists its keys in UTF-16 order (RFC 8785 §3.2.3) and holds only JSON values. */
function isInCanonicalOrder(value: unknown): boolean {
  if (isScalar(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!isInCanonicalOrder(item)) return false;
    return true;
  }
  let previous: string | undefined;
  // Integer-like keys come first in enumeration whatever was written, so enumeration order is what stringify prints.
  // With names that are inherited too: where all are in order, so are its own, and no list of them is made.
  for (const key in value) {
    if (previous !== undefined && previous >= key) return false;
    previous = key;
    if (!isInCanonicalOrder((value as Record<string, unknown>)[key])) return false;
  }
  return true;
}

/** A copy that lists its keys in order; undefined where no object can, and for what is not JSON. */
function inOrder(value: unknown): unknown {
  if (isScalar(value)) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      const copy = inOrder(item);
      if (copy === undefined) return undefined;
      items.push(copy);
    }
    return items;
  }
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    if (!keepsItsPlace(key)) return undefined;
    const member = inOrder((value as Record<string, unknown>)[key]);
    if (member === undefined) return undefined;
    copy[key] = member;
  }
  return copy;
}

function isScalar(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  return typeof value === 'number' && Number.isFinite(value);
}

/** Integer-like keys are enumerated before all others, and `__proto__` would not become a member. */
function keepsItsPlace(key: string): boolean {
  const first = key.charCodeAt(0);
  return !(first >= 0x30 && first <= 0x39) && key !== '__proto__';
}
