/** What a bundle holds of a type of argument, and how a value is held against it. */
import type * as z from 'zod';
import type { SaidArgument } from '../../../api/rules/arguments/of-type.ts';
import type { Finding } from '../../../inspect/finding.ts';
import type { Inspection, Meter } from '../../inspection.ts';

/** What is wrong with an argument, and where in it. */
export interface Found {
  readonly finding: Finding;
  /** JSON Pointer (RFC 6901) from the argument to the value that it is about. */
  readonly at: string;
}

/** Made ready once. */
export interface ArgumentCheck {
  /** Whether it is to be asked where nothing was sent, with undefined. Default: false. */
  readonly asksForMissing?: boolean;
  /** Undefined where nothing is wrong, and where `meter` is exhausted: then nothing is known. */
  inspect(value: unknown, inspection: Inspection, meter: Meter): Found | undefined;
}

/** Methods and not functions: the table of types takes each for a type of any argument, and gives each only its own. */
export interface ArgumentType<Schema extends z.ZodObject> {
  readonly schema: Schema;
  /** In the form that every gate has on disk: the same of the same, byte for byte. */
  compile(said: SaidArgument): z.infer<Schema>;
  prepare(check: z.infer<Schema>): ArgumentCheck;
}
