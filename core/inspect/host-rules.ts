/**
 * Where may a host lead? Nothing is resolved: what a name of the public DNS leads to is known only to whoever connects, when it
 * connects.
 */
import type { HostReason } from './host-findings.ts';
import type { HostReading } from './host-reading.ts';
import { HostSet } from './host-set.ts';
import { innerName } from './inner-names.ts';
import { AddressSet, readAddress } from './ip-address.ts';
import { isMetadataService } from './metadata-services.ts';

/** What values may lead to. Nothing set: every public host. */
export interface HostSettings {
  /** Exact or with a leading `*.`. Where there are any, nothing else is allowed. */
  readonly hosts?: readonly string[] | undefined;
  /** Names that lead inside and are allowed beside public ones. */
  readonly internalHosts?: readonly string[] | undefined;
  /** Ranges of addresses that are not public and are allowed all the same. */
  readonly privateAddresses?: readonly string[] | undefined;
  readonly ports?: readonly number[] | undefined;
}

/** Made ready once for all the values that are held against it. */
export class HostRules {
  readonly hosts: HostSet | undefined;
  readonly internalHosts: HostSet | undefined;
  readonly privateAddresses: AddressSet | undefined;
  readonly ports: readonly number[] | undefined;

  constructor({ hosts, internalHosts, privateAddresses, ports }: HostSettings) {
    this.hosts = hosts === undefined ? undefined : new HostSet(hosts);
    this.internalHosts = internalHosts === undefined ? undefined : new HostSet(internalHosts);
    this.privateAddresses = privateAddresses === undefined ? undefined : new AddressSet(privateAddresses);
    this.ports = ports;
  }

  /** What to do instead. */
  mend(what: string): string {
    return this.hosts === undefined
      ? `Use ${what} of the public internet, spelt plainly.`
      : `Allowed: ${String(this.hosts)}.`;
  }
}

export interface HostProblem {
  readonly reason: HostReason;
  readonly detail: string | undefined;
}

/** What is wrong with a host under these rules; undefined where nothing is. */
export function judgeReading(reading: HostReading, rules: HostRules): HostProblem | undefined {
  const { host, problem, detail } = reading;
  if (problem !== undefined) return { reason: problem, detail };
  // To name a host is to know it. A pattern is about hosts that nobody has thought of.
  if (rules.hosts?.names(host) || rules.internalHosts?.names(host)) return undefined;
  return dangerOf(reading, rules) ?? notAllowed(reading, rules);
}

/**
 * Of a URL within a URL, which the host around it may or may not follow: what leads inside and, where there is a list, what is not on it.
 * Archives, proxies and redirectors on a list would open all the rest.
 */
export function judgeNested(reading: HostReading, rules: HostRules): HostProblem | undefined {
  const { host, problem, detail } = reading;
  if (problem !== undefined) return { reason: problem, detail };
  if (rules.hosts?.has(host) || rules.internalHosts?.has(host)) return undefined;
  return dangerOf(reading, rules) ?? notAllowed(reading, rules);
}

/** Where a host leads that no list may open without naming it. */
function dangerOf({ host, address }: HostReading, rules: HostRules): HostProblem | undefined {
  if (address === undefined)
    return isMetadataService(host) ? { reason: 'metadata-service', detail: undefined } : undefined;
  const { text, kind, inner } = address;
  const behind = inner.find((held) => isMetadataService(held));
  if (behind !== undefined) return { reason: 'metadata-service', detail: `it holds ${behind}` };
  if (isMetadataService(text)) return { reason: 'metadata-service', detail: undefined };
  if (kind !== 'public') {
    if (rules.privateAddresses?.has(text)) return undefined;
    const detail = inner.length > 0 ? `it holds ${inner.join(' and ')}` : `${kind} address`;
    return { reason: kind === 'loopback' ? 'loopback' : 'private-address', detail };
  }
  const within = inner.find((held) => readAddress(held)?.kind !== 'public');
  return within === undefined ? undefined : { reason: 'private-address', detail: `it holds ${within}` };
}

function notAllowed({ host, address }: HostReading, rules: HostRules): HostProblem | undefined {
  if (rules.hosts !== undefined) {
    // Ranges are named by their numbers, so they need no second list.
    const named =
      rules.hosts.has(host) ||
      rules.internalHosts?.has(host) ||
      (address !== undefined && rules.privateAddresses?.has(address.text));
    return named ? undefined : { reason: 'host-not-allowed', detail: undefined };
  }
  return address === undefined ? innerProblem(host, rules) : undefined;
}

function innerProblem(host: string, rules: HostRules): HostProblem | undefined {
  const reason = innerName(host);
  if (reason === undefined || rules.internalHosts?.has(host)) return undefined;
  return { reason, detail: undefined };
}
