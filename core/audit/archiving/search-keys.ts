/**
 * What a record is found by. A store narrows down by these and `isAsked` decides on the line itself, so that every store and every file
 * answers alike. Names are kept as numbers of 48 bits: one that two names share costs a look at a line, and never a wrong answer.
 */
import { hash } from 'node:crypto';
import type { AuditQuery } from '../reading/query.ts';
import { type AuditRecord, effectOf } from '../reading/read-record.ts';

/** Of one record. Times in milliseconds since the epoch. */
export interface SearchKeys {
  readonly time: number;
  /** 1 for the end of a call: what is asked for unless somebody asks for all. */
  readonly decision: 0 | 1;
  readonly server: number;
  readonly principal: number | null;
  readonly target: string;
  readonly session: number | null;
  readonly trace: number | null;
  readonly effect: number | null;
}

/** 48 bits are what a number of JSON, of SQL and of JavaScript all hold. */
const HEX_DIGITS = 12;
const REMEMBERED = 4096;
const known = new Map<string, number>();

export function keyOf(name: string): number {
  const before = known.get(name);
  if (before !== undefined) return before;
  const key = Number.parseInt(hash('sha256', name, 'hex').slice(0, HEX_DIGITS), 16);
  if (known.size >= REMEMBERED) known.clear();
  known.set(name, key);
  return key;
}

function keyIfAny(name: string | undefined): number | null {
  return name === undefined || name === '' ? null : keyOf(name);
}

/** An index of PostgreSQL has at most 2704 bytes, and a URI in a record up to three times 2048: it is found by its beginning. */
const TARGET_UNITS = 256;

/** PostgreSQL keeps no NUL in a text. */
function keepableTarget(target: string): string {
  return target.slice(0, TARGET_UNITS).replaceAll('\0', '\uFFFD');
}

export function searchKeys(record: AuditRecord): SearchKeys {
  const effect = effectOf(record);
  return {
    time: record.time,
    decision: record.event === 'decision' ? 1 : 0,
    server: keyOf(record.server),
    principal: keyIfAny(record.principal?.name),
    target: keepableTarget(record.target),
    session: keyIfAny(record.session),
    trace: keyIfAny(record.traceId),
    effect: keyIfAny(effect),
  };
}

/** A condition on a column: what all records that are asked for have, and others may have as well. */
export interface Narrowing {
  readonly column: keyof SearchKeys;
  readonly operator: '=' | '>=' | '<' | 'IN';
  readonly values: readonly (number | string)[];
}

export function narrow(query: AuditQuery): Narrowing[] {
  const found: Narrowing[] = [];
  const equal = (column: keyof SearchKeys, value: number | string | undefined): void => {
    if (value !== undefined) found.push({ column, operator: '=', values: [value] });
  };
  equal('trace', keyed(query.trace));
  equal('session', keyed(query.session));
  equal('principal', keyed(query.principal));
  equal('server', keyed(query.server));
  const { target, effects, since, until } = query;
  if (target?.endsWith('*') === true) {
    const from = keepableTarget(target.slice(0, -1));
    found.push({ column: 'target', operator: '>=', values: [from] });
    found.push({ column: 'target', operator: '<', values: [`${from}\u{10FFFF}`] });
  } else equal('target', target === undefined ? undefined : keepableTarget(target));
  if (effects !== undefined) found.push({ column: 'effect', operator: 'IN', values: effects.map(keyOf) });
  if (query.all !== true) equal('decision', 1);
  if (since !== undefined) found.push({ column: 'time', operator: '>=', values: [since] });
  if (until !== undefined) found.push({ column: 'time', operator: '<', values: [until] });
  return found;
}

function keyed(name: string | undefined): number | undefined {
  return name === undefined || name === '' ? undefined : keyOf(name);
}
