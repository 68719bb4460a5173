/**
 * What a person reads first of a held call, before its arguments: what the tool says it is, what was found, what is not shown, and how
 * often it was let through before. Texts are of agents and servers; they are kept with everything spelled out that cannot be seen or is
 * markup (core/shown/anywhere.ts), so that any place can show them.
 */
import * as z from 'zod';
import { lineSchema, timestampSchema } from './common.ts';

export const MAX_SHOWN_TITLE = 256;
export const MAX_SHOWN_DESCRIPTION = 1024;
export const MAX_SHOWN_FINDING = 512;
/** Of the sentence on an earlier call, which becomes a part of the reason. */
export const MAX_CAME = 700;
export const MAX_SHOWN_FINDINGS = 16;
export const MAX_SHOWN_REDACTED = 32;
export const MAX_SHOWN_POINTER = 256;
export const MAX_SHOWN_DIFFERS = 32;

/** Hints of a tool (MCP 2026-07-28, ToolAnnotations), which nobody has checked; what is absent the server has not said. */
const claimsSchema = z.strictObject({
  readOnly: z.boolean().optional().describe('That it changes nothing. Default: not said.'),
  destructive: z.boolean().optional().describe('That it may destroy something, or only adds. Default: not said.'),
  idempotent: z.boolean().optional().describe('That a second identical call changes nothing more. Default: not said.'),
  openWorld: z
    .boolean()
    .optional()
    .describe('That it reaches beyond the server, such as to the web. Default: not said.'),
});

const redactedSchema = z.strictObject({
  kind: lineSchema(128, 'iban').describe('What was found there, as the placeholder names it. Required.'),
  at: lineSchema(MAX_SHOWN_POINTER, '/memo')
    .optional()
    .describe('Where, as a JSON pointer (RFC 6901) into the preview. Default: at more places than are listed.'),
  sent: z
    .boolean()
    .describe(
      'Whether the server gets it: true, it is only not shown; false, a pack takes it out of the call as well. Required.',
    ),
});

const beforeSchema = z.strictObject({
  approved: z
    .int()
    .min(0)
    .describe(
      'How many calls of this principal to this tool were approved before, of those that are still kept. Required.',
    ),
  denied: z.int().min(0).describe('How many were denied. Required.'),
  waiting: z
    .int()
    .min(0)
    .describe(
      'How many others waited when this one was asked for: they have its label sallyport.dev/similar. Required.',
    ),
  last: timestampSchema
    .optional()
    .describe('When the last of them was approved, as an RFC 3339 time. Default: none was.'),
  request: lineSchema(253, 'ledger-transfer-x7k2m')
    .optional()
    .describe('Name of the last that was approved, with which this one is compared. Default: none was.'),
  differs: z
    .array(lineSchema(MAX_SHOWN_POINTER, '/amount'))
    .max(MAX_SHOWN_DIFFERS)
    .optional()
    .describe(
      'Arguments that are other than in the last, as JSON pointers (RFC 6901), as far as both are shown. Default: not compared.',
    ),
});

export const shownSchema = z.strictObject({
  title: lineSchema(MAX_SHOWN_TITLE, 'Transfer money')
    .optional()
    .describe('Title of the tool, in the words of its server. Default: it has none, or its list has not been seen.'),
  description: lineSchema(MAX_SHOWN_DESCRIPTION, 'Transfers money between accounts.')
    .optional()
    .describe(
      'Description of the tool, in the words of its server, cut. Default: it has none, or its list has not been seen.',
    ),
  claims: claimsSchema
    .optional()
    .describe('What the server claims of the tool, which nobody has checked. Default: it claims nothing.'),
  findings: z
    .array(lineSchema(MAX_SHOWN_FINDING, 'paths outside-roots at /path'))
    .max(MAX_SHOWN_FINDINGS)
    .optional()
    .describe('What detectors found in the call and in the definition of its tool. Default: nothing.'),
  redacted: z
    .array(redactedSchema)
    .max(MAX_SHOWN_REDACTED)
    .optional()
    .describe(
      'What the preview has placeholders for. A placeholder that is not listed here was written by the caller. Default: nothing.',
    ),
  before: beforeSchema.optional().describe('What was decided before on calls like it. Default: not known.'),
});

/** As a gate sends it, and the operator adds to it what was before. */
export type Shown = z.infer<typeof shownSchema>;
export type ShownBefore = z.infer<typeof beforeSchema>;
