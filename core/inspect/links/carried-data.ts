/**
 * What an address carries besides the way to something: a text in disguise, a place for one, a name that says so. This is how what a
 * model knows leaves with an image that it shows, or a link that it offers: the address is made of it (EchoLeak, CVE-2025-32711;
 * OWASP LLM02:2025). Ordinary addresses have keys, hashes and signatures in them, which nobody can read anything out of.
 */
import { isUtf8 } from 'node:buffer';

export const CARRIED = ['placeholder', 'encoded-text', 'prose', 'telling-name', 'open-end', 'data-in-host'] as const;
export type Carried = (typeof CARRIED)[number];

interface Parts {
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

/** `isLoaded`: it is fetched without anybody's doing, so that less is needed. Undefined where it carries nothing of that kind. */
export function carriedData(url: string, isLoaded: boolean): Carried | undefined {
  const parts = partsOf(url);
  if (parts === undefined) return undefined;
  if (hasDataInHost(parts.host)) return 'data-in-host';
  const pairs = [...pairsOf(parts.query), ...pairsOf(parts.fragment)];
  const segments = parts.path.split('/').filter((segment) => segment !== '');
  // What has no name may end in `=` of its own.
  const values = pairs.flatMap(([name, value]) => (value === '' || value === '=' ? [`${name}=${value}`] : [value]));
  if ([...values, ...segments].some(isEncodedText)) return 'encoded-text';
  const after = `${parts.query}#${parts.fragment}`;
  if (isLoaded ? LOADED_PLACEHOLDER.test(url.slice(0, 4096)) : PLACEHOLDER.test(after)) return 'placeholder';
  for (const [name, value] of pairs) {
    if (!isTelling(name)) continue;
    if (value === '' && url.endsWith('=')) return 'open-end';
    if (value.length >= (isLoaded ? LEAST_VALUE : LEAST_OF_LINK)) return 'telling-name';
  }
  if (!isLoaded) return undefined;
  if (pairs.length === 1 && pairs[0]?.[0] !== '' && pairs[0]?.[1] === '') return 'open-end';
  const isProse =
    pairs.some(([, value]) => wordsIn(value) >= IN_QUERY) || segments.some((one) => wordsIn(one) >= IN_PATH);
  return isProse ? 'prose' : undefined;
}

const LEAST_VALUE = 1;
const LEAST_OF_LINK = 24;

const URL_PARTS = /^(?:[a-z]+:)?\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is;

function partsOf(url: string): Parts | undefined {
  const [, authority = '', path = '', query = '', fragment = ''] = URL_PARTS.exec(url) ?? [];
  const host = hostIn(authority);
  return host === '' ? undefined : { host, path, query, fragment };
}

function hostIn(authority: string): string {
  return authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d{0,5}$/, '')
    .toLowerCase();
}

/** In the form that lists of hosts are compared with; undefined where it has none. */
export function hostOf(url: string): string | undefined {
  const parts = partsOf(url);
  if (parts === undefined) return undefined;
  return URL.parse(`https://${parts.host}`)?.hostname ?? parts.host;
}

function pairsOf(query: string): (readonly [name: string, value: string])[] {
  if (query === '') return [];
  return query.split(/[&;]/, MAX_PAIRS).map((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? ['', pair] : [pair.slice(0, at), pair.slice(at + 1)];
  });
}

const MAX_PAIRS = 64;

/** Of templates: `{data}`, `${data}`, `%7Bdata%7D`, `[DATA]`, `<data>`, `YOUR_DATA`. */
const MARKED =
  '\\$?\\{\\{?[^{}\\n]{1,80}\\}|%7B[^%\\n]{1,80}%7D|\\[[A-Za-z][A-Za-z0-9_ -]{2,79}\\]|<[A-Za-z][A-Za-z0-9_ -]{2,79}>';
const SPELLED =
  '(?<![A-Z0-9_%])(?:[A-Z]+_)*(?:DATA|SECRETS?|CONVERSATION|CONTEXT|HISTORY|SUMMARY|PROMPT|PASSWORDS?|CREDENTIALS?|CONTENTS?|BASE64|EXFIL|PAYLOAD|MESSAGES?|STOLEN|LEAKED)(?:_[A-Z]+)*(?![A-Za-z0-9_])';
const LOADED_PLACEHOLDER = new RegExp(`${MARKED}|${SPELLED}`);
/** In a link names in braces are documentation; what is to be put there is said in capitals or words. */
const PLACEHOLDER = new RegExp(
  `\\[[A-Za-z][A-Za-z0-9_ -]{2,79}\\]|<[A-Za-z][A-Za-z0-9_]* [A-Za-z0-9_ -]{2,79}>|${SPELLED}`,
);

const TELLING: ReadonlySet<string> = new Set([
  ...[
    'data',
    'exfil',
    'exfiltrate',
    'leak',
    'leaked',
    'stolen',
    'steal',
    'loot',
    'secret',
    'secrets',
    'payload',
    'dump',
  ],
  ...['context', 'conversation', 'history', 'chat', 'prompt', 'cookie', 'cookies', 'creds', 'credentials', 'password'],
  ...[
    'passwords',
    'passwd',
    'pwd',
    'env',
    'memory',
    'messages',
    'transcript',
    'apikey',
    'api_key',
    'private_key',
    'keys',
  ],
]);

function isTelling(name: string): boolean {
  return TELLING.has(name.toLowerCase());
}

/** Badges have a few words in their query, and names of files some more. */
const IN_QUERY = 6;
const IN_PATH = 8;
const BETWEEN_WORDS = /(?:%20|%0a|\+|\s)+/i;
const WORD = /\p{L}{2}/u;

/** Words with blanks between them, however these are spelled. */
function wordsIn(value: string): number {
  return value.split(BETWEEN_WORDS).filter((word) => WORD.test(word)).length;
}

const BASE64 = /^[A-Za-z0-9+/_-]{10,}={0,2}$/;
const HEX = /^(?:[0-9a-f]{2}){10,}$/i;
const MAX_DECODED = 1024;

/** Base64 or hexadecimal of a text that can be read; also of a list of values, such as a token with dots. */
function isEncodedText(value: string): boolean {
  if (value.length < SHORTEST_ENCODED || value.length > MAX_ENCODED) return false;
  const plain = value.replaceAll('%3D', '=').replaceAll('%3d', '=').replaceAll('%2B', '+').replaceAll('%2F', '/');
  if (HEX.test(plain) && isReadable(Buffer.from(plain.slice(0, MAX_DECODED), 'hex'))) return true;
  return BASE64.test(plain) && isReadable(Buffer.from(plain.slice(0, MAX_DECODED), 'base64'));
}

const SHORTEST_ENCODED = 12;
const MAX_ENCODED = 4096;
const LEAST_READABLE = 9;
/** Words and what stands between them. What happens to decode to ASCII by chance has more signs. */
const READABLE = /^[\p{L}\p{N}\s.,:;@'"(){}[\]/_=&#!?+*<>$%|-]*$/u;
const LETTERS = /[\p{L}\p{N} ]/gu;

function isReadable(bytes: Buffer): boolean {
  if (bytes.length < LEAST_READABLE || !isUtf8(bytes)) return false;
  const text = bytes.toString('utf8');
  return READABLE.test(text) && (text.match(LETTERS)?.length ?? 0) >= 0.75 * text.length;
}

const MIN_LABEL = 25;

/** A label that is no word: what is asked of a name server by it is read by its owner, whoever is asked. */
function hasDataInHost(host: string): boolean {
  const labels = host.split('.');
  if (labels.length < 3) return false;
  let long = 0;
  for (const label of labels.slice(0, -2)) {
    if (label.startsWith('xn--')) continue;
    if (isEncodedText(label)) return true;
    if (label.length >= MIN_LABEL && !label.includes('-') && DIGITS.test(label) && !/^[0-9a-f-]{32,36}$/.test(label))
      return true;
    long += label.length;
  }
  return long > MOST_IN_NAME;
}

const DIGITS = /\d.*\d.*\d/;
const MOST_IN_NAME = 100;
