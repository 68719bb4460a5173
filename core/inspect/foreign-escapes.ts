/**
 * Escapes that are no part of a path in any system, but are in the languages around it: IIS, JavaScript, C, HTML, UTF-7,
 * and whole values in Base64 or hex. A path that spells its dots or separators like this wants to be seen as something else.
 */
import { isPathSyntax } from './look-alikes.ts';

export function hasForeignEscape(text: string): boolean {
  return PERCENT_U.test(text) || UTF7.test(text) || HTML.test(text) || hasBackslashEscape(text) || hasHexLiteral(text);
}

const PERCENT_U = /%u[0-9a-f]{4}/i;
const UTF7 = /\+A(?:C4|C8|Fw)/;
const HTML = /&(?:#[0-9]|#x[0-9a-f]|(?:sol|bsol|period|percnt|colon|amp|nldr|mldr|hellip|NewLine|Tab);)/i;

// `\x86_64` and `\user` are folders of Windows: only what stands for path syntax counts.
const BACKSLASH = /\\(?:u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|x([0-9a-f]{2})|([0-7]{3}))/gi;

function hasBackslashEscape(text: string): boolean {
  if (!text.includes('\\')) return false;
  for (const [, four, braced, two, octal] of text.matchAll(BACKSLASH)) {
    const hex = four ?? braced ?? two;
    const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
    if (isPathSyntax(code)) return true;
  }
  return false;
}

// Not followed by six more digits: an address such as 0x2f1a… is a name. One alone may be the name of a byte.
const HEX_LITERAL = /0x(?:2e|2f|5c)(?![0-9a-f]{6})/gi;

function hasHexLiteral(text: string): boolean {
  let seen = 0;
  for (const match of text.matchAll(HEX_LITERAL)) {
    seen += 1;
    if (seen > 1 || text[match.index - 1] === '.') return true;
  }
  return false;
}

const BASE64 = /^[A-Za-z0-9+/_-]{15,}={0,2}$/;
const HEX = /^(?:[0-9a-f]{2}){8,}$/i;
const PRINTABLE = /^[\x20-\x7e\0]+$/;
const POINTS_OUT = /^[/\\~]|(?:^|[/\\])\.\.(?:[/\\]|$)|^file:|^[a-z]:[/\\]/i;

/** True when the whole value is Base64 or hex of a path that starts at a root or climbs. Chance makes none: 12 printable bytes. */
export function hidesPath(text: string): boolean {
  const encoding = HEX.test(text) ? 'hex' : BASE64.test(text) ? 'base64' : undefined;
  if (encoding === undefined) return false;
  const decoded = Buffer.from(text, encoding).toString('latin1');
  return PRINTABLE.test(decoded) && POINTS_OUT.test(decoded);
}
