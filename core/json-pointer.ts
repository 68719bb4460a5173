/** Parts of a JSON Pointer: https://www.rfc-editor.org/rfc/rfc6901#section-3 */

export function escapePart(key: string): string {
  return key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;
}

export function unescapePart(part: string): string {
  return part.includes('~') ? part.replaceAll('~1', '/').replaceAll('~0', '~') : part;
}
