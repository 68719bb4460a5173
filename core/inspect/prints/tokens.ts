/**
 * Values that are known again by themselves, however little else is copied with them: addresses of mail, numbers, keys and ids. Whatever
 * many texts have in common anyway is none: dates, round numbers, versions, addresses of machines, words.
 */
import { entropyOf, mixtureOf } from '../secrets/entropy.ts';
import { isMark } from './letters.ts';
import { numbersOf } from './digit-groups.ts';

const SHORTEST_MAIL = 6;
const SHORTEST_KEY = 10;
/** Longer ones are running text to whoever compares them. */
const LONGEST = 256;
const MIN_DIGITS = 2;
const MIN_LETTERS = 2;
/** Between that of names with a version in them (`python3.11-venv`) and that of random letters and digits: see entropy.ts. */
const MIN_MIXTURE = 0.25;
/** Bits a character. */
const MIN_ENTROPY = 2.5;

/** Each in the one form that it has everywhere. `minDigits`: of numbers. */
export function tokensOf(text: string, into: Set<string>, minDigits?: number): void {
  numbersOf(text, into, minDigits);
  let start = -1;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && !isBorder(text.charCodeAt(i))) {
      if (start < 0) start = i;
      continue;
    }
    if (start >= 0 && i - start >= SHORTEST_MAIL && i - start <= LONGEST) addToken(text.slice(start, i), into);
    start = -1;
  }
}

function addToken(word: string, into: Set<string>): void {
  const bare = trimmed(word);
  const at = bare.indexOf('@');
  if (at > 0) {
    if (bare.length >= SHORTEST_MAIL && bare.indexOf('.', at + 2) > 0) into.add(bare.toLowerCase());
    return;
  }
  if (bare.length < SHORTEST_KEY) return;
  const { joined, digits, letters } = lettersAndDigits(bare);
  if (joined.length < SHORTEST_KEY || digits < MIN_DIGITS || letters < MIN_LETTERS) return;
  if (mixtureOf(joined) >= MIN_MIXTURE && entropyOf(joined) >= MIN_ENTROPY) into.add(joined.toLowerCase());
}

function lettersAndDigits(word: string): { joined: string; digits: number; letters: number } {
  let joined = '';
  let digits = 0;
  let letters = 0;
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    if (isDigit(code)) digits++;
    else if (isLetter(code)) letters++;
    else continue;
    joined += word[i];
  }
  return { joined, digits, letters };
}

/** Without the punctuation at its ends. */
function trimmed(word: string): string {
  let [from, to] = [0, word.length];
  while (from < to && !isInner(word.charCodeAt(from))) from++;
  while (to > from && !isInner(word.charCodeAt(to - 1))) to--;
  return word.slice(from, to);
}

function isInner(code: number): boolean {
  return isDigit(code) || isLetter(code) || code >= 0x80;
}

const BORDERS = new Uint8Array(128).fill(1, 0, 0x21);
for (const border of '"\'`()<>[]{},;:=/?&#|\\^') BORDERS[border.charCodeAt(0)] = 1;

function isBorder(code: number): boolean {
  return code < BORDERS.length ? BORDERS[code] === 1 : isMark(code);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}
