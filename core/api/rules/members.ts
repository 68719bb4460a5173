/** Which calls a rule on what came before speaks of. */
import * as z from 'zod';
import { lineSchema } from '../common.ts';
import { cel } from '../kubernetes.ts';
import { labelSchema, MAX_LABELS } from './labels.ts';

const NOTHING_MEANT = 'means no call; list tools, labels, resources or prompts';
const MAX_MEMBERS = 64;

export const membersSchema = z
  .strictObject({
    tools: z
      .array(lineSchema(256, 'send_mail'))
      .max(MAX_MEMBERS)
      .optional()
      .describe('Tools; * stands for any characters. At most 64 entries of at most 256 characters. Default: none.'),
    labels: z
      .array(labelSchema)
      .max(MAX_LABELS)
      .optional()
      .describe('Labels; every tool that a pack of the server gives one of them is meant. At most 64. Default: none.'),
    resources: z
      .array(lineSchema(1024, 'file:///data/**'))
      .max(MAX_MEMBERS)
      .optional()
      .describe(
        'Resources by URI; * stands for any characters but /, ** for any characters. At most 64 entries of at most 1024 characters. Default: none.',
      ),
    prompts: z
      .array(lineSchema(256, 'summarise'))
      .max(MAX_MEMBERS)
      .optional()
      .describe('Prompts; * stands for any characters. At most 64 entries of at most 256 characters. Default: none.'),
  })
  .superRefine((said, ctx) => {
    if (Object.values(said).every((list) => (list ?? []).length === 0))
      ctx.addIssue({ code: 'custom', message: NOTHING_MEANT });
  })
  .meta(
    cel({
      rule: '(has(self.tools) && size(self.tools) > 0) || (has(self.labels) && size(self.labels) > 0) || (has(self.resources) && size(self.resources) > 0) || (has(self.prompts) && size(self.prompts) > 0)',
      message: NOTHING_MEANT,
    }),
  );

export type Members = z.infer<typeof membersSchema>;
