/** What a tool has answered must not come out at another: sources, sinks, and what becomes of a call that would carry it there. */
import * as z from 'zod';
import { durationSchema, lineSchema, nameSchema } from '../common.ts';
import { cel } from '../kubernetes.ts';
import { modeSchema } from '../modes.ts';
import { approvalSchema, checkApproval, NEEDS_NO_APPROVAL } from './approval.ts';
import { labelSchema } from './labels.ts';
import { namedPrincipalsSchema } from './principals.ts';

export const TAINT_EFFECTS = ['Log', 'RequireApproval', 'Deny'] as const;
/** How it is told that a call carries something out. */
export const TAINT_SIGNS = ['Content', 'Label'] as const;
export const TAINT_PER = ['principal', 'session', 'group'] as const;

const NO_SOURCE = 'names nothing, so nothing could ever come from it; list labels, tools or resources';
const NO_SINK = 'names nothing, so nothing could ever go there; list labels or tools';
const NO_EXEMPTION = 'exempts nothing; list arguments or tools, or remove it';
const NOT_LOOKED_AT =
  'are not looked at by Label, which asks only what was called before; remove them or write `by: Content`';

const labels = z.array(labelSchema).min(1).max(16).optional();
const tools = z.array(lineSchema(256, 'read_*')).min(1).max(256).optional();

const sourcesSchema = z
  .strictObject({
    labels: labels.describe(
      'Labels of tools (spec.labels of any pack), such as private-source; any of them is enough. 1 to 16. Default: none.',
    ),
    tools: tools.describe(
      'Names of tools; * stands for any characters. 1 to 256 entries of at most 256 characters. Default: none.',
    ),
    resources: z
      .array(lineSchema(2048, 'file:///customers/**'))
      .min(1)
      .max(256)
      .optional()
      .describe(
        'URIs of resources; * stands for any characters but /, ** for any. 1 to 256 entries of at most 2048 characters. Default: none.',
      ),
  })
  .superRefine((said, ctx) => {
    if ((said.labels ?? said.tools ?? said.resources) === undefined)
      ctx.addIssue({ code: 'custom', message: NO_SOURCE });
  })
  .meta(cel({ rule: 'has(self.labels) || has(self.tools) || has(self.resources)', message: NO_SOURCE }));

const sinksSchema = z
  .strictObject({
    labels: labels.describe('Labels of tools, such as external-sink; any of them is enough. 1 to 16. Default: none.'),
    tools: tools.describe(
      'Names of tools; * stands for any characters. 1 to 256 entries of at most 256 characters. Default: none.',
    ),
  })
  .superRefine((said, ctx) => {
    if ((said.labels ?? said.tools) === undefined) ctx.addIssue({ code: 'custom', message: NO_SINK });
  })
  .meta(cel({ rule: 'has(self.labels) || has(self.tools)', message: NO_SINK }));

const exemptSchema = z
  .strictObject({
    arguments: z
      .array(lineSchema(256, 'to'))
      .min(1)
      .max(64)
      .optional()
      .describe(
        'Arguments of sinks, by the name they have at the top, in which anything may stand: the address that a customer has, say. 1 to 64. Default: none.',
      ),
    tools: tools.describe(
      'Tools that are neither source nor sink, whatever their labels. 1 to 256 entries of at most 256 characters. Default: none.',
    ),
  })
  .superRefine((said, ctx) => {
    if ((said.arguments ?? said.tools) === undefined) ctx.addIssue({ code: 'custom', message: NO_EXEMPTION });
  })
  .meta(cel({ rule: 'has(self.arguments) || has(self.tools)', message: NO_EXEMPTION }));

const entrySchema = z
  .strictObject({
    name: nameSchema('customers-stay')
      .optional()
      .describe(
        'Name of the entry in decisions and audit records. At most 63 characters. Default: its place, such as taint[2].',
      ),
    mode: modeSchema('the entry'),
    sources: sourcesSchema.describe('Where what must not get out comes from. Required.'),
    sinks: sinksSchema.describe('Where it must not go. Required.'),
    by: z
      .enum(TAINT_SIGNS)
      .default('Content')
      .describe(
        'How it is told that a call carries something out. Content: values of what a source has answered stand in its arguments, also encoded or in pieces. Label: a source was called before, whatever the arguments are. Default: Content.',
      ),
    within: durationSchema('1s', '744h', '1h')
      .default('1h')
      .describe('How long a source counts after its call, as a duration from 1s to 744h. Default: 1h.'),
    per: z
      .enum(TAINT_PER)
      .default('principal')
      .describe(
        'Who is taken together: principal (all that one has seen, in whatever session), session (MCP 2026-07-28 has none, and there it is the principal), or group (what one of them has seen, the others have; a caller of several groups counts in each). Default: principal.',
      ),
    principals: namedPrincipalsSchema
      .optional()
      .describe('Whose calls the entry is about. Default: those of everyone.'),
    effect: z
      .enum(TAINT_EFFECTS)
      .describe(
        'What becomes of a call that carries something out: Log (passes, on record), RequireApproval (held until a person decides, who is told where it came from) or Deny. Required.',
      ),
    approval: approvalSchema
      .optional()
      .describe('How a held call waits; only with the effect RequireApproval. Default: expires 15m, hold 45s.'),
    reason: lineSchema(300, 'customer data stays in the house')
      .optional()
      .describe(
        'Sentence shown to the model and to the approver, behind where it came from. At most 300 characters. Default: none.',
      ),
    exempt: exemptSchema.optional().describe('What does not count. Default: everything counts.'),
  })
  .superRefine(checkApproval)
  .superRefine((entry, ctx) => {
    if (entry.by === 'Label' && entry.exempt?.arguments !== undefined)
      ctx.addIssue({ code: 'custom', path: ['exempt', 'arguments'], message: NOT_LOOKED_AT });
  })
  .meta(
    cel(...NEEDS_NO_APPROVAL['x-kubernetes-validations'], {
      rule: "!has(self.by) || self.by != 'Label' || !has(self.exempt) || !has(self.exempt.arguments)",
      message: `exempt.arguments ${NOT_LOOKED_AT}`,
    }),
  );

export const taintSchema = z.array(entrySchema).min(1).max(64);
