/** Mail addresses (RFC 5321 §4.1.2, as people have them) and telephone numbers (ITU-T E.164). */
import { matchesOf } from '../matches.ts';
import { NO_BOUND, type Work } from '../content/work.ts';
import type { Span } from '../finding.ts';

/** Latin letters with accents too (RFC 6531); those of other scripts stand beside addresses without a blank. */
const LOCAL = /[\p{Script=Latin}\p{M}0-9.!#$%&'*+/=?^_`{|}~-]/u;
const LETTER_OR_DIGIT = /[\p{Script=Latin}0-9]/u;
const DOMAIN =
  /(?:[\p{Script=Latin}0-9](?:[\p{Script=Latin}0-9-]{0,61}[\p{Script=Latin}0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])/uy;
const MOST_LOCAL = 64;
/** Nobody's: set aside for documentation and tests (RFC 2606), or the address of a machine in a Git URL. */
const NOBODY =
  /@(?:.*\.)?(?:example\.(?:com|org|net)|[a-z0-9.-]*\.(?:example|test|invalid|localhost))$|^(?:git|noreply|no-reply)@/i;

/** Units of work for what may be an address, or a number. */
const COST_OF_MAIL = 60;
const COST_OF_PHONE = 30;

export function findMail(text: string, work: Work = NO_BOUND): Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    if (!work.spend(COST_OF_MAIL)) break;
    DOMAIN.lastIndex = at + 1;
    if (!DOMAIN.test(text)) continue;
    let start = at;
    while (start > 0 && at - start <= MOST_LOCAL && LOCAL.test(text[start - 1] as string)) start--;
    while (start < at && !LETTER_OR_DIGIT.test(text[start] as string)) start++;
    if (start === at || at - start > MOST_LOCAL) continue;
    const end = DOMAIN.lastIndex;
    if (!NOBODY.test(text.slice(start, end))) found.push({ start, end });
  }
  return found;
}

/** Codes of countries (ITU-T E.164 D, 2023), as prefixes of a number. */
const COUNTRY =
  '(?:1|7|2(?:0|7|[1-69]\\d)|3(?:[0-469]|[578]\\d)|4(?:[013-9]|2[0-3])|5(?:[1-8]|[09]\\d)|6(?:[0-6]|[789]\\d)|8(?:[1246]|[0578]\\d)|9(?:[0-58]|[679]\\d))';
/** With the code of a country in front, or with what says that it is one; a number alone could be anything. */
const INTERNATIONAL = new RegExp(
  String.raw`(?<![\w+])(?<!\d[ .-])(?:\+(?=${COUNTRY})|(?<!\w[.-])00(?=${COUNTRY}[ .\-/(]))[1-9]\d{0,2}[ .\-/]?\(?\d{1,4}\)?(?:[ .\-/]?\d{2,4}){2,4}(?![\w])`,
  'g',
);
const NAMED =
  /(?<![a-z])(?:phone|telephone|tel|mobile|cell|fax|call|whatsapp|handy|telefon|tel[eé]fono|portable|celular)(?:[ _-]?(?:no|number|nr))?\.?["']?(?:[ \t]{1,3}|[ \t]{0,3}[:=#][ \t]{0,3}["']?)["']?(\(?\d{2,5}\)?(?:[ .\-/]?\(?\d{2,5}\)?){1,4})(?![\w])/dgi;
const NORTH_AMERICAN = /(?<![\w.+-])(?:1[ .-])?\(?[2-9]\d{2}\)?[ .-][2-9]\d{2}[.-]\d{4}(?![\w-])/g;
/** Of a member, whose value is then one as it is. */
const PHONE_KEY = /phone|mobile|telefon|tel[eé]fono|^tel$|^fax$|whatsapp|msisdn/i;
const WHOLE = /^\s{0,4}\+?[\d(][\d ().\-/]{6,24}\d\s{0,4}$/;
/** In digits; what begins with zeros is a number of bits or of an issue as often. */
const LEAST = 8;
const LEAST_WITH_ZEROS = 11;
const MOST = 17;
const FICTIONAL = /555-?01\d{2}$/;

export function findPhones(text: string, key?: string, work: Work = NO_BOUND): Span[] {
  const found: Span[] = [];
  if (key !== undefined && PHONE_KEY.test(key) && WHOLE.test(text)) {
    const written = text.trim();
    add(text.indexOf(written), written);
    return found;
  }
  for (const match of matchesOf(INTERNATIONAL, text)) {
    if (!work.spend(COST_OF_PHONE)) return found;
    add(match.index, match[0]);
  }
  for (const match of matchesOf(NAMED, text)) {
    if (!work.spend(COST_OF_PHONE)) return found;
    add(match.indices?.[1]?.[0] ?? match.index, match[1] ?? '');
  }
  for (const match of matchesOf(NORTH_AMERICAN, text)) {
    if (!work.spend(COST_OF_PHONE)) return found;
    add(match.index, match[0]);
  }
  return found;

  function add(start: number, written: string): void {
    const digits = written.replace(/\D/g, '').length;
    const least = written.startsWith('00') ? LEAST_WITH_ZEROS : LEAST;
    if (digits < least || digits > MOST || FICTIONAL.test(written)) return;
    found.push({ start, end: start + written.length });
  }
}
