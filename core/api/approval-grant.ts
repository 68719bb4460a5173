/**
 * An ApprovalGrant: the standing word of people that calls of one tool, with such arguments, by one principal, may run so many times until
 * then. The spec never changes but for being revoked; the status counts the uses, each of which stays on it.
 */
import * as z from 'zod';
import {
  API_VERSION,
  digestSchema,
  integerSchema,
  lineSchema,
  metadataSchema,
  nameSchema,
  timestampSchema,
} from './common.ts';
import { APPROVAL_DECISIONS, voteSchema } from './approval-request.ts';
import { conditionsSchema, observedGenerationSchema } from './condition.ts';
import { grantArgumentSchema, MAX_GRANT_ARGUMENTS } from './grant-argument.ts';
import { provenNameFields } from './proven-name.ts';
import { cel, listBy } from './kubernetes.ts';
import { MAX_USES } from './rules/grants.ts';

/** In the order of a life; the last five are ends. Refused is one that nothing allows, for as long as that is so. */
const GRANT_STATES = ['Pending', 'Active', 'Refused', 'Denied', 'Revoked', 'UsedUp', 'Expired'] as const;
export type GrantState = (typeof GRANT_STATES)[number];

/** Who is in more may stand behind the caller by one that is not kept (operator/grants/judge.ts). */
export const MAX_GRANT_GROUPS = 64;
const MAX_VOTES = 32;
export const MAX_GRANT_RULES = 16;

const grantorSchema = z.strictObject({
  username: lineSchema(1024, 'ada').describe('Who made the grant, as the API server knows them. Required.'),
  groups: z
    .array(lineSchema(253, 'treasury'))
    .max(MAX_GRANT_GROUPS)
    .optional()
    .describe(
      `Their groups, as the API server knows them: all but system:authenticated, or ${MAX_GRANT_GROUPS} where there are more, those that a rule asks approvers to be in among them. At most ${MAX_GRANT_GROUPS}. Default: none.`,
    ),
});

const specSchema = z
  .strictObject({
    server: nameSchema('ledger').describe(
      'Name of the MCPServer whose calls it is about, in the same namespace. Required.',
    ),
    tool: lineSchema(256, 'transfer').describe('Name of the tool. Required.'),
    principal: z.strictObject(provenNameFields()).describe('Whose calls it is about. Required.'),
    arguments: z
      .array(grantArgumentSchema)
      .max(MAX_GRANT_ARGUMENTS)
      .refine(
        (said) => new Set(said.map(({ at }) => at)).size === said.length,
        'names an argument twice; keep one entry of each',
      )
      .meta(listBy('at'))
      .describe(
        `What the arguments may be, by their place. A call with an argument that is not named here is not let through. At most ${MAX_GRANT_ARGUMENTS}. Required; empty for calls without arguments.`,
      ),
    rules: z
      .array(lineSchema(256, 'finance/payments#transfer'))
      .min(1)
      .max(MAX_GRANT_RULES)
      .describe(
        `Rules that it stands in for, as namespace/pack#rule. A call that another rule holds as well still waits for a person. 1 to ${MAX_GRANT_RULES}. Required.`,
      ),
    pin: digestSchema
      .optional()
      .describe(
        'SHA-256 of the definition that the tool has to have: with another one calls wait for a person. Default: whichever it has.',
      ),
    maxUses: integerSchema(1, MAX_USES, 10).describe(`How many calls it lets through, 1 to ${MAX_USES}. Required.`),
    expiresAt: timestampSchema.describe('Until when it stands, as an RFC 3339 time. Required.'),
    request: nameSchema('ledger-transfer-x7k2m')
      .optional()
      .describe('Name of the ApprovalRequest that it was made from. Default: it was written by hand.'),
    reason: lineSchema(1024, 'month end, ticket 4711')
      .optional()
      .describe('Why, in the words of who made it. Default: none.'),
    grantedBy: grantorSchema.describe(
      'Who made it, which the API server checks, and fills in from Kubernetes 1.36 on. Their word counts as one vote. Required.',
    ),
    revoked: z.boolean().optional().describe('Whether it was taken back. Once true it stays so. Default: false.'),
  })
  .meta(
    cel({
      rule: `self.server == oldSelf.server && self.tool == oldSelf.tool && self.principal == oldSelf.principal && self.arguments == oldSelf.arguments && self.rules == oldSelf.rules && has(self.pin) == has(oldSelf.pin) && (!has(self.pin) || self.pin == oldSelf.pin) && self.maxUses == oldSelf.maxUses && self.expiresAt == oldSelf.expiresAt && has(self.request) == has(oldSelf.request) && (!has(self.request) || self.request == oldSelf.request) && has(self.reason) == has(oldSelf.reason) && (!has(self.reason) || self.reason == oldSelf.reason) && self.grantedBy == oldSelf.grantedBy && (!has(oldSelf.revoked) || !oldSelf.revoked || has(self.revoked) && self.revoked)`,
      message:
        'changes nothing but revoked, from false to true, since people stand by what it says; make another grant, and revoke this one',
    }),
  );

const useSchema = z.strictObject({
  id: z
    .string()
    .max(64)
    .regex(/^[0-9a-f-]{8,64}$/, 'is not the id of a call; write hex digits')
    .describe('Of the call that used it, so that none uses it twice. Required.'),
  digest: digestSchema.describe('SHA-256 of the canonical call. Required.'),
  time: timestampSchema.describe('When, as an RFC 3339 time. Required.'),
});

const statusSchema = z
  .strictObject({
    state: z
      .enum(GRANT_STATES)
      .describe(
        'Where the grant stands: Pending (it needs the votes of more people), Active, Refused (no rule allows it, as the condition says), Denied, Revoked, UsedUp or Expired. Required.',
      ),
    decision: z
      .enum(APPROVAL_DECISIONS)
      .optional()
      .describe(
        'What another person writes where the rule asks for several: Approved or Denied. The API server turns it into a vote. Default: not decided.',
      ),
    reason: lineSchema(1024, 'month end').optional().describe('Why, beside the decision. Default: none.'),
    votes: z
      .array(voteSchema)
      .max(MAX_VOTES)
      .meta(listBy('username'))
      .optional()
      .describe(`Who else decided what, one vote a person. At most ${MAX_VOTES}. Default: nobody yet.`),
    uses: integerSchema(0, MAX_USES, 3).optional().describe('How many calls it has let through. Default: 0.'),
    lastUsedAt: timestampSchema.optional().describe('When it was used last, as an RFC 3339 time. Default: not used.'),
    used: z
      .array(useSchema)
      .max(MAX_USES)
      .meta(listBy('id'))
      .optional()
      .describe(`The calls that it has let through. At most ${MAX_USES}. Default: none.`),
    observedGeneration: observedGenerationSchema()
      .optional()
      .describe('Generation of the grant that this status is about. Default: none yet.'),
    conditions: conditionsSchema('Usable').optional(),
  })
  // A state from its first moment, so that no change can pass by having none; and not observed, so that nobody takes it for done.
  .meta({ default: { state: 'Pending', observedGeneration: 0 } })
  .meta(
    cel(
      {
        rule: '(has(self.used) ? self.used.size() : 0) == (has(self.uses) ? self.uses : 0)',
        message: 'uses is not the number of entries in used; each use adds one entry and counts one up',
      },
      {
        rule: '!has(oldSelf.used) || has(self.used) && oldSelf.used.all(before, self.used.exists(now, now.id == before.id && now.digest == before.digest))',
        message: 'a use was changed or removed; what has been used stays used',
      },
      {
        rule: '!has(oldSelf.votes) || has(self.votes) && oldSelf.votes.all(cast, self.votes.exists(vote, vote.username == cast.username && vote.decision == cast.decision))',
        message: 'a vote was changed or removed; a vote is cast once and stays',
      },
    ),
  );

export const approvalGrantSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION).describe(`Always ${API_VERSION}. Required.`),
    kind: z.literal('ApprovalGrant').describe('Always ApprovalGrant. Required.'),
    metadata: metadataSchema(nameSchema('month-end')).describe('Name, namespace and labels of the grant. Required.'),
    spec: specSchema.describe('What is granted. Written once; only `revoked` changes. Required.'),
    status: statusSchema.optional().describe('What became of it. Default: Pending.'),
  })
  .describe('A standing approval: such calls of one principal run without asking, so many times, until then.')
  .meta(
    // What no operator can do, however wrong it is: the API server counts along.
    cel(
      {
        rule: '!has(self.status) || !has(self.status.used) || self.status.used.size() <= self.spec.maxUses',
        message: 'has let through as many calls as it may; make another grant',
      },
      {
        rule: '!has(self.status) || !has(self.status.used) || self.status.used.all(use, use.time < self.spec.expiresAt)',
        message: 'a use is later than the expiry; make another grant',
      },
      {
        rule: '!has(self.status) || !has(self.status.used) || !has(self.spec.revoked) || !self.spec.revoked || has(oldSelf.status) && has(oldSelf.status.used) && self.status.used.size() == oldSelf.status.used.size()',
        message: 'was revoked and lets nothing through; make another grant',
      },
    ),
  );

/** As parsed: defaults are filled in. */
export type ApprovalGrant = z.infer<typeof approvalGrantSchema>;
