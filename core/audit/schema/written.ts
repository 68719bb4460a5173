/**
 * A line as its writer makes it: each field of the schema is named, at every level, and `undefined` where it is absent. So the compiler
 * finds a field that the schema has and a literal does not, and one that only the literal has.
 */
import type * as z from 'zod';
import type { AUDIT_LINES, AuditEvent } from './lines.ts';

export type Written<T> = T extends readonly (infer Item)[]
  ? readonly Written<Item>[]
  : T extends object
    ? string extends keyof T
      ? Readonly<T>
      : { [Name in keyof T]-?: Written<Exclude<T[Name], undefined>> | AbsentIn<T, Name> }
    : T;

type AbsentIn<T, Name extends keyof T> = object extends Pick<T, Name> ? undefined : never;

/** `event` as it is written. */
export type LineOf<Event extends AuditEvent> = Written<z.input<(typeof AUDIT_LINES)[Event]>>;
