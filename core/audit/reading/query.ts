/** Which records somebody wants to see. */
import type { Effect } from '../../api/effects.ts';
import { type AuditRecord, effectOf, findingsOf, rulesOf } from './read-record.ts';

/** All that is given has to hold; of a list one. */
export interface AuditQuery {
  readonly principal?: string | undefined;
  /** Name of a tool or prompt, or URI of a resource; with a `*` at its end: all that begin so. */
  readonly target?: string | undefined;
  readonly effects?: readonly Effect[] | undefined;
  readonly outcome?: string | undefined;
  /** `namespace/pack#rule`, or the part behind `#`. */
  readonly rule?: string | undefined;
  /** A detector, or its reason. */
  readonly finding?: string | undefined;
  readonly session?: string | undefined;
  readonly trace?: string | undefined;
  readonly server?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** Somewhere in the line, whatever the case. */
  readonly text?: string | undefined;
  /** Also what gates say of themselves, and calls that have not ended. */
  readonly all?: boolean | undefined;
}

export function isAsked(query: AuditQuery, record: AuditRecord, line: string): boolean {
  const { principal, effects, finding, since, until, text } = query;
  if (query.all !== true && record.event !== 'decision') return false;
  if (since !== undefined && record.time < since) return false;
  if (until !== undefined && record.time >= until) return false;
  if (principal !== undefined && record.principal?.name !== principal) return false;
  if (!isOrAbsent(query.session, record.session) || !isOrAbsent(query.trace, record.traceId)) return false;
  if (!isOrAbsent(query.server, record.server) || !isOrAbsent(query.outcome, record.outcome)) return false;
  if (query.target !== undefined && !isTarget(query.target, record.target)) return false;
  if (effects !== undefined && !effects.some((effect) => effect === effectOf(record))) return false;
  if (query.rule !== undefined && !rulesOf(record).some((rule) => isRule(query.rule, rule))) return false;
  if (
    finding !== undefined &&
    !findingsOf(record).some((found) => found.detector === finding || found.reason === finding)
  )
    return false;
  return text === undefined || line.toLowerCase().includes(text.toLowerCase());
}

function isOrAbsent(wanted: string | undefined, is: string): boolean {
  return wanted === undefined || wanted === is;
}

function isTarget(wanted: string, target: string): boolean {
  return wanted.endsWith('*') ? target.startsWith(wanted.slice(0, -1)) : target === wanted;
}

function isRule(wanted: string | undefined, rule: string): boolean {
  return rule === wanted || rule.slice(rule.indexOf('#') + 1) === wanted;
}

const SPAN = /^(?<count>[0-9]{1,6})(?<unit>[smhdw])$/;
const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `2h` is two hours before now; else a date or time of ISO 8601, which is of UTC where it says no zone. Undefined for neither. */
export function readTime(text: string, now: number): number | undefined {
  const { count, unit = '' } = SPAN.exec(text)?.groups ?? {};
  if (count !== undefined) return now - Number(count) * (UNIT_MS[unit] ?? 0);
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]{4,12}(?:Z|[+-][0-9]{2}:[0-9]{2})?)?$/.test(text)) return undefined;
  const hasZone = text.length === 10 || /(?:Z|[+-][0-9]{2}:[0-9]{2})$/.test(text);
  const time = Date.parse(hasZone ? text : `${text}Z`);
  return Number.isNaN(time) ? undefined : time;
}
