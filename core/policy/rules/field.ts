/** A field of a rule: what a bundle holds of it, and how that comes out of what a pack says. Both are written here alone. */
import * as z from 'zod';

export interface RuleField<Said, Schema extends z.ZodType> {
  readonly schema: Schema;
  /** In the form that every gate has on disk: the same of the same, byte for byte. */
  compile(said: Said): z.infer<Schema>;
}

export const strings = z.array(z.string()).readonly();
export const milliseconds = z.number().int().nonnegative();

/** A sentence, or null. */
export const reason: RuleField<{ readonly reason?: string | undefined }, z.ZodNullable<z.ZodString>> = {
  schema: z.string().nullable(),
  compile: (rule) => rule.reason ?? null,
};
