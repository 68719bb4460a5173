/** Small changes to bytes, of the kinds that parsers disagree on. */
import type { Random } from '../random.ts';

const FRAGMENTS = [
  ...[
    '\0',
    '\t',
    '\n',
    '\r\n',
    ' ',
    '"',
    '\\',
    ',',
    ':',
    '{',
    '}',
    '[',
    ']',
    '\\u0000',
    '\\ud800',
    '\\u006e',
    '\uFEFF',
    '\u2028',
  ],
  ...[
    'ſ',
    '\u212A',
    'İ',
    'é',
    'é',
    '//',
    '/**/',
    '0',
    '-',
    'e999',
    '1e400',
    'null',
    '"name":"danger",',
    '"NAME":"danger",',
  ],
  ...[
    '"method":"tools/call",',
    '"params":{"name":"danger"},',
    '"id":2,',
    '"__proto__":{"name":"danger"},',
    '"arguments":{"path":"/etc"},',
  ],
].map((text) => Buffer.from(text));
/** Not UTF-8: overlong, a surrogate, beyond U+10FFFF, a lone continuation, a start without an end. */
const BYTES = [
  [0xc0, 0xaf],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0x80],
  [0xe2, 0x82],
  [0xff],
  [0xfe, 0xff],
  [0xc1, 0x81],
].map((bytes) => Buffer.from(bytes));

/** `bytes` after one to three changes; `other` is where a piece may be taken from. */
export function mutate(bytes: Buffer, other: Buffer, random: Random): Buffer {
  let mutant = bytes;
  for (let left = 1 + random.below(3); left > 0; left--) mutant = mutateOnce(mutant, other, random);
  return mutant;
}

function mutateOnce(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const span = 1 + random.below(random.oneIn(4) ? 40 : 6);
  switch (random.below(9)) {
    case 0:
      return splice(bytes, at, 0, random.pick(FRAGMENTS));
    case 1:
      return splice(bytes, at, 0, random.pick(BYTES));
    case 2:
      return splice(bytes, at, span, Buffer.alloc(0));
    case 3:
      return splice(bytes, at, 0, bytes.subarray(at, at + span));
    case 4: {
      const from = random.below(other.length + 1);
      return splice(bytes, at, random.below(span), other.subarray(from, from + span * 3));
    }
    case 5:
      return changeLetter(bytes, at, random);
    case 6:
      return splice(bytes, at, 1, Buffer.from([random.below(256)]));
    case 7:
      return repeatMember(bytes, random);
    default:
      return splice(bytes, at, span, random.pick(FRAGMENTS));
  }
}

function splice(bytes: Buffer, at: number, remove: number, insert: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(Math.min(bytes.length, at + remove))]);
}

/** The next letter in another case, as an escape, or as a sign that folds to it. */
function changeLetter(bytes: Buffer, from: number, random: Random): Buffer {
  for (let i = from; i < bytes.length; i++) {
    const letter = String.fromCharCode(bytes[i] as number);
    if (!/[a-zA-Z]/.test(letter)) continue;
    const forms = [letter.toUpperCase(), letter.toLowerCase(), `\\u00${letter.charCodeAt(0).toString(16)}`];
    if (/s/i.test(letter)) forms.push('ſ');
    if (/k/i.test(letter)) forms.push('\u212A');
    if (/i/i.test(letter)) forms.push('\u0130', '\u0131', 'i\u0307');
    return splice(bytes, i, 1, Buffer.from(random.pick(forms)));
  }
  return bytes;
}

/** A member of some object a second time, at the front of another or of the same. */
function repeatMember(bytes: Buffer, random: Random): Buffer {
  const text = bytes.toString('latin1');
  const members = [...text.matchAll(/"[^"]*":(?:"[^"]*"|[\d.eE+-]+|\{[^{}]*\}|true|false|null)/g)];
  const braces = [...text.matchAll(/\{/g)];
  if (members.length === 0 || braces.length === 0) return bytes;
  const place = random.pick(braces).index + 1;
  return splice(bytes, place, 0, Buffer.from(`${random.pick(members)[0]},`, 'latin1'));
}
