/** Where a value is not what its schema asks for, and in which way. */

export const SCHEMA_REASONS = [
  'type',
  'value',
  'range',
  'length',
  'pattern',
  'items',
  'missing',
  'unknown',
  'properties',
  'combination',
  'too-deep',
  'unusable',
] as const;
export type SchemaReason = (typeof SCHEMA_REASONS)[number];

export interface Violation {
  readonly reason: SchemaReason;
  /** JSON Pointer (RFC 6901) from the value that was looked at. */
  readonly pointer: string;
  /** For a model, without a word of the server's schema. */
  readonly message: string;
}

/** More are not said. */
const MOST = 8;

/** Collects them; where none is asked for, as inside of `anyOf`, there is no report. */
export class Report {
  readonly violations: Violation[] = [];

  add(reason: SchemaReason, pointer: string, message: string): void {
    if (this.violations.length < MOST) this.violations.push({ reason, pointer, message });
  }
}
