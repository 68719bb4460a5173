/** International bank account numbers (ISO 13616): country, its length, and the rest by 97 (ISO/IEC 7064). */
import { matchesOf } from '../matches.ts';
import type { Span } from '../finding.ts';
import { NO_BOUND, type Work } from '../content/work.ts';
import { mod97 } from './check-digits.ts';

/** By country, how many characters (SWIFT, IBAN Registry, release 99). */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 ' +
    'GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 ' +
    'MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 ' +
    'TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const START = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?=[ -]?[A-Z0-9]{2})/gi;
const MOST = 34;

/** Units of work for what begins like one. */
const COST_OF_CANDIDATE = 30;
const COST_OF_NUMBER = 500;

export function findIbans(text: string, work: Work = NO_BOUND): Span[] {
  const found: Span[] = [];
  for (const match of matchesOf(START, text)) {
    const length = LENGTHS.get(match[0].slice(0, 2).toUpperCase());
    if (!work.spend(length === undefined ? COST_OF_CANDIDATE : COST_OF_NUMBER)) break;
    const end = length === undefined ? undefined : endOf(text, match.index, length);
    if (end !== undefined) found.push({ start: match.index, end });
  }
  return found;
}

function endOf(text: string, start: number, length: number): number | undefined {
  let iban = '';
  for (let i = start; i < text.length && i - start < 2 * MOST; i++) {
    const char = text[i] as string;
    if (/[A-Za-z0-9]/.test(char)) iban += char.toUpperCase();
    else if (!/[ \-\u00A0]/.test(char) || !/[A-Za-z0-9]/.test(text[i + 1] ?? '')) return undefined;
    if (iban.length < length) continue;
    return !/[A-Za-z0-9]/.test(text[i + 1] ?? '') && holds(iban) ? i + 1 : undefined;
  }
  return undefined;
}

function holds(iban: string): boolean {
  const digits = (iban.slice(4) + iban.slice(0, 4)).replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return mod97(digits) === 1;
}
