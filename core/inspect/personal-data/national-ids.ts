/**
 * Numbers by which states know people. Only such as carry their own proof, or are written in a form of their own and named: a number of
 * nine digits alone is an order number as often.
 */
import { matchesOf } from '../matches.ts';
import { NO_BOUND, type Work } from '../content/work.ts';
import type { Span } from '../finding.ts';
import { luhn, mod11And10, verhoeff, weighted } from './check-digits.ts';
import { MORE_FORMS, type LetteredId, MORE_LETTERED, MORE_NUMERIC, type NumericId } from './identity-numbers.ts';
import type { NumberRun } from './numbers.ts';

const at = (digits: string, index: number): number => digits.charCodeAt(index) - 48;
const isDate = (month: number, day: number): boolean => month >= 1 && month <= 12 && day >= 1 && day <= 31;

const IDS: readonly NumericId[] = [
  // Social Security Administration, randomised numbers: no area 000, 666 or 9xx, no group 00, no serial 0000.
  {
    country: 'US',
    length: 9,
    words: /ssn|social[-_ ]?security/i,
    holds: (d) =>
      !/^(?:000|666|9)/.test(d) &&
      !/^...00/.test(d) &&
      !d.endsWith('0000') &&
      !/^(?:123456789|078051120|219099999)$/.test(d),
  },
  {
    country: 'NL',
    length: 9,
    words: /bsn|burgerservicenummer|sofi/i,
    holds: (d) => weighted(d, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
  },
  { country: 'CA', length: 9, words: /\bsin\b|social[-_ ]?insurance/i, holds: luhn },
  {
    country: 'DE',
    length: 11,
    words: /steuer|tax[-_ ]?id|\bidnr|\btin\b/i,
    holds: (d) => d[0] !== '0' && new Set(d.slice(0, 10)).size >= 8 && mod11And10(d),
  },
  {
    country: 'PL',
    length: 11,
    words: /pesel/i,
    holds: (d) =>
      isDate(((Number(d.slice(2, 4)) - 1) % 20) + 1, Number(d.slice(4, 6))) &&
      (10 - (weighted(d, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === at(d, 10),
  },
  {
    country: 'BR',
    length: 11,
    words: /cpf/i,
    holds: (d) => !isOneDigit(d) && cpfDigit(d, 9) === at(d, 9) && cpfDigit(d, 10) === at(d, 10),
  },
  {
    country: 'BR',
    length: 14,
    words: /cnpj/i,
    holds: (d) => !isOneDigit(d) && cnpjDigit(d, 12) === at(d, 12) && cnpjDigit(d, 13) === at(d, 13),
  },
  { country: 'IN', length: 12, words: /aadhaar|aadhar|uidai/i, holds: (d) => at(d, 0) > 1 && verhoeff(d) },
  {
    country: 'FR',
    length: 15,
    words: /\bnir\b|s[eé]curit[eé][-_ ]?sociale|num[eé]ro[-_ ]?s[eé]cu/i,
    holds: (d) =>
      /^[1-478]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)/.test(d) &&
      97 - Number(BigInt(d.slice(0, 13)) % 97n) === Number(d.slice(13)),
  },
  {
    country: 'BE',
    length: 11,
    words: /rijksregister|registre[-_ ]?national|national[-_ ]?number/i,
    holds: (d) => [d.slice(0, 9), `2${d.slice(0, 9)}`].some((n) => 97 - (Number(n) % 97) === Number(d.slice(9))),
  },
  {
    country: 'AU',
    length: 9,
    words: /\btfn\b|tax[-_ ]?file/i,
    holds: (d) => weighted(d, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
  },
  {
    country: 'UK',
    length: 10,
    words: /\bnhs\b/i,
    holds: (d) => (11 - (weighted(d, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === at(d, 9),
  },
  ...MORE_NUMERIC,
];

/** So much in front of a number is looked at for the word that names it. */
const WORDS_WITHIN = 40;
/** Forms that only these numbers are written in, so that they need no word. */
const FORMS: readonly (readonly [country: string, form: RegExp])[] = [
  ['US', /^\d{3}-\d{2}-\d{4}$/],
  ['BR', /^\d{3}\.\d{3}\.\d{3}-\d{2}$/],
  ['BR', /^\d{2}\.\d{3}\.\d{3}\/\d{4}-\d{2}$/],
  ['FR', /^[12] \d{2} \d{2} \d{2} \d{3} \d{3} \d{2}$/],
  ['FR', /^[1-478]\d{14}$/],
  ['IN', /^\d{4} \d{4} \d{4}$/],
  ['BE', /^\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}$/],
  ...MORE_FORMS,
];

/** `key`: of the member whose value the text is. */
export function isNationalId({ digits, start, end }: NumberRun, text: string, key: string | undefined): boolean {
  const written = text.slice(start, end);
  for (const { country, length, holds, words } of IDS) {
    if (digits.length !== length || !holds(digits)) continue;
    if (FORMS.some(([of, form]) => of === country && form.test(written))) return true;
    if (isNamed(words, text, start, key)) return true;
  }
  return false;
}

/** By a word in front of it, or by the key of its member. */
function isNamed(words: RegExp, text: string, start: number, key: string | undefined): boolean {
  return words.test(text.slice(Math.max(0, start - WORDS_WITHIN), start)) || (key !== undefined && words.test(key));
}

function isOneDigit(digits: string): boolean {
  return /^(\d)\1*$/.test(digits);
}

function cpfDigit(digits: string, length: number): number {
  return (
    ((weighted(
      digits,
      Array.from({ length }, (_, i) => length + 1 - i),
    ) *
      10) %
      11) %
    10
  );
}

function cnpjDigit(digits: string, length: number): number {
  const rest =
    weighted(
      digits,
      Array.from({ length }, (_, i) => ((length - 1 - i) % 8) + 2),
    ) % 11;
  return rest < 2 ? 0 : 11 - rest;
}

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';
const DNI = /(?<![A-Za-z0-9])(?:\d{8}|[XYZ]\d{7})-?[A-Z](?![A-Za-z0-9])/g;
const CODICE_FISCALE = /(?<![A-Za-z0-9])[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z](?![A-Za-z0-9])/gi;
const NINO =
  /(?<![A-Za-z0-9])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z0-9])/g;

/** Units of work for what is written like one. */
const COST_OF_CANDIDATE = 40;
const LETTERED: readonly LetteredId[] = [
  { form: DNI, holds: dniHolds },
  { form: CODICE_FISCALE, holds: (written) => codiceHolds(written.toUpperCase()) },
  { form: NINO, holds: () => true },
  ...MORE_LETTERED,
];

/** Those with letters, such as DNI and NIE of Spain, codice fiscale of Italy, national insurance numbers of the United Kingdom. */
export function findLetteredIds(text: string, key?: string, work: Work = NO_BOUND): Span[] {
  const found: Span[] = [];
  for (const { form, holds, words } of LETTERED) {
    for (const match of matchesOf(form, text)) {
      if (!work.spend(COST_OF_CANDIDATE)) return found;
      const [written] = match;
      if (!holds(written) || (words !== undefined && !isNamed(words, text, match.index, key))) continue;
      found.push({ start: match.index, end: match.index + written.length });
    }
  }
  return found;
}

function dniHolds(written: string): boolean {
  const digits = written.slice(0, 8).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
  return DNI_LETTERS[Number(digits) % 23] === written.at(-1);
}

/** Values of characters at odd places (Decreto ministeriale 23 December 1976). */
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23] as const;

function codiceHolds(code: string): boolean {
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const unit = code.charCodeAt(i);
    const value = unit < 65 ? unit - 48 : unit - 65;
    sum += i % 2 === 0 ? (ODD[value] as number) : value;
  }
  return code.charCodeAt(15) - 65 === sum % 26;
}
