/** RFC 8785 (JCS): one text for one JSON value, so that digests of equal values are equal. */
import canonicalize from 'canonicalize';

/**
 * The RFC 8785 text of a JSON value.
 * Most objects on the path of a call already have their keys in order; for those `JSON.stringify` gives the same text
 * several times faster, because ECMAScript's number and string forms are the ones JCS prescribes (RFC 8785 §3.2.2).
 */
export function canonicalJson(value: unknown): string {
  if (isInCanonicalOrder(value)) return JSON.stringify(value);
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('a value that JSON cannot express has no canonical form');
  return text;
}

/** True when every object in `value` lists its keys in UTF-16 order (RFC 8785 §3.2.3) and holds only JSON values. */
function isInCanonicalOrder(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!isInCanonicalOrder(item)) return false;
    return true;
  }
  let previous: string | undefined;
  // Integer-like keys come first in enumeration whatever was written, so enumeration order is what stringify prints.
  for (const key of Object.keys(value)) {
    if (previous !== undefined && previous >= key) return false;
    previous = key;
    if (!isInCanonicalOrder((value as Record<string, unknown>)[key])) return false;
  }
  return true;
}
