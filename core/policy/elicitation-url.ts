/**
 * Where a URL that a server sends a person to leads, if all programs that may open it agree on that. The client is one of many, so
 * what only some of them read like a browser (WHATWG URL, as here) is refused rather than read.
 */

import { pilesMarks } from '../piled-marks.ts';

/** The host as rules are asked about it; or why the person is not sent there, as the second half of a sentence. */
export type UrlReading = { readonly host: string } | { readonly problem: string };

/** Blanks, control and hidden characters: parsers drop them, encode them or stop there. A backslash is a slash to some. */
const NOT_PLAIN = /[\s\\\p{Cc}\p{Cf}]/u;
/** As long as the URI of a resource may be; parsers of hosts take a time that grows with more than the length. */
const MAX_URL_LENGTH = 8192;
const HTTP_URL = /^https?:\/\/([^/?#]+)/i;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;

export function readElicitationUrl(text: string | undefined): UrlReading {
  if (text === undefined) return { problem: 'it names no URL' };
  if (text.length > MAX_URL_LENGTH) return { problem: `the URL is longer than ${MAX_URL_LENGTH} characters` };
  if (NOT_PLAIN.test(text)) return { problem: 'the URL has a blank, a backslash, or a control or hidden character' };
  const authority = HTTP_URL.exec(text)?.[1];
  if (authority === undefined) return { problem: 'the URL does not start with https:// and a host' };
  if (pilesMarks(authority)) return { problem: 'the host of the URL is not in its plain form' };
  if (authority.includes('@')) return { problem: 'the URL has a user name or password before its host' };
  const url = URL.parse(text);
  if (url === null) return { problem: 'the URL cannot be read' };
  const { hostname } = url;
  if (isDisguised(authority, hostname)) return { problem: 'the host of the URL is not in its plain form' };
  if (url.protocol !== 'https:' && !LOOPBACK.test(hostname)) {
    return { problem: 'the URL is http, which only loopback addresses may be' };
  }
  // The dot at the end says that the name is complete; it is the same host.
  const host = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
  return host.split('.').includes('') ? { problem: 'the host of the URL has an empty part' } : { host };
}

/** Percent-encoded, or an IPv4 address as `127.1`, `0x7f000001` or `2130706433`, which programs read in different ways. */
function isDisguised(authority: string, hostname: string): boolean {
  if (authority.includes('%')) return true;
  return IPV4.test(hostname) && authority.replace(/:\d*$/, '') !== hostname;
}
