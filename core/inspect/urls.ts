/**
 * Does a URL lead where it may? Every program that may read it has to come to a host that is allowed. Redirects are followed and names
 * are resolved by the server, which is where they have to be watched: docs/detectors.md says how.
 */
import { type HostFinding, hostFinding } from './host-findings.ts';
import { type HostProblem, HostRules, type HostSettings, judgeNested, judgeReading } from './host-rules.ts';
import { readHostUrl, readUrl, type UrlReading } from './url-reading.ts';

export interface UrlSettings extends HostSettings {
  /** In lower case, without colon. Default: http, https. */
  readonly schemes?: readonly string[] | undefined;
}

/** Made ready once for all the URLs that are held against it. */
export class UrlRules extends HostRules {
  readonly schemes: readonly string[];

  constructor(settings: UrlSettings) {
    super(settings);
    this.schemes = settings.schemes ?? ['http', 'https'];
  }
}

export function inspectUrl(value: string, settings: UrlSettings): HostFinding | undefined {
  return judgeUrl(readUrl(value), new UrlRules(settings));
}

/** A value that is a host, with a port or not. */
export function inspectHost(value: string, settings: UrlSettings): HostFinding | undefined {
  return judgeUrl(readHostUrl(value), new UrlRules(settings), 'host');
}

export function judgeUrl(
  reading: UrlReading,
  rules: UrlRules,
  detector: HostFinding['detector'] = 'url',
): HostFinding | undefined {
  const found = problemOf(reading, rules);
  if (found === undefined) return undefined;
  const mend =
    found.reason === 'scheme'
      ? `Allowed: ${rules.schemes.join(', ')}.`
      : rules.mend(detector === 'url' ? 'a URL' : 'a host');
  return hostFinding(detector, { ...found, span: reading.span }, reading.shown, mend);
}

function problemOf(reading: UrlReading, rules: UrlRules): HostProblem | undefined {
  const { scheme, authority, problem, detail } = reading;
  if (problem === 'too-long' || problem === 'hidden-character') return { reason: problem, detail };
  if (scheme !== undefined && !rules.schemes.includes(scheme)) return { reason: 'scheme', detail: scheme };
  if (problem !== undefined) return { reason: problem, detail };
  if (authority === undefined) {
    if (rules.hosts !== undefined) return { reason: 'no-host', detail: undefined };
  } else {
    const found = judgeReading(authority.reading, rules) ?? otherProblem(reading, rules) ?? portProblem(reading, rules);
    if (found !== undefined) return found;
  }
  return nestedProblem(reading, rules);
}

function otherProblem({ others }: UrlReading, rules: UrlRules): HostProblem | undefined {
  for (const other of others) {
    const found = judgeReading(other, rules);
    if (found !== undefined) return { reason: found.reason, detail: `some programs read the host ${other.host}` };
  }
  return undefined;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, ws: 80, https: 443, wss: 443, ftp: 21 };

function portProblem({ scheme = 'https', authority }: UrlReading, { ports }: UrlRules): HostProblem | undefined {
  const port = authority?.port ?? DEFAULT_PORTS[scheme];
  if (ports === undefined || (port !== undefined && ports.includes(port))) return undefined;
  return { reason: 'port-not-allowed', detail: `allowed: ${ports.join(', ')}` };
}

function nestedProblem({ nested }: UrlReading, rules: UrlRules): HostProblem | undefined {
  if (nested === undefined) return { reason: 'nested-url', detail: 'too many to look at' };
  for (const within of nested.readings) {
    if (judgeNested(within, rules) !== undefined) return { reason: 'nested-url', detail: within.host };
  }
  const { mentioned } = nested;
  if (mentioned === undefined || rules.hosts?.names(mentioned)) return undefined;
  return { reason: 'metadata-service', detail: `it names ${mentioned}` };
}
