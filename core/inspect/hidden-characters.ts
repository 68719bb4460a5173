/** Characters nobody sees: controls, format characters, default ignorables (UTS #39 §3.1), lone surrogates. */

// Emoji, Persian and Indic names need some of them: see `isAtHome`.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** The first hidden character that has no business where it stands, as `U+XXXX`. */
export function findHiddenCharacter(text: string): string | undefined {
  HIDDEN.lastIndex = 0;
  for (let match = HIDDEN.exec(text); match !== null; match = HIDDEN.exec(text)) {
    const char = match[0];
    if (!isAtHome(char, text, match.index)) {
      return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    }
  }
  return undefined;
}

// Scripts in which ZWJ and ZWNJ choose the form of a letter (Unicode §23.2, UAX #31 §2.3 A and B).
const JOINING_LETTER =
  /^[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Mandaic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]$/u;
const ARABIC_MARK = /^[\u064b-\u065f\u0670]$/u;
const EMOJI = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}]$/u;
const EMOJI_BASE = /^[\p{Emoji}]$/u;
const HAN = /^\p{Script=Han}$/u;
const MATHEMATICAL = /^\p{Sm}$/u;
const MONGOLIAN = /^\p{Script=Mongolian}$/u;
const LETTER_OR_MARK = /^[\p{L}\p{M}]$/u;

/** Whether a hidden character does something where it stands: joins letters, or chooses how an emoji or an ideograph looks. */
export function isAtHome(char: string, text: string, index: number): boolean {
  const code = char.codePointAt(0) ?? 0;
  const before = charBefore(text, index);
  if (code === 0x200c || code === 0x200d) {
    const after = charAt(text, index + 1);
    if (isJoining(before) && isJoining(after)) return true;
    // An emoji sequence: 👩‍💻, ❤️‍🔥, 🏳️‍🌈.
    return code === 0x200d && EMOJI.test(after) && (EMOJI.test(before) || before === '\ufe0f');
  }
  if (code === 0xfe0e || code === 0xfe0f) return EMOJI_BASE.test(before);
  // Standardised forms of operators.
  if (code === 0xfe00 && MATHEMATICAL.test(before)) return true;
  // Ideographic variants, part of many Japanese names of persons and places.
  if ((code >= 0xfe00 && code <= 0xfe02) || code >= 0xe0100) return HAN.test(before);
  if (code >= 0x180b && code <= 0x180f) return MONGOLIAN.test(before);
  return false;
}

function isJoining(char: string): boolean {
  return ARABIC_MARK.test(char) || (JOINING_LETTER.test(char) && LETTER_OR_MARK.test(char));
}

function charAt(text: string, index: number): string {
  const code = text.codePointAt(index);
  return code === undefined ? '' : String.fromCodePoint(code);
}

function charBefore(text: string, index: number): string {
  const unit = text.charCodeAt(index - 1);
  return charAt(text, unit >= 0xdc00 && unit <= 0xdfff ? index - 2 : index - 1);
}
