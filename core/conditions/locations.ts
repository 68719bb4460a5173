/**
 * Where a value leads, for conditions: by the same readings as the detectors have (core/inspect), so that no spelling means one thing to
 * a detector and another to a condition. Programs read some spellings in different ways. What they do not agree on, or cannot read, is a
 * failure and not "no": a rule that asks whether something is outside must not be told so by a disguise.
 */
import { type AddressSet, readAddress } from '../inspect/ip-address.ts';
import { evidenceOf } from '../inspect/finding.ts';
import { hostFinding } from '../inspect/host-findings.ts';
import type { HostReading } from '../inspect/host-reading.ts';
import type { HostSet } from '../inspect/host-set.ts';
import { PathRoots } from '../inspect/path-roots.ts';
import { judgePath, readPath } from '../inspect/paths.ts';
import { readHostUrl } from '../inspect/url-reading.ts';
import { type Budget, STEP_WORK } from './budget.ts';
import { Failure, type Place } from './failure.ts';

/** A URL, or a host with a port or without. */
function hostsOf(text: string, budget: Budget, place: Place): readonly HostReading[] {
  budget.spend(text.length / STEP_WORK);
  const reading = readHostUrl(text);
  budget.spend(reading.work / STEP_WORK);
  const hosts = reading.authority === undefined ? [] : [reading.authority.reading, ...reading.others];
  const problem = reading.problem ?? hosts.find((host) => host.problem !== undefined)?.problem;
  const reason = problem ?? (hosts.length === 0 ? 'no-host' : undefined);
  if (reason === undefined) return hosts;
  const detail = reading.detail ?? hosts.find((host) => host.problem !== undefined)?.detail;
  const found = { reason, detail, span: undefined };
  const { message } = hostFinding('url', found, reading.shown, 'Call again with the plain form of it.');
  throw new Failure('unreadable', message, place);
}

/** In the form that URLs have after parsing, an IPv6 address without brackets. */
export function hostOf(text: string, budget: Budget, place: Place): string {
  const hosts = hostsOf(text, budget, place);
  const names = new Set(hosts.map(({ host }) => host));
  const [name = ''] = names;
  if (names.size > 1) throw disagreement(text, 'host', place);
  return name.startsWith('[') ? name.slice(1, -1) : name;
}

export function isHostIn(text: string, set: HostSet, budget: Budget, place: Place): boolean {
  const hosts = hostsOf(text, budget, place);
  return agreed(
    hosts.map(({ host }) => set.has(host)),
    () => disagreement(text, 'host', place),
  );
}

export function isAddress(text: string, budget: Budget, place: Place): boolean {
  const hosts = hostsOf(text, budget, place);
  return agreed(
    hosts.map(({ address }) => address !== undefined),
    () => disagreement(text, 'host', place),
  );
}

/** An IPv6 address that holds an IPv4 address leads to either. */
export function isAddressIn(text: string, set: AddressSet, budget: Budget, place: Place): boolean {
  const hosts = hostsOf(text, budget, place);
  const held = hosts.flatMap(({ address }) => {
    if (address !== undefined) return address.inner.concat(address.text);
    const message = `The host "${evidenceOf(text)}" is a name, and what address it has only its server will know. Call again with an address.`;
    throw new Failure('unreadable', message, place);
  });
  return agreed(
    held.map((address) => readAddress(address) !== undefined && set.has(address)),
    () => disagreement(text, 'address', place),
  );
}

export function isPathIn(text: string, roots: PathRoots, budget: Budget, place: Place): boolean {
  budget.spend(text.length / STEP_WORK);
  const reading = readPath(text);
  budget.spend((reading.work + roots.workOf(reading.readings)) / STEP_WORK);
  if (reading.problem !== undefined || reading.readings.length === 0) {
    // Without roots, so that the sentence names no folder that only the policy knows.
    const plain = { ...reading, readings: [], problem: reading.problem ?? 'odd-segment' } as const;
    const said = judgePath(plain, new PathRoots([]))?.message ?? '';
    throw new Failure('unreadable', said.replace('No folder is allowed.', 'Call again with a plain path.'), place);
  }
  return agreed(
    reading.readings.map((path) => roots.hold(path)),
    () => disagreement(text, 'path', place),
  );
}

function agreed(answers: readonly boolean[], disagreed: () => Failure): boolean {
  const [first = false] = answers;
  if (answers.some((answer) => answer !== first)) throw disagreed();
  return first;
}

function disagreement(text: string, what: string, place: Place): Failure {
  const message = `The ${what} "${evidenceOf(text)}" is read differently by different programs. Call again with the plain form of it.`;
  return new Failure('unreadable', message, place);
}
