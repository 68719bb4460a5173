/** A text as words, in the letters that a reader takes them for, so that neither spelling nor punctuation hides a phrase. */
import { inLatin } from './confusables.ts';

export interface Words {
  /** In lower case. */
  readonly words: readonly string[];
  /** Where each begins and ends in the text, two numbers a word. */
  readonly places: readonly number[];
  /** Of each word, whether a sentence ends in front of it. */
  readonly begins: readonly boolean[];
  /** Which of them begin an address: of mail, or a number as long as one of a phone, an account or a wallet. */
  readonly addresses: ReadonlySet<number>;
}

// Apostrophes and what is not seen are part of a word: "don't" is one, "ig\u200bnore" too.
const WORD = /[\p{L}\p{N}\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}'\u2019]+/gu;
const ASCII = /^[\0-\x7f]*$/;
const WORD_OF_ASCII = /[A-Za-z0-9']+/g;
const APOSTROPHES = /['\u2019]/g;
const LONG_NUMBER = /^(?:[a-z]{2}[0-9]{2}[a-z0-9]{10,30}|[0-9]{7,}|0x[0-9a-f]{16,})$/;
const HAS_ASCII = /[A-Za-z]/;
const ASCII_WORD = /^[A-Za-z0-9]+$/;
/** Of a sentence, or of an entry of a list. A full stop within a file name is none. */
const END = /[.!?\u3002\uff01\uff1f](?:\s|$)|\n\s*\n/;

export function wordsOf(text: string): Words {
  const words: string[] = [];
  const places: number[] = [];
  const begins: boolean[] = [];
  const addresses = new Set<number>();
  let from = 0;
  // Without classes of Unicode it takes a third of the time.
  const pattern = ASCII.test(text) ? WORD_OF_ASCII : WORD;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [written] = match;
    const word = readWord(written);
    if (word === '') continue;
    if (text[match.index + written.length] === '@' || LONG_NUMBER.test(word)) addresses.add(words.length);
    words.push(word);
    places.push(match.index, match.index + written.length);
    begins.push(from === 0 || END.test(text.slice(from, Math.min(match.index + 1, from + GAP))));
    from = match.index + written.length;
  }
  return { words, places, begins, addresses };
}

const CAPITAL_I = /[\u0399\u0406\u04c0\u2c92\ua4f2]/g;
/** Between two words there is seldom more, and all that follows could be gone through for each. */
const GAP = 64;

/** In the letters that a reader takes it for, in lower case, without apostrophes. */
export function readWord(written: string): string {
  if (ASCII_WORD.test(written)) return written.toLowerCase();
  // A capital of another script looks like another letter of ours than its small one does, which counts only beside ours. In a word that
  // begins a sentence some are taken for `I`; the table has them as `l`.
  const word = HAS_ASCII.test(written) ? written.replace(CAPITAL_I, 'I') : written.toLowerCase();
  return inLatin(word).replace(APOSTROPHES, '').toLowerCase();
}

/** A name as a text of words: `doNotTell_the-user` says "do not tell the user". */
export function spacedName(name: string): string {
  return name.replace(/([\p{Ll}\p{N}])(?=\p{Lu})/gu, '$1 ').replaceAll('_', ' ');
}
