/**
 * The forms in which a value may be put into an argument so that it does not look like itself: Base64 of both alphabets (RFC 4648), also
 * from the middle and over several lines, hexadecimal, percent-encoding (RFC 3986), backwards, and one inside of another.
 */

/** One inside of another, so often. */
const MAX_DEPTH = 3;
/** Of eight bytes; a shorter value is no token, and all long words are Base64 of something. */
const SHORTEST_BASE64 = 10;
const SHORTEST_HEX = 12;
/** From where a run is read: whoever puts a letter in front of Base64 shifts all of it. */
const SHIFTS = [0, 1, 2, 3] as const;

/** Calls `look` with the text and with everything that it reads as. `work`: in UTF-16 units of all that; false from it ends the search. */
export function readings(text: string, look: (reading: string) => void, work: (units: number) => boolean): void {
  if (!decodings(text, look, work)) return;
  if (work(text.length)) look(reversed(text));
}

/** The same without what is backwards. False: the work has ended it. */
export function decodings(text: string, look: (reading: string) => void, work: (units: number) => boolean): boolean {
  return readInto(text, MAX_DEPTH, look, work);
}

function readInto(
  text: string,
  depth: number,
  look: (reading: string) => void,
  work: (units: number) => boolean,
): boolean {
  if (!work(text.length)) return false;
  look(text);
  if (depth === 0) return true;
  for (const inner of [...fromPercent(text), ...fromBase64(text), ...fromHex(text)])
    if (!readInto(inner, depth - 1, look, work)) return false;
  return true;
}

function reversed(text: string): string {
  let out = '';
  for (let i = text.length - 1; i >= 0; i--) out += text[i];
  return out;
}

/** Whatever is encoded in it, and nothing else changed. Two at least: one is how a blank or a slash is written. */
function fromPercent(text: string): string[] {
  if (text.indexOf('%', text.indexOf('%') + 1) < 0) return [];
  const bytes = Buffer.from(text);
  let [length, found] = [0, 0];
  for (let i = 0; i < bytes.length; i++) {
    const [high, low] = bytes[i] === 0x25 ? [hexDigit(bytes[i + 1]), hexDigit(bytes[i + 2])] : [-1, -1];
    if (high < 0 || low < 0) {
      bytes[length++] = bytes[i] as number;
      continue;
    }
    bytes[length++] = high * 16 + low;
    found++;
    i += 2;
  }
  return found < 2 ? [] : [bytes.toString('utf8', 0, length)];
}

function fromBase64(text: string): string[] {
  const found: string[] = [];
  eachRun(text, SHORTEST_BASE64, isBase64, (start, end) => addBase64(text.slice(start, end), found));
  // Wrapped, as MIME has it (RFC 2045 §6.8), or with blanks in between.
  if (/\s/.test(text)) {
    const joined = text.replace(/\s+/g, '');
    eachRun(joined, SHORTEST_BASE64, isBase64, (start, end) => {
      if (end - start > LONGEST_WORD) addBase64(joined.slice(start, end), found);
    });
  }
  return found;
}

/** Words without blanks between them are Base64 as well; so much of it that is text is nearly never found by chance. */
const LONGEST_WORD = 16;

function addBase64(run: string, into: string[]): void {
  for (const shift of SHIFTS) addTexts(Buffer.from(run.slice(shift), 'base64'), into);
}

function fromHex(text: string): string[] {
  const found: string[] = [];
  eachRun(text, SHORTEST_HEX, isHex, (start, end) => addHex(text.slice(start, end), found));
  // One by one, as in `4d:75:73`, `\x4d\x75` or `0x4d, 0x75`.
  if (text.length >= 2 * SHORTEST_HEX - SHORTEST_HEX / 2 && hasPairs(text)) {
    const joined = text.replace(/0x|\\x|[^0-9A-Fa-f]/g, '');
    if (joined.length >= SHORTEST_HEX) addHex(joined, found);
  }
  return found;
}

/** Mostly digits of hexadecimal, each two of them with something between. */
function hasPairs(text: string): boolean {
  let digits = 0;
  let runs = 0;
  let before = false;
  for (let i = 0; i < text.length; i++) {
    const is = isHex(text.charCodeAt(i));
    if (is) digits++;
    if (is && !before) runs++;
    before = is;
  }
  return runs > 1 && digits >= SHORTEST_HEX && 3 * digits >= text.length && digits <= 4 * runs;
}

function addHex(run: string, into: string[]): void {
  for (const shift of [0, 1]) {
    const from = run.slice(shift);
    addTexts(Buffer.from(from.length % 2 === 0 ? from : from.slice(0, -1), 'hex'), into);
  }
}

/** The stretches that could be text: what stands in front of Base64, without a border, decodes to something else. */
function addTexts(bytes: Buffer, into: string[]): void {
  for (const text of bytes.toString('utf8').split(NO_TEXT)) if (text.length >= SHORTEST_TEXT) into.push(text);
}

/** Control characters that no text has, and what stands for bytes that are no UTF-8. */
const NO_TEXT = /[[\p{Cc}--[\t\n\r]]\ufffd]+/v;
const SHORTEST_TEXT = 6;

function eachRun(
  text: string,
  shortest: number,
  isIn: (code: number) => boolean,
  found: (start: number, end: number) => void,
): void {
  let start = -1;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && isIn(text.charCodeAt(i))) {
      if (start < 0) start = i;
      continue;
    }
    if (start >= 0 && i - start >= shortest) found(start, i);
    start = -1;
  }
}

const BASE64 = new Uint8Array(128);
for (const digit of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-')
  BASE64[digit.charCodeAt(0)] = 1;

function isBase64(code: number): boolean {
  return BASE64[code] === 1;
}

function isHex(code: number): boolean {
  return hexDigit(code) >= 0;
}

function hexDigit(code = 0): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
