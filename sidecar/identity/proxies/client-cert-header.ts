/**
 * `X-Forwarded-Client-Cert` as Envoy writes it: elements with commas between, one a proxy, the last one by the proxy that has sent the
 * request; in each, pairs with semicolons between, whose values may be in quotes.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers
 */

export interface ForwardedCertificate {
  readonly dnsNames: readonly string[];
  readonly uris: readonly string[];
}

const KEY = /^[A-Za-z]{1,16}$/;
const PLAIN = /^[^",;]*$/;

/** Of the last element; undefined: it cannot be read in one way only, or there is no element. */
export function lastClientCert(header: string): ForwardedCertificate | undefined {
  const elements = splitOutsideQuotes(header, ',');
  const pairs = splitOutsideQuotes(elements?.at(-1) ?? '', ';');
  if (pairs === undefined) return undefined;
  const dnsNames: string[] = [];
  const uris: string[] = [];
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const value = at < 0 ? undefined : unquoted(pair.slice(at + 1).trim());
    const key = pair.slice(0, Math.max(0, at)).trim();
    if (value === undefined || !KEY.test(key)) return undefined;
    if (key.toLowerCase() === 'dns') dnsNames.push(value);
    if (key.toLowerCase() === 'uri') uris.push(value);
  }
  return { dnsNames, uris };
}

/** Undefined: quotes that do not end. */
function splitOutsideQuotes(text: string, separator: string): string[] | undefined {
  const parts: string[] = [];
  let isQuoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (isQuoted && char === '\\') at++;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === separator && !isQuoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return isQuoted ? undefined : parts;
}

function unquoted(value: string): string | undefined {
  if (!value.startsWith('"')) return PLAIN.test(value) ? value : undefined;
  const inner = value.slice(1, -1);
  // Quotes in the middle would be read in another way by somebody else.
  const isWhole = value.length > 1 && value.endsWith('"') && !/(^|[^\\])"/.test(inner.replaceAll('\\\\', ''));
  return isWhole ? inner.replaceAll(/\\(.)/g, '$1') : undefined;
}
