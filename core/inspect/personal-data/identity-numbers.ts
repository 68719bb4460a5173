/**
 * Numbers by which more states know people, with their check digits: from the descriptions of their authorities and ISO/IEC 7064. Dates
 * are looked at where a number has one, since a check digit alone is right in one number of ten.
 */
import { luhn, mod11And10, weighted } from './check-digits.ts';

export interface NumericId {
  readonly country: string;
  readonly length: number;
  readonly holds: (digits: string) => boolean;
  /** A check digit is right in one number of ten: so many digits need a word in front. */
  readonly words: RegExp;
}

/** Written with letters, so that it is looked for by its form; undefined words: its form and check tell it. */
export interface LetteredId {
  /** With `g`. */
  readonly form: RegExp;
  readonly holds: (written: string) => boolean;
  readonly words?: RegExp;
}

const digit = (text: string, index: number): number => text.charCodeAt(index) - 48;
const isDay = (month: string, day: string): boolean =>
  Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31;
/** `YYMMDD` at an index. */
const hasDate = (d: string, at = 0): boolean => isDay(d.slice(at + 2, at + 4), d.slice(at + 4, at + 6));
const none = /(?!)/;

export const MORE_NUMERIC: readonly NumericId[] = [
  // Individual Taxpayer Identification Number (IRS): 9xx, and groups that are given out.
  {
    country: 'US-ITIN',
    length: 9,
    words: /\bitin\b|taxpayer[-_ ]?id/i,
    holds: (d) => /^9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])/.test(d),
  },
  { country: 'SE', length: 10, words: /personn|samordning/i, holds: (d) => hasDate(d) && luhn(d) },
  {
    country: 'NO',
    length: 11,
    words: /f[oø]dselsn|personnummer|d-nummer/i,
    holds: (d) =>
      isDay(d.slice(2, 4), String(Number(d.slice(0, 2)) % 40)) &&
      weighted(d, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
      weighted(d, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
  },
  { country: 'DK', length: 10, words: /\bcpr\b/i, holds: (d) => isDay(d.slice(2, 4), d.slice(0, 2)) },
  {
    country: 'CH',
    length: 13,
    words: /\bahv\b|\bavs\b|sozialversicherungsnummer/i,
    holds: (d) => d.startsWith('756') && weighted(d, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0,
  },
  {
    country: 'KR',
    length: 13,
    words: /\brrn\b|주민등록/i,
    holds: (d) =>
      hasDate(d) &&
      /^.{6}[1-8]/.test(d) &&
      (11 - (weighted(d, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 === digit(d, 12),
  },
  {
    country: 'CN',
    length: 18,
    words: none,
    holds: (d) => isResidentId(d),
  },
  {
    country: 'JP',
    length: 12,
    words: /my[-_ ]?number|マイナンバー|個人番号/i,
    holds: (d) => {
      const rest = weighted(d, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
      return (rest <= 1 ? 0 : 11 - rest) === digit(d, 11);
    },
  },
  {
    country: 'ZA',
    length: 13,
    words: /\b(?:rsa|sa|south[-_ ]african)?[-_ ]?id[-_ ]?(?:number|no|nr)\b|identity[-_ ]?number/i,
    holds: (d) => hasDate(d) && /^.{10}[012]/.test(d) && luhn(d),
  },
  { country: 'IL', length: 9, words: /teudat|zehut|תעודת זהות|ת\.ז|israeli[-_ ]id/i, holds: luhn },
  {
    country: 'TR',
    length: 11,
    words: /kimlik|tckn|\bt\.?c\.? no/i,
    holds: (d) => {
      const odd = weighted(d, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
      const even = weighted(d, [0, 1, 0, 1, 0, 1, 0, 1]);
      const tenth = (((odd * 7 - even) % 10) + 10) % 10;
      return d[0] !== '0' && tenth === digit(d, 9) && (odd + even + tenth) % 10 === digit(d, 10);
    },
  },
  {
    country: 'PT',
    length: 9,
    words: /\bnif\b|contribuinte/i,
    holds: (d) => {
      const check = 11 - (weighted(d, [9, 8, 7, 6, 5, 4, 3, 2]) % 11);
      return (check >= 10 ? 0 : check) === digit(d, 8);
    },
  },
  {
    country: 'RO',
    length: 13,
    words: /\bcnp\b|cod[-_ ]numeric/i,
    holds: (d) => {
      const check = weighted(d, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
      return hasDate(d, 1) && (check === 10 ? 1 : check) === digit(d, 12);
    },
  },
  { country: 'HR', length: 11, words: /\boib\b/i, holds: mod11And10 },
  {
    country: 'EE/LT',
    length: 11,
    words: /isikukood|asmens[-_ ]kod/i,
    holds: (d) => {
      const first = weighted(d, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
      const second = weighted(d, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11;
      return hasDate(d, 1) && (first < 10 ? first : second % 10) === digit(d, 10);
    },
  },
  {
    country: 'BG',
    length: 10,
    words: /\begn\b|\bегн\b/i,
    holds: (d) => (weighted(d, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === digit(d, 9),
  },
];

/** Forms that only these numbers are written in, so that they need no word. */
export const MORE_FORMS: readonly (readonly [country: string, form: RegExp])[] = [
  ['US-ITIN', /^\d{3}-\d{2}-\d{4}$/],
  ['SE', /^\d{6}[-+]\d{4}$/],
  ['CH', /^756(?:\.\d{4}\.\d{4}\.\d{2}|\d{10})$/],
  ['KR', /^\d{6}-\d{7}$/],
  ['CN', /^\d{18}$/],
];

export const MORE_LETTERED: readonly LetteredId[] = [
  // Personal identity code of Finland (henkilötunnus).
  {
    form: /(?<![A-Za-z0-9])\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y](?![A-Za-z0-9])/g,
    holds: (id) =>
      isDay(id.slice(2, 4), id.slice(0, 2)) &&
      '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(id.slice(0, 6) + id.slice(7, 10)) % 31] === id[10],
  },
  // Resident identity card of China, with X for 10 (GB 11643).
  { form: /(?<![A-Za-z0-9])\d{17}[Xx](?![A-Za-z0-9])/g, holds: (id) => isResidentId(id.toUpperCase()) },
  // NRIC and FIN of Singapore.
  { form: /(?<![A-Za-z0-9])[STFG]\d{7}[A-Z](?![A-Za-z0-9])/g, holds: (id) => isNric(id) },
  // National identification card of Taiwan.
  {
    form: /(?<![A-Za-z0-9])[A-Z][1289]\d{8}(?![A-Za-z0-9])/g,
    words: /身[分份]證|national[-_ ]?id|\broc\b|identity/i,
    holds: (id) => {
      const area = 10 + 'ABCDEFGHJKLMNPQRSTUVXYWZIO'.indexOf(id[0] as string);
      const sum = Math.floor(area / 10) + (area % 10) * 9 + weighted(id.slice(1), [8, 7, 6, 5, 4, 3, 2, 1, 1]);
      return sum % 10 === 0;
    },
  },
  // Personal public service number of Ireland.
  {
    form: /(?<![A-Za-z0-9])\d{7}[A-W][A-IW]?(?![A-Za-z0-9])/g,
    words: /\bpps/i,
    holds: (id) => {
      const second = id[8] === undefined || id[8] === 'W' ? 0 : id.charCodeAt(8) - 64;
      return 'WABCDEFGHIJKLMNOPQRSTUV'[(weighted(id, [8, 7, 6, 5, 4, 3, 2]) + 9 * second) % 23] === id[7];
    },
  },
  // Permanent account number of India; the fourth letter says that it is a person's.
  {
    form: /(?<![A-Za-z0-9])[A-Z]{3}P[A-Z]\d{4}[A-Z](?![A-Za-z0-9])/g,
    words: /\bpan\b|permanent[-_ ]account/i,
    holds: () => true,
  },
  // Clave Única de Registro de Población of Mexico.
  {
    form: /(?<![A-Za-z0-9])[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d(?![A-Za-z0-9])/g,
    holds: (id) => hasDate(id.slice(4)),
  },
  // Birth number of the Czech Republic and Slovakia.
  {
    form: /(?<![A-Za-z0-9/.])\d{6}\/\d{4}(?![A-Za-z0-9/])/g,
    holds: (id) =>
      Number(id.replace('/', '')) % 11 === 0 && isDay(String((Number(id.slice(2, 4)) % 50) % 20), id.slice(4, 6)),
  },
];

/** GB 11643, ISO/IEC 7064 MOD 11-2. */
function isResidentId(id: string): boolean {
  if (!/^[1-9]\d{5}(?:19|20)\d{2}/.test(id) || !isDay(id.slice(10, 12), id.slice(12, 14))) return false;
  return '10X98765432'[weighted(id, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11] === id[17];
}

function isNric(id: string): boolean {
  const first = id[0] as string;
  const sum = weighted(id.slice(1), [2, 7, 6, 5, 4, 3, 2]) + (first === 'T' || first === 'G' ? 4 : 0);
  return (first === 'S' || first === 'T' ? 'JZIHGFEDCBA' : 'XWUTRQPNMLK')[sum % 11] === id[8];
}
