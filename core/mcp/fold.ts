/**
 * Case folding of JSON keys, at least as coarse as any decoder behind us: Go's `encoding/json` uses Unicode simple folding,
 * by which U+017F (long s) is an s and U+212A (kelvin sign) is a k. Folding too much refuses a strange key; folding too
 * little lets a key through that the server reads as another one.
 */
export function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}
