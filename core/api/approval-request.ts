/** An ApprovalRequest: something that waits for a person, a call or a definition. The spec never changes; the status carries the decision. */
import * as z from 'zod';
import {
  API_VERSION,
  atMostEntries,
  digestSchema,
  lineSchema,
  metadataSchema,
  nameSchema,
  timestampSchema,
} from './common.ts';
import { MAX_VOTE_GROUPS, quorumsSchema } from './approvers.ts';
import { NEW_REQUEST, settledFields } from './approval-conditions.ts';
import { shownSchema } from './approval-shown.ts';
import { stormSchema } from './approval-storm.ts';
import { cel, listBy } from './kubernetes.ts';
import { channelNamesSchema, MAX_CHANNELS, notifiedSchema } from './notified.ts';
import { principalSchema } from './proven-name.ts';
import { MAX_DIFF_LINE, MAX_DIFF_LINES } from '../inspect/definitions/readable-diff.ts';

export const APPROVAL_STATES = ['Pending', 'Approved', 'Denied', 'Expired', 'Consumed', 'Withdrawn'] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

export const APPROVAL_DECISIONS = ['Approved', 'Denied'] as const;
export type ApprovalDecision = (typeof APPROVAL_DECISIONS)[number];

const TARGETS = ['tool', 'resource', 'prompt'] as const;

const SUBJECT_TYPES = ['Call', 'Definition', 'Storm'] as const;
const NO_CALL = 'does not say what is decided on; add the call under subject.call';
const NO_STORM = 'does not say what is decided on; add the storm under subject.storm';
const NO_DEFINITION = 'does not say what is decided on; add the definition under subject.definition';

export const MAX_LINT_LINES = 16;

const reasonSchema = lineSchema(1024, 'invoice 4711');

/** A held call: what will run, exactly. */
const callSchema = z
  .strictObject({
    method: lineSchema(128, 'tools/call').describe('JSON-RPC method of the call, such as tools/call. Required.'),
    tool: lineSchema(256, 'transfer')
      .optional()
      .describe('Name of the tool. Exactly one of tool, resource and prompt is required.'),
    resource: lineSchema(2048, 'file:///data/report.txt')
      .optional()
      .describe('URI of the resource. Exactly one of tool, resource and prompt is required.'),
    prompt: lineSchema(256, 'summarise')
      .optional()
      .describe('Name of the prompt. Exactly one of tool, resource and prompt is required.'),
    preview: atMostEntries(z.record(z.string().max(256), z.unknown()), 256).describe(
      'The arguments as shown to the approver, cut and redacted where needed. Required, at most 256 entries.',
    ),
    digest: digestSchema.describe(
      'Of the whole call: what is approved is exactly this one. HMAC-SHA-256 with a key that the gates of the server share, so that nobody finds out by trying what the preview does not show. Required.',
    ),
    pin: digestSchema
      .optional()
      .describe(
        'SHA-256 of the canonical definition of the tool or prompt, as its server listed it: an approval is void once that is another. Default: no list has had it yet.',
      ),
    shown: shownSchema
      .optional()
      .describe('What a person reads first. Default: nothing is known besides the arguments.'),
  })
  .superRefine((call, ctx) => {
    const named = TARGETS.filter((target) => call[target] !== undefined);
    if (named.length === 0) {
      ctx.addIssue({ code: 'custom', message: 'does not say what is called; add one of tool, resource or prompt' });
    }
    for (const target of named.slice(1)) {
      const message = `is a second target beside ${named[0]}, and a call has one; remove one of the two`;
      ctx.addIssue({ code: 'custom', path: [target], message });
    }
  })
  .meta(
    cel({
      rule: `[${TARGETS.map((target) => `has(self.${target})`).join(', ')}].filter(there, there).size() == 1`,
      message: `does not say what is called, or says it twice; write exactly one of ${TARGETS.join(', ')}`,
    }),
  );

/** Of whom something is said that a person has to accept: see core/inspect/definitions/definition.ts. */
const SUBJECT_KINDS = ['tool', 'prompt', 'resourceTemplate', 'instructions'] as const;

/** What a server says of something it offers, and whether it may go on saying so. */
const definitionSchema = z.strictObject({
  kind: z.enum(SUBJECT_KINDS).describe('What it is said of. Required.'),
  name: lineSchema(256, 'transfer').describe(
    'Name of the tool or prompt, or the template, with everything spelled out that cannot be seen, and cut; of instructions "instructions". Required.',
  ),
  change: z
    .enum(['New', 'Changed'])
    .describe('Whether something else was said of it before: New or Changed. Required.'),
  digest: digestSchema.describe('SHA-256 of the canonical definition: what is approved is exactly this. Required.'),
  before: digestSchema.optional().describe('Of the definition that it is compared with. Default: none.'),
  findings: z
    .array(lineSchema(512, 'hiddenText at /description: Tag characters.'))
    .max(MAX_LINT_LINES)
    .describe('What the lints find in it. Required, may be empty.'),
  diff: z
    .array(lineSchema(MAX_DIFF_LINE, '~ /description'))
    .max(MAX_DIFF_LINES)
    .describe(
      'What is other, in lines: places as JSON pointers (RFC 6901) behind +, - or ~, the words below. What cannot be seen is spelled out. Required.',
    ),
});

/**
 * What is decided on: a union, of which `type` says the member. Another member (a grant) is a type and an optional field more, so what was stored before stays valid; whoever reads a type that it does not know leaves the request alone.
 */
const subjectSchema = z
  .strictObject({
    type: z
      .enum(SUBJECT_TYPES)
      .describe(
        'What is decided on: Call, one call exactly; Definition, what a server says of a tool; or Storm, whether to halt a principal of which too many calls wait. Required.',
      ),
    call: callSchema.optional().describe('The held call. Required with type Call.'),
    definition: definitionSchema.optional().describe('The held definition. Required with type Definition.'),
    storm: stormSchema.optional().describe('What waits of the principal. Required with type Storm.'),
  })
  .superRefine(({ type, call, definition, storm }, ctx) => {
    if ((type === 'Call') !== (call !== undefined)) {
      ctx.addIssue({ code: 'custom', path: ['call'], message: NO_CALL });
    }
    if ((type === 'Definition') !== (definition !== undefined)) {
      ctx.addIssue({ code: 'custom', path: ['definition'], message: NO_DEFINITION });
    }
    if ((type === 'Storm') !== (storm !== undefined)) {
      ctx.addIssue({ code: 'custom', path: ['storm'], message: NO_STORM });
    }
  })
  .meta(
    cel(
      { rule: "has(self.call) == (self.type == 'Call')", message: NO_CALL },
      { rule: "has(self.definition) == (self.type == 'Definition')", message: NO_DEFINITION },
      { rule: "has(self.storm) == (self.type == 'Storm')", message: NO_STORM },
    ),
  );

const specSchema = z
  .strictObject({
    server: nameSchema('ledger').describe('Name of the MCPServer it is about, in the same namespace. Required.'),
    subject: subjectSchema.describe('What is decided on. Required.'),
    principal: principalSchema.describe('Who asks. Required.'),
    reason: lineSchema(1024, 'transfers need a second person').describe(
      'Why a person is asked. Required, at most 1024 characters.',
    ),
    rule: lineSchema(256, 'finance/payments#transfer').describe(
      'The rule that asks for a person, as namespace/pack#rule. Required.',
    ),
    revision: digestSchema.describe('Revision of the policy that has the rule. Required.'),
    expiresAt: timestampSchema.describe(
      'Until when the request can be decided and an approval used, as an RFC 3339 time. Required.',
    ),
    notify: channelNamesSchema(MAX_CHANNELS)
      .optional()
      .describe(
        `Names of the channels that are told of it, as its rules say; at most ${MAX_CHANNELS}. Default: the channels for all requests.`,
      ),
    quorums: quorumsSchema.optional(),
    veto: z
      .boolean()
      .optional()
      .describe('Whether one vote against it ends it; with false it takes as many as to approve. Default: true.'),
  })
  .meta(
    cel({
      rule: 'self == oldSelf',
      message: 'never changes, since what was approved is exactly this call; make the call again for another request',
    }),
  );

export const voteSchema = z.strictObject({
  username: lineSchema(1024, 'ada').describe('Who voted, as the API server knows them. Required.'),
  groups: z
    .array(lineSchema(253, 'treasury'))
    .max(MAX_VOTE_GROUPS)
    .optional()
    .describe(
      `Those of their groups that the quorums name, as the API server knew them at the vote. At most ${MAX_VOTE_GROUPS}. Default: none.`,
    ),
  decision: z.enum(APPROVAL_DECISIONS).describe('What they decided. Required.'),
  reason: reasonSchema.optional().describe('Why, in their words. Default: none.'),
  time: timestampSchema.optional().describe('When they voted, as an RFC 3339 time. Default: not known.'),
});

const MAX_VOTES = 32;

const statusSchema = z
  .strictObject({
    state: z
      .enum(APPROVAL_STATES)
      .describe(
        'Where the request stands: Pending, Approved, Denied, Expired, Consumed (approved and used) or Withdrawn (nobody waits for it any more). Required.',
      ),
    decision: z
      .enum(APPROVAL_DECISIONS)
      .optional()
      .describe(
        'What an approver writes: Approved or Denied. On a cluster the API server turns it into a vote. Default: not decided.',
      ),
    reason: reasonSchema.optional().describe('Why, in the words of the approver, beside the decision. Default: none.'),
    votes: z
      .array(voteSchema)
      .max(MAX_VOTES)
      .meta(listBy('username'))
      .optional()
      .describe(`Who decided what, one vote a person. At most ${MAX_VOTES}. Default: nobody yet.`),
    tally: lineSchema(16, '1/2')
      .optional()
      .describe(
        'How many votes there are, and how many it takes in all at the least, such as 1/2. Default: not counted yet.',
      ),
    decidedBy: lineSchema(1024, 'ada')
      .optional()
      .describe('Who decided, by the votes that counted. Default: not decided.'),
    decidedAt: timestampSchema.optional().describe('When it was decided, as an RFC 3339 time. Default: not decided.'),
    ...settledFields(),
    consumedAt: timestampSchema
      .optional()
      .describe('When the approved call was sent to the server, as an RFC 3339 time. Default: not sent.'),
    notified: notifiedSchema()
      .optional()
      .describe(`What each channel has been told of it, by its name; at most ${MAX_CHANNELS}. Default: nothing.`),
  })
  // An object has a state from its first moment, so that no change can pass by having none.
  .meta({ default: NEW_REQUEST })
  .meta(
    cel(
      {
        rule: "self.state == oldSelf.state || oldSelf.state == 'Pending' && self.state != 'Consumed' || oldSelf.state == 'Approved' && self.state in ['Consumed', 'Expired', 'Withdrawn']",
        message:
          'is settled, or has to be approved before it is used; a pending request is approved, denied, expired or withdrawn, and only an approved one is consumed',
      },
      {
        rule: '!has(oldSelf.votes) || has(self.votes) && oldSelf.votes.all(cast, self.votes.exists(vote, vote.username == cast.username && vote.decision == cast.decision))',
        message: 'a vote was changed or removed; a vote is cast once and stays',
      },
    ),
  );

export const approvalRequestSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION).describe(`Always ${API_VERSION}. Required.`),
    kind: z.literal('ApprovalRequest').describe('Always ApprovalRequest. Required.'),
    metadata: metadataSchema(nameSchema('ledger-transfer-x7k2m')).describe(
      'Name, namespace and labels of the request. Required.',
    ),
    spec: specSchema.describe('What is asked. Written once, never changed. Required.'),
    status: statusSchema.optional().describe('What became of it. Default: Pending.'),
  })
  .describe('A call, or what a server says of a tool, that waits for the decision of a person.');

/** As parsed: defaults are filled in. */
export type ApprovalRequest = z.infer<typeof approvalRequestSchema>;

/** A held call, as one member of what can be decided on. */
export type CallSubject = z.infer<typeof callSchema>;

/** A held definition, as the other. */
export type DefinitionSubject = z.infer<typeof definitionSchema>;

interface About {
  readonly spec: { readonly subject?: ApprovalRequest['spec']['subject'] };
}

/**
 * The call that is decided on; undefined where it is something else, of a version to come, or where there is no subject: requests that were
 * stored before there was one have lost what they were about. Nobody decides on either, and both go when their time is over.
 */
export function callOf({ spec: { subject } }: About): CallSubject | undefined {
  return subject?.type === 'Call' ? subject.call : undefined;
}

export function definitionOf({ spec: { subject } }: About): DefinitionSubject | undefined {
  return subject?.type === 'Definition' ? subject.definition : undefined;
}

export function stormOf({ spec: { subject } }: About): z.infer<typeof stormSchema> | undefined {
  return subject?.type === 'Storm' ? subject.storm : undefined;
}

/** What a call names: the one of the three that it has. */
export function targetOf({ tool, resource, prompt }: CallSubject): { readonly kind: string; readonly name: string } {
  if (tool !== undefined) return { kind: 'tool', name: tool };
  if (resource !== undefined) return { kind: 'resource', name: resource };
  return { kind: 'prompt', name: prompt ?? '' };
}
