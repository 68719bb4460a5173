/** Whom a rule is for. */
import * as z from 'zod';
import { cel } from '../kubernetes.ts';

/**
 * `*` is refused: it would look like "everyone" and match nobody, which a Deny rule must never do quietly. One pattern for both
 * this and control characters, since two become an `allOf`, which costs an API server more.
 */
function exactNameSchema(example: string, max = 253) {
  return z
    .string()
    .min(1)
    .max(max)
    .regex(
      /^[^*\p{Cc}]*$/u,
      `has a "*", a line break or a control character, but principals go by exact name; write for example ${example}, or remove \`principals\` to mean everyone`,
    );
}

const NOBODY = 'names nobody, so the rule could never apply; list `names` or `groups`, or remove it to mean everyone';

const namesAndGroups = {
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
};

/** By what is proven of them, whatever they bring along: who stands behind them, or how they are limited. */
export const namedPrincipalsSchema = z
  .strictObject(namesAndGroups)
  .superRefine(({ names = [], groups = [] }, ctx) => {
    if (names.length + groups.length === 0) ctx.addIssue({ code: 'custom', message: NOBODY });
  })
  .meta(
    cel({
      rule: '(has(self.names) && size(self.names) > 0) || (has(self.groups) && size(self.groups) > 0)',
      message: NOBODY,
    }),
  );

/** RFC 6749 §3.3: `scope-token`. It is written into a header as it is. */
const SCOPE = /^[!#-[\]-~]*$/;
const NOT_A_SCOPE =
  'is not a scope: ASCII without blanks, quotes and backslashes (RFC 6749), one entry for each; write for example ledger:read';

/** Names beside which nothing else is said are those of everybody; an empty list of them is a slip, and means nobody. */
export const principalsSchema = z
  .strictObject({
    ...namesAndGroups,
    issuers: z
      .array(exactNameSchema('https://login.example.com', 2048))
      .min(1)
      .max(16)
      .optional()
      .describe(
        'Who has to vouch for the principal: the URL of an issuer as in access.jwt, by exact text; any of them is enough. Narrows `names` and `groups`; alone it means everybody of whom one of them says who it is. 1 to 16. Default: anybody whom the MCPServer trusts.',
      ),
    scopes: z
      .array(z.string().min(1).max(253).regex(SCOPE, NOT_A_SCOPE))
      .min(1)
      .max(16)
      .optional()
      .describe(
        'Scopes that the token of the principal has to have, all of them, by exact text. Narrows `names`, `groups` and `issuers`. Whose token lacks some of a rule that would let the call pass is told which to ask for. 1 to 16. Default: none is needed.',
      ),
  })
  .superRefine(({ names, groups, issuers, scopes }, ctx) => {
    if ((names?.length ?? 0) + (groups?.length ?? 0) > 0) return;
    if (names === undefined && groups === undefined && (issuers ?? scopes) !== undefined) return;
    ctx.addIssue({ code: 'custom', message: NOBODY });
  })
  .meta(
    cel({
      rule: '(has(self.names) && size(self.names) > 0) || (has(self.groups) && size(self.groups) > 0) || (!has(self.names) && !has(self.groups) && (has(self.issuers) || has(self.scopes)))',
      message: NOBODY,
    }),
  );
