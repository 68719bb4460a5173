/** Numbers of payment cards: of an issuer that exists, of a length that it uses, with the right check digit (ISO/IEC 7812). */
import { NO_BOUND, type Work } from '../content/work.ts';
import { luhn } from './check-digits.ts';
import type { Span } from '../finding.ts';

/** First digits from and to, and the lengths of their numbers. */
const ISSUERS: readonly (readonly [from: string, to: string, ...lengths: number[]])[] = [
  ['4', '4', 13, 16, 19], // Visa
  ['51', '55', 16], // Mastercard
  ['2221', '2720', 16], // Mastercard
  ['34', '34', 15], // American Express
  ['37', '37', 15],
  ['300', '305', 14], // Diners Club
  ['36', '36', 14],
  ['38', '39', 14],
  ['6011', '6011', 16, 19], // Discover
  ['644', '649', 16, 19],
  ['65', '65', 16, 19],
  ['3528', '3589', 16, 19], // JCB
  ['62', '62', 16, 17, 18, 19], // UnionPay
  ['5018', '5018', 16, 19], // Maestro
  ['5020', '5020', 16, 19],
  ['5038', '5038', 16, 19],
  ['6304', '6304', 16, 19],
  ['6759', '6759', 16, 19],
  ['6761', '6763', 16, 19],
  ['2200', '2204', 16, 19], // Mir
  ['2205', '2205', 16], // Borica
  ['5019', '5019', 16], // Dankort
  ['5067', '5067', 16], // Elo
  ['504175', '504175', 16],
  ['509000', '509999', 16],
  ['627780', '627780', 16],
  ['636297', '636297', 16],
  ['636368', '636369', 16],
  ['5085', '5089', 16], // RuPay
  ['6069', '6085', 16],
  ['5061', '5061', 16, 18, 19], // Verve
  ['606282', '606282', 16], // Hipercard
  ['637095', '637095', 16],
  ['637', '639', 16, 19], // InstaPayment
  ['8600', '8600', 16], // UzCard
  ['9860', '9860', 16], // Humo
  ['9792', '9792', 16], // Troy
];

/** In one piece, or in groups: fours, or 4-6-5 and 4-6-4. Others with a separator are dates, telephone numbers and measures. */
const WRITTEN =
  /(?<![\p{L}\p{N}_])(?<!\d\.)(?:\d{4}([ \-\u00A0])(?:\d{4}\1\d{4}\1\d{4}|\d{6}\1\d{4,5})|\d{13,19})(?![\p{L}\p{N}_])/gu;
/** The last group of a number of 19 digits; behind one of 16 it would be the security code. */
const LAST_GROUP = /[ \-\u00A0]\d{3}(?![\p{L}\p{N}_])/uy;

/** Units of work for what is written like one. */
const COST_OF_CANDIDATE = 150;

export function findCards(text: string, work: Work = NO_BOUND): Span[] {
  const found: Span[] = [];
  if (text.length < 13) return found;
  WRITTEN.lastIndex = 0;
  for (let match = WRITTEN.exec(text); match !== null; match = WRITTEN.exec(text)) {
    if (!work.spend(COST_OF_CANDIDATE)) break;
    const { index: start } = match;
    const end = start + match[0].length;
    LAST_GROUP.lastIndex = end;
    const longer = LAST_GROUP.test(text) ? LAST_GROUP.lastIndex : end;
    const to = longer > end && isCard(text.slice(start, longer)) ? longer : isCard(match[0]) ? end : undefined;
    if (to === undefined) {
      // What follows its first group may be one.
      WRITTEN.lastIndex = start + 1;
      continue;
    }
    found.push({ start, end: to });
    WRITTEN.lastIndex = to;
  }
  return found;
}

function isCard(written: string): boolean {
  const digits = written.replace(/\D/g, '');
  if (/^(\d)\1+$/.test(digits) || !luhn(digits)) return false;
  return ISSUERS.some(([from, to, ...lengths]) => {
    const first = digits.slice(0, from.length);
    return first >= from && first <= to && lengths.includes(digits.length);
  });
}
