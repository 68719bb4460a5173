/**
 * What counts of a text when it is compared with another: its letters and digits, in one case and one form. Blanks, line breaks,
 * punctuation and what nobody sees can be put into a copy without changing what it says.
 */

export interface Letters {
  readonly codes: Uint16Array;
  /** How many of them count. */
  readonly length: number;
}

/** By code, the letter or digit it counts as; 0: none. */
const ASCII = new Uint16Array(128);
for (let code = 0x30; code <= 0x39; code++) ASCII[code] = code;
for (let code = 0x61; code <= 0x7a; code++) ASCII[code] = ASCII[code - 0x20] = code;

export function lettersOf(text: string): Letters {
  const plain = isAscii(text) ? text : text.normalize('NFKC').toLowerCase();
  const codes = new Uint16Array(plain.length);
  let length = 0;
  for (let i = 0; i < plain.length; i++) {
    const code = plain.charCodeAt(i);
    const letter = code < ASCII.length ? (ASCII[code] as number) : isMark(code) ? 0 : code;
    if (letter !== 0) codes[length++] = letter;
  }
  return { codes, length };
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= ASCII.length) return false;
  return true;
}

/** Blanks and punctuation beyond ASCII, and what is not seen: of the blocks that hold little else. */
export function isMark(code: number): boolean {
  return (
    (code >= 0x80 && code <= 0xbf) ||
    (code >= 0x2000 && code <= 0x206f) ||
    (code >= 0x3000 && code <= 0x303f) ||
    (code >= 0xfe00 && code <= 0xfe0f) ||
    code === 0xfeff
  );
}
