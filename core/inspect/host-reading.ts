/**
 * A host as every program on the way might read it. What they read differently (numbers that are addresses, other scripts' digits
 * and dots, empty labels) is a problem rather than a guess.
 */
import { domainToASCII, domainToUnicode } from 'node:url';
import { pilesMarks } from '../piled-marks.ts';
import { findHiddenCharacter } from './hidden-characters.ts';
import type { HostReason } from './host-findings.ts';
import { type Address, readAddress } from './ip-address.ts';
import { foldLookAlikes } from './look-alikes.ts';

export interface HostReading {
  /** As URLs have it, without a dot at its end; as it was written where that is no host. */
  readonly host: string;
  readonly address: Address | undefined;
  readonly problem: HostReason | undefined;
  readonly detail: string | undefined;
}

/** RFC 1035 §2.3.4, with a dot at the end and brackets; what is written in other scripts is shorter, not longer. */
const LONGEST = 255;
const ASCII = /^[\0-\x7f]*$/;
/** Underscores are in names of services, and in hosts that people have (RFC 2181 §11). */
const NAME = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/;
/** WHATWG URL, "ends in a number": such a host is an IPv4 address, or nothing. */
const NUMBER = /^(?:[0-9]+|0x[0-9a-f]*)$/;

/** `text`: a host without port. An IPv6 address may have its brackets or not. */
export function readHost(text: string): HostReading {
  if (text.length > LONGEST) return refused(text, 'too-long');
  if (text === '') return refused(text, 'no-host');
  if (text.includes('%')) return refused(text, 'encoded-host', plainForm(text));
  if (!ASCII.test(text)) return readUnicode(text);
  if (text.startsWith('[') || text.includes(':')) return readBracketed(text);
  return readName(text.toLowerCase());
}

function refused(host: string, problem: HostReason, detail?: string): HostReading {
  return { host, address: undefined, problem, detail };
}

/** What a browser makes of it, for the sentence. */
function plainForm(text: string): string | undefined {
  const host = URL.parse(`http://${text}/`)?.hostname;
  return host === undefined || host === '' ? undefined : `it may be read as ${host}`;
}

function readUnicode(text: string): HostReading {
  if (pilesMarks(text)) return refused(text, 'piled-marks');
  const hidden = findHiddenCharacter(text);
  if (hidden !== undefined) return refused(text, 'hidden-character', hidden);
  const composed = text.normalize('NFC');
  // Full-width and circled letters, ideographic dots: to some programs they are ASCII, to others nothing (UTS #46 §4).
  if (composed.normalize('NFKC') !== composed || foldLookAlikes(composed) !== composed) {
    return refused(text, 'disguised-host', plainForm(text));
  }
  const ascii = domainToASCII(composed);
  if (ascii === '') return refused(text, 'odd-host');
  const written = text.split('.');
  // A letter that is ASCII once it is in lower case, as the sign of Kelvin.
  const disguised = ascii.split('.').some((label, at) => !ASCII.test(written[at] ?? '') && !label.startsWith('xn--'));
  return disguised ? refused(text, 'disguised-host', plainForm(text)) : readName(ascii);
}

function readBracketed(text: string): HostReading {
  const bracketed = text.startsWith('[') ? text : `[${text}]`;
  const host = URL.parse(`http://${bracketed}/`)?.hostname;
  // What stands behind the brackets would be a port or a path to the parser.
  if (host === undefined || !bracketed.endsWith(']') || bracketed.indexOf(']') !== bracketed.length - 1) {
    return refused(text, 'odd-host');
  }
  return { host, address: readAddress(host.slice(1, -1)), problem: undefined, detail: undefined };
}

function readName(text: string): HostReading {
  // The dot at the end says that the name is complete; it is the same host.
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  const labels = name.split('.');
  for (const label of labels) if (!isLabel(label)) return refused(text, 'odd-host');
  if (!NUMBER.test(labels.at(-1) ?? ''))
    return { host: name, address: undefined, problem: undefined, detail: undefined };
  const address = URL.parse(`http://${name}/`)?.hostname;
  // Too many numbers, or too large: some programs count on from there.
  if (address === undefined) return refused(text, 'disguised-address');
  if (address !== text) return refused(text, 'disguised-address', `it may be read as ${address}`);
  return { host: address, address: readAddress(address), problem: undefined, detail: undefined };
}

function isLabel(label: string): boolean {
  if (label.length > 63 || !NAME.test(label)) return false;
  // Punycode that does not decode, or to what needs none: some programs turn it back, others do not.
  return !label.startsWith('xn--') || domainToUnicode(label) !== label;
}
