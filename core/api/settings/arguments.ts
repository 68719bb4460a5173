/** What a pack asks of the arguments of every tool, beside what its rules ask of some. */
import * as z from 'zod';

const SCHEMA_MODES = ['Enforce', 'Shadow', 'Off'] as const;

export const argumentSettingsSchema = z.strictObject({
  schema: z
    .enum(SCHEMA_MODES)
    .default('Off')
    .describe(
      'What becomes of a call whose arguments do not fit the inputSchema that the server listed for the tool last: Enforce denies it, Shadow records that it would be denied. A schema that cannot be used fits nothing; a tool that was not listed yet is not held against anything. In a pack with the mode Shadow, Enforce is Shadow. Default: Off, since the schema is what the server says of itself; where it is written, in quotes, since kubectl takes the bare word for false.',
    ),
});
