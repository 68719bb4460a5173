/** Whom a rule is for. */
import * as z from 'zod';
import { cel } from '../kubernetes.ts';

/**
 * `*` is refused: it would look like "everyone" and match nobody, which a Deny rule must never do quietly. One pattern for both
 * this and control characters, since two become an `allOf`, which costs an API server more.
 */
function exactNameSchema(example: string) {
  return z
    .string()
    .min(1)
    .max(253)
    .regex(
      /^[^*\p{Cc}]*$/u,
      `has a "*", a line break or a control character, but principals go by exact name; write for example ${example}, or remove \`principals\` to mean everyone`,
    );
}

const NOBODY = 'names nobody, so the rule could never apply; list `names` or `groups`, or remove it to mean everyone';

export const principalsSchema = z
  .strictObject({
    names: z
      .array(exactNameSchema('billing-agent'))
      .max(256)
      .optional()
      .describe('Principals by exact name. At most 256. Default: none.'),
    groups: z
      .array(exactNameSchema('agents'))
      .max(256)
      .optional()
      .describe('Groups by exact name; a principal in any of them is meant. At most 256. Default: none.'),
  })
  .superRefine((principals, ctx) => {
    if ((principals.names?.length ?? 0) + (principals.groups?.length ?? 0) > 0) return;
    ctx.addIssue({ code: 'custom', message: NOBODY });
  })
  .meta(
    cel({
      rule: '(has(self.names) && size(self.names) > 0) || (has(self.groups) && size(self.groups) > 0)',
      message: NOBODY,
    }),
  );
