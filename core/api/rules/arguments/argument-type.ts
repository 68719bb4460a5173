/** What a type of argument adds to what can be said of any. */
import type * as z from 'zod';

export interface ArgumentType {
  /** What such an argument is, for the description of `type`. */
  readonly what: string;
  /** Which constraints go with it (see constraints.ts). Default: those of texts. */
  readonly values?: 'texts' | 'numbers' | 'any' | 'others';
  /**
   * By name, each optional and described, saying with which types it goes and whether it is required there. Two types with a field of
   * the same name share its schema, since a CRD has one schema for a name.
   */
  readonly fields: Readonly<Record<string, z.ZodOptional>>;
  /** Those that have to be there. */
  readonly required: readonly string[];
}
