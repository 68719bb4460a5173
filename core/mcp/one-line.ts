/**
 * JSON as one line, for every reader of lines. JSON Lines and the stdio transport know LF alone, event streams CR and LF; what people
 * read them with splits at more: Node's readline at U+2028 and U+2029, Python's `str.splitlines` at those, U+0085 and five controls.
 * A message that is split there is lost, and the second half of it could be one that nobody here has seen.
 */
import { isAscii } from 'node:buffer';

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

/** None of them can stand in JSON but inside of strings, where all can be written otherwise. */
const ODD_CONTROLS = Array.from('\v\f\x1c\x1d\x1e', (end) => end.charCodeAt(0));
const ODD_CHARACTERS = ['\u0085', '\u2028', '\u2029'].map((end) => Buffer.from(end));
const ESCAPE_LENGTH = '\\u2028'.length;

/** The same JSON value without anything that a reader takes for the end of a line. The text itself where there is nothing to change. */
export function oneLine(json: Buffer | string): Buffer {
  let bytes = typeof json === 'string' ? Buffer.from(json) : json;
  if (bytes.includes(LF) || bytes.includes(CR)) {
    // Somebody else may still read the text as it came.
    if (bytes === json) bytes = Buffer.from(bytes);
    // In valid JSON they stand between tokens only; inside strings they are escaped.
    for (let i = 0; i < bytes.length; i++) if (bytes[i] === LF || bytes[i] === CR) bytes[i] = SPACE;
  }
  return hasOddEnds(bytes) ? escapeOddEnds(bytes) : bytes;
}

/** In UTF-8 text, whether it is JSON or not. */
export function hasOddEnds(bytes: Buffer): boolean {
  for (const end of ODD_CONTROLS) if (bytes.includes(end)) return true;
  return !isAscii(bytes) && ODD_CHARACTERS.some((end) => bytes.includes(end));
}

/** Whether one of them begins in the two bytes before (`last`, the later one lowest) and ends in these. */
export function isOddSeam(last: number, bytes: Buffer): boolean {
  const first = bytes[0] as number;
  if ((first & 0xc0) !== 0x80) return false;
  const seam = Buffer.of(last >> 8, last & 0xff, first, bytes[1] ?? 0);
  return [0, 1].some((at) => oddLengthAt(seam, at) > 1);
}

/** With each of them written as JSON can write it in a string; in place, however many they are. */
export function escapeOddEnds(bytes: Buffer): Buffer {
  let more = 0;
  for (let i = 0; i < bytes.length; i++) {
    const length = oddLengthAt(bytes, i);
    if (length > 0) more += ESCAPE_LENGTH - length;
  }
  const out = Buffer.allocUnsafe(bytes.length + more);
  for (let i = 0, to = 0; i < bytes.length;) {
    const length = oddLengthAt(bytes, i);
    if (length === 0) out[to++] = bytes[i++] as number;
    else {
      const code = bytes.toString('utf8', i, i + length).charCodeAt(0);
      to += out.write(`\\u${code.toString(16).padStart(4, '0')}`, to, 'latin1');
      i += length;
    }
  }
  return out;
}

function oddLengthAt(bytes: Buffer, i: number): number {
  const byte = bytes[i] as number;
  if (byte === 0x0b || byte === 0x0c || (byte >= 0x1c && byte <= 0x1e)) return 1;
  if (byte === 0xc2) return bytes[i + 1] === 0x85 ? 2 : 0;
  if (byte !== 0xe2 || bytes[i + 1] !== 0x80) return 0;
  return bytes[i + 2] === 0xa8 || bytes[i + 2] === 0xa9 ? 3 : 0;
}
