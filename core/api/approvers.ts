/** Who decides, and how many of them it takes: as packs say it, and as requests carry it. */
import * as z from 'zod';
import { integerSchema, lineSchema } from './common.ts';
import { cel } from './kubernetes.ts';

const MAX_QUORUM = 10;
/** Of a request: what the paths of `all` take together. */
const MAX_TOGETHER = 30;
/** The API server goes through all of them at every vote, and has only so much time for it. */
const MAX_USERS = 32;
const MAX_GROUPS = 8;
/** Of a request: `all` of a rule becomes several, and several rules add up. */
export const MAX_QUORUMS = 16;
const MAX_QUORUM_USERS = 96;
const MAX_QUORUM_GROUPS = 24;
/** What a vote can be said to have been cast for: more groups than this no request names. */
export const MAX_VOTE_GROUPS = 128;

const NOBODY = 'names nobody; list `users` or `groups`, or remove it to mean everyone who has the right to approve';
/** RBAC takes a name of any length; the names that identity providers give stay below. */
const kubernetesName = (example: string) => lineSchema(253, example);

function approversSchema(maxUsers: number, maxGroups: number) {
  return z
    .strictObject({
      users: z
        .array(kubernetesName('ada'))
        .min(1)
        .max(maxUsers)
        .optional()
        .describe(`Users of Kubernetes by exact name. 1 to ${maxUsers}. Default: none.`),
      groups: z
        .array(kubernetesName('treasury'))
        .min(1)
        .max(maxGroups)
        .optional()
        .describe(
          `Groups of Kubernetes by exact name; whoever is in any of them is meant. 1 to ${maxGroups}. Default: none.`,
        ),
    })
    .superRefine(({ users, groups }, ctx) => {
      if (users === undefined && groups === undefined) ctx.addIssue({ code: 'custom', message: NOBODY });
    })
    .meta(cel({ rule: 'has(self.users) || has(self.groups)', message: NOBODY }));
}

const quorumSchema = integerSchema(1, MAX_QUORUM, 2);

interface Said {
  readonly quorum?: number | undefined;
  readonly approvers?: { readonly users?: readonly string[] | undefined; readonly groups?: unknown } | undefined;
}

const TOO_FEW =
  'is more than there are approvers, so nobody could ever approve; name more users, or a group, or ask for fewer';

/** Who is in a group nobody knows here; how many users are named is plain. */
export function checkReachable({ quorum = 1, approvers }: Said, ctx: z.RefinementCtx): void {
  if (approvers?.users === undefined || approvers.groups !== undefined) return;
  if (new Set(approvers.users).size < quorum) ctx.addIssue({ code: 'custom', path: ['quorum'], message: TOO_FEW });
}

/** The same for an API server. */
export const IS_REACHABLE = {
  rule: '!has(self.quorum) || !has(self.approvers) || !has(self.approvers.users) || has(self.approvers.groups) || self.quorum <= size(self.approvers.users)',
  message: `quorum ${TOO_FEW}`,
};

/** Of a rule. Optional where a default would hide that it was written. */
export const saidQuorum = {
  quorum: quorumSchema
    .optional()
    .describe(`How many people have to approve, each with one vote. 1 to ${MAX_QUORUM}. Default: 1.`),
  approvers: approversSchema(MAX_USERS, MAX_GROUPS),
};

/** Of a request: how many of whom. */
export const quorumsSchema = z
  .array(
    z.strictObject({
      quorum: integerSchema(1, MAX_TOGETHER, 2).describe(
        `How many of them have to approve. Required, 1 to ${MAX_TOGETHER}.`,
      ),
      approvers: approversSchema(MAX_QUORUM_USERS, MAX_QUORUM_GROUPS)
        .optional()
        .describe('Whose votes count for it. Default: those of everyone who has the right to approve.'),
    }),
  )
  .min(1)
  .max(MAX_QUORUMS)
  .describe(
    `Which votes it takes, by the rules that hold the call. Every entry has to be met, and a vote counts for each entry that its voter fits. 1 to ${MAX_QUORUMS}. Default: one vote of anybody who has the right to approve.`,
  );

export type Quorum = z.infer<typeof quorumsSchema>[number];
