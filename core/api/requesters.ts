/** Who stands behind principals: people and accounts of Kubernetes that count as the requester of their calls, and so may not decide on them. */
import * as z from 'zod';
import { lineSchema, nameSchema } from './common.ts';
import { cel } from './kubernetes.ts';
import { namedPrincipalsSchema } from './rules/principals.ts';

const MAX_REQUESTERS = 256;
const MAX_NAMED = 32;
/** Of a request: several entries may be about one principal. */
export const MAX_KUBERNETES_NAMES = 64;

const NOBODY = 'names nobody behind the principals; list `users` or `groups`';

const namesSchema = (example: string) => z.array(lineSchema(253, example)).min(1).max(MAX_NAMED).optional();

const requesterSchema = z
  .strictObject({
    principals: namedPrincipalsSchema.describe('Whose calls it is about. Required.'),
    namespaces: z
      .array(nameSchema('finance'))
      .min(1)
      .max(64)
      .optional()
      .describe('Namespaces of the servers that are called. 1 to 64. Default: all.'),
    users: namesSchema('ada').describe(
      `Users of Kubernetes who stand behind them, accounts such as system:serviceaccount:finance:billing among them, by exact name. 1 to ${MAX_NAMED}. Default: none.`,
    ),
    groups: namesSchema('billing-team').describe(
      `Groups of Kubernetes whose members stand behind them, by exact name. 1 to ${MAX_NAMED}. Default: none.`,
    ),
  })
  .superRefine(({ users, groups }, ctx) => {
    if (users === undefined && groups === undefined) ctx.addIssue({ code: 'custom', message: NOBODY });
  })
  .meta(cel({ rule: 'has(self.users) || has(self.groups)', message: NOBODY }));

export const requestersSchema = z
  .array(requesterSchema)
  .max(MAX_REQUESTERS)
  .describe(
    `Who stands behind which principals: such people and accounts may not decide on the calls of these. Only in the namespace of the operator; elsewhere it is refused. Acts whatever the mode and the targets of the pack. At most ${MAX_REQUESTERS}. Default: a user of Kubernetes with the name of the principal, and nobody else.`,
  );

export type Requester = z.infer<typeof requesterSchema>;

/** As a request carries it. */
export const kubernetesNamesSchema = (what: string, example: string) =>
  z
    .array(lineSchema(253, example))
    .max(MAX_KUBERNETES_NAMES)
    .optional()
    .describe(
      `${what} of Kubernetes who stand behind the principal, by the mapping of the root namespace: none of them may decide. At most ${MAX_KUBERNETES_NAMES}. Default: none known.`,
    );
