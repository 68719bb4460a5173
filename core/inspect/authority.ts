/** The part of a URL between its slashes and its path (RFC 3986 §3.2), read only where all programs take it apart the same way. */
import type { HostReason } from './host-findings.ts';
import { type HostReading, readHost } from './host-reading.ts';

export interface Authority {
  readonly reading: HostReading;
  /** Undefined where none is written. */
  readonly port: number | undefined;
}

/** Blanks are dropped by some, a backslash is a slash to some; quotes and angle brackets are around URLs in text. */
const ODD = /[\s\\"'<>`{}|^]/;
const PORT = /^(.*?):([0-9]*)$/s;
const MAX_PORT = 65_535;

/** `isHost`: no URL is around it, so that an IPv6 address needs no brackets. */
export function readAuthority(text: string, isHost = false): Authority {
  if (text === '') return refused(text, 'no-host');
  const at = text.lastIndexOf('@');
  if (at !== -1) return refused(text, 'userinfo', `the host is ${text.slice(at + 1) || 'empty'}`);
  const odd = ODD.exec(text)?.[0];
  if (odd !== undefined) return refused(text, 'odd-authority', odd.trim() === '' ? 'a blank' : odd);
  if (isHost && isBareIpv6(text)) return { reading: readHost(text), port: undefined };
  const [, host = text, digits = ''] = PORT.exec(text) ?? [];
  if (host.includes(':') && !host.startsWith('[')) return refused(text, 'odd-authority', ':');
  if (digits === '') return { reading: readHost(host), port: undefined };
  const port = Number(digits);
  if (digits.length > 5 || port > MAX_PORT) return refused(text, 'odd-authority', `port ${digits}`);
  return { reading: readHost(host), port };
}

function isBareIpv6(text: string): boolean {
  return text.split(':', 3).length === 3 && /^[0-9a-f:.]+(?:%|$)/i.test(text);
}

function refused(host: string, problem: HostReason, detail?: string): Authority {
  return { reading: { host, address: undefined, problem, detail }, port: undefined };
}
