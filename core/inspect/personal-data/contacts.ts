/** Mail addresses (RFC 5321 §4.1.2, as people have them) and telephone numbers (ITU-T E.164). */
import { NO_BOUND, type Work } from '../content/work.ts';
import type { Span } from '../finding.ts';

const LOCAL = /[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]/;
const DOMAIN = /(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])/y;
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
    while (start < at && /[^A-Za-z0-9]/.test(text[start] as string)) start++;
    if (start === at || at - start > MOST_LOCAL) continue;
    const end = DOMAIN.lastIndex;
    if (!NOBODY.test(text.slice(start, end))) found.push({ start, end });
  }
  return found;
}

/** With the code of a country in front, or with what says that it is one; a number alone could be anything. */
const INTERNATIONAL =
  /(?<![\w+])(?<!\d[ .-])(?:\+|00)[1-9]\d{0,2}[ .\-/]?\(?\d{1,4}\)?(?:[ .\-/]?\d{2,4}){2,4}(?![\w])/g;
const NAMED =
  /(?<![a-z])(?:phone|telephone|tel|mobile|cell|fax|call|whatsapp)(?:[ _-]?(?:no|number|nr))?\.?["']?[ \t]{0,3}[:=#]?[ \t]{0,3}["']?(\(?\d{2,5}\)?(?:[ .\-/]?\d{2,5}){1,4})(?![\w])/dgi;
const NORTH_AMERICAN = /(?<![\w.+-])\(?[2-9]\d{2}\)?[ .-][2-9]\d{2}[.-]\d{4}(?![\w-])/g;
const FICTIONAL = /555-?01\d{2}$/;

export function findPhones(text: string, work: Work = NO_BOUND): Span[] {
  const found: Span[] = [];
  for (const match of text.matchAll(INTERNATIONAL)) {
    if (!work.spend(COST_OF_PHONE)) return found;
    add(match.index, match[0]);
  }
  for (const match of text.matchAll(NAMED)) {
    if (!work.spend(COST_OF_PHONE)) return found;
    add(match.indices?.[1]?.[0] ?? match.index, match[1] ?? '');
  }
  for (const match of text.matchAll(NORTH_AMERICAN)) {
    if (!work.spend(COST_OF_PHONE)) return found;
    add(match.index, match[0]);
  }
  return found;

  function add(start: number, written: string): void {
    const digits = written.replace(/\D/g, '').length;
    if (digits < 8 || digits > 17 || FICTIONAL.test(written)) return;
    found.push({ start, end: start + written.length });
  }
}
