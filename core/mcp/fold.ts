/**
 * Case folding of JSON keys, at least as coarse as any decoder behind us: Go's `encoding/json` uses Unicode simple folding,
 * by which U+017F (long s) is an s and U+212A (kelvin sign) is a k. Folding too much refuses a strange key; folding too
 * little lets a key through that the server reads as another one.
 */
export function fold(key: string): string {
  if (isFolded(key)) return key;
  // Lower case first: U+1E9E is a capital sharp s, and only the small one becomes SS.
  return key.toLowerCase().toUpperCase().toLowerCase();
}

/** Nearly every key there is, and found out without making strings. */
export function isFolded(key: string): boolean {
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    if (code > 0x7f || (code >= 0x41 && code <= 0x5a)) return false;
  }
  return true;
}
