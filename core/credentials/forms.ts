/**
 * The forms in which a server may say a key without meaning to: as it is, in the debug output of a client library, in a URL, in the
 * `Authorization` of another request, in JSON. A server that means to tell it can always write it in a form that nobody looks for.
 */

/** Of base64 (RFC 4648 §4 and §5), in the middle of something else: the characters that depend on the key alone, at each of three offsets. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    // Six bits a character. The first ones have bits of what stands before, the last one may have bits of what follows.
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor(((offset + bytes.length) * 8) / 6);
    const inner = text.slice(from, to);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** RFC 3986 §2.1 with what libraries leave as it is, and `application/x-www-form-urlencoded`. */
function percentForms(value: string): string[] {
  const encoded = encodeURIComponent(value);
  const strict = encoded.replaceAll(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return [encoded, strict].flatMap((one) => [
    one,
    one.replaceAll('%20', '+'),
    one.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
  ]);
}

/** In JSON, and in JSON inside of JSON, as texts of tool results often are (RFC 8259 §7). */
function jsonForms(value: string): string[] {
  const once = JSON.stringify(value).slice(1, -1);
  const forHtml = value.replaceAll(/["&'<>\\]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [once, once.replaceAll('/', '\\/'), JSON.stringify(once).slice(1, -1), forHtml];
}

function htmlForm(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** `user:password`, as Basic has it (RFC 7617 §2): what a server knows, and so may say, is what was encoded. */
function insideBasic(value: string): string[] {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value) || value.length % 4 !== 0) return [];
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  const password = /^[ -~]+:([ -~]{8,})$/.exec(decoded)?.[1];
  return password === undefined ? [] : [password];
}

/** Each once, in bytes, the longest first: what covers more of an answer is found before its own parts are. */
export function formsOf(value: string): readonly Buffer[] {
  const values = [value, ...insideBasic(value)];
  const texts = values.flatMap((one) => {
    const bytes = Buffer.from(one, 'utf8');
    const hex = bytes.toString('hex');
    return [[one, hex, hex.toUpperCase(), htmlForm(one)], base64Forms(bytes), percentForms(one), jsonForms(one)].flat();
  });
  return [...new Set(texts)].sort((a, b) => b.length - a.length).map((text) => Buffer.from(text, 'utf8'));
}
