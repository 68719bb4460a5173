/**
 * Where a URL that a server sends a person to leads, if all programs that may open it agree on that. The client is one of many, so
 * what only some of them read like a browser (WHATWG URL) is refused rather than read.
 */
import type { HostReason } from '../inspect/host-findings.ts';
import { readUrl } from '../inspect/url-reading.ts';

/** The host as rules are asked about it; or why the person is not sent there, as the second half of a sentence. */
export type ElicitationUrl = { readonly host: string } | { readonly problem: string };

/** Blanks, control and hidden characters: parsers drop them, encode them or stop there. A backslash is a slash to some. */
const NOT_PLAIN = /[\s\\\p{Cc}\p{Cf}]/u;
/** As long as the URI of a resource may be; parsers of hosts take a time that grows with more than the length. */
const MAX_URL_LENGTH = 8192;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const NO_HOST = 'the URL does not start with https:// and a host';
const NOT_THE_PLAIN_FORM = 'the host of the URL is not in its plain form';

/** Of what is wrong with a URL, that which is said in other words than `cannot be read`. */
const PROBLEMS: Partial<Record<HostReason, string>> = {
  'hidden-character': 'the URL has a blank, a backslash, or a control or hidden character',
  'odd-slashes': NO_HOST,
  'no-host': NO_HOST,
  userinfo: 'the URL has a user name or password before its host',
  'encoded-host': NOT_THE_PLAIN_FORM,
  'disguised-host': NOT_THE_PLAIN_FORM,
  'disguised-address': NOT_THE_PLAIN_FORM,
  'piled-marks': NOT_THE_PLAIN_FORM,
};

export function readElicitationUrl(text: string | undefined): ElicitationUrl {
  if (text === undefined) return { problem: 'it names no URL' };
  if (text.length > MAX_URL_LENGTH) return { problem: `the URL is longer than ${MAX_URL_LENGTH} characters` };
  if (NOT_PLAIN.test(text)) return { problem: 'the URL has a blank, a backslash, or a control or hidden character' };
  const { scheme, authority, problem = authority?.reading.problem } = readUrl(text);
  if (scheme !== 'https' && scheme !== 'http') return { problem: NO_HOST };
  if (problem !== undefined) return { problem: PROBLEMS[problem] ?? 'the URL cannot be read' };
  if (authority === undefined) return { problem: NO_HOST };
  const { host } = authority.reading;
  if (scheme === 'http' && !LOOPBACK.test(host))
    return { problem: 'the URL is http, which only loopback addresses may be' };
  return { host };
}
