/** What can be wrong with a host or a URL, in words. */
import { evidenceOf, type Finding, type Span } from './finding.ts';

export const HOST_REASONS = [
  'too-long',
  'hidden-character',
  'piled-marks',
  'no-host',
  'scheme',
  'odd-slashes',
  'odd-authority',
  'userinfo',
  'encoded-host',
  'odd-host',
  'disguised-host',
  'disguised-address',
  'metadata-service',
  'loopback',
  'private-address',
  'internal-name',
  'address-in-name',
  'host-not-allowed',
  'port-not-allowed',
  'nested-url',
] as const;

export type HostReason = (typeof HOST_REASONS)[number];

export interface HostFinding extends Finding {
  readonly detector: 'url' | 'host';
  readonly reason: HostReason;
}

const SENTENCES: Record<HostReason, string> = {
  'too-long': 'is too long',
  'hidden-character': 'contains an invisible or control character',
  'piled-marks': 'has more than 30 combining marks in a row',
  'no-host': 'names no host',
  scheme: 'has a scheme that is not allowed',
  'odd-slashes': 'does not have exactly two slashes before its host',
  'odd-authority': 'has characters around its host that programs read differently',
  userinfo: 'has a user name or password before its host',
  'encoded-host': 'spells its host with percent signs',
  'odd-host': 'has a host that is no plain name or address',
  'disguised-host': 'has a host in other characters than those it stands for',
  'disguised-address': 'spells an address in numbers that programs read differently',
  'metadata-service': 'leads to a metadata or cluster service that gives out credentials',
  loopback: 'leads to the machine of the server itself',
  'private-address': 'leads to an address that is not public',
  'internal-name': 'has a host that only an internal network knows',
  'address-in-name': 'has a host that resolves to an internal address, or to whatever address its name says',
  'host-not-allowed': 'leads to a host that is not on the list',
  'port-not-allowed': 'leads to a port that is not allowed',
  'nested-url': 'passes on a URL that leads inside, or to a host that is not on the list',
};

export interface Found {
  readonly reason: HostReason;
  /** Such as the address behind a disguise. */
  readonly detail: string | undefined;
  readonly span: Span | undefined;
}

/** `shown`: the value as it may be quoted, without what may be secret in it. `mend`: what to do instead. */
export function hostFinding(
  detector: 'url' | 'host',
  { reason, detail, span }: Found,
  shown: string,
  mend: string,
): HostFinding {
  const evidence = evidenceOf(shown);
  const extra = detail === undefined ? '' : ` (${evidenceOf(detail)})`;
  const what = detector === 'url' ? 'URL' : 'host';
  const message = `The ${what} "${evidence}" ${SENTENCES[reason]}${extra}. ${mend}`;
  return { detector, reason, message, span, evidence };
}
