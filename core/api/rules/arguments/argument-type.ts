/** What a type of argument adds to what can be said of any. */
import type * as z from 'zod';

export interface ArgumentType {
  /** What such an argument is, for the description of `type`. */
  readonly what: string;
  /**
   * By name, each optional and described, saying with which types it goes and whether it is required there. Two types with a field of
   * the same name share its schema, since a CRD has one schema for a name.
   */
  readonly fields: Readonly<Record<string, z.ZodOptional>>;
  /** Those that have to be there. */
  readonly required: readonly string[];
}
