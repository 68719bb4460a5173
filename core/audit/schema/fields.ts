/**
 * The fields of an audit line, schema version 2: what they are called, what may be in them, and what they mean. This is the one place
 * that says so; the JSON Schema in `docs/` is made from it, the literals that write lines are checked against its types by the compiler
 * (written.ts), and the order of fields is that of their names (RFC 8785 §3.2.3), at every level. Nothing here runs when a line is written.
 */
import * as z from 'zod';
import { APPROVAL_STATES } from '../../api/approval-request.ts';
import { EFFECTS } from '../../api/effects.ts';

const text = z.string();
const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** ISO 8601 in UTC, with milliseconds. */
const time = z.string().regex(/^[0-9+-]{4,7}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/);
const count = z.int().min(0);
const milliseconds = z.number().min(0);
const effect = z.enum(EFFECTS);
const revision = z.string().describe('sha256: and the SHA-256, in hex, of the canonical text of a policy');

/** By kind, how often a placeholder took its place. */
const redacted = z.record(text, count);

const finding = z.strictObject({
  detector: text.describe('what looked for it'),
  pointer: text.describe('RFC 6901, where it was found; never what was found'),
  reason: text.describe('what it is, in the words of the detector'),
  rule: text.describe('the rule that asked for it, as namespace/pack#rule'),
});

const findings = z.array(finding);

const halt = z
  .strictObject({
    by: text.optional().describe('who halts; absent: nobody says'),
    principals: z
      .array(text)
      .nullable()
      .describe('names, groups, issuers and scopes of those whose calls are halted; null: everyone'),
    reason: text.describe('why'),
    tools: z.array(text).nullable().describe('names of tools that are halted, with *; null: everything'),
  })
  .describe('what the pack halts; absent: nothing');

const answer = z.strictObject({
  effect,
  findings: findings.optional(),
  redacted: redacted.optional(),
  rules: z.array(text),
  wouldEffect: effect.optional(),
  wouldFindings: findings.optional(),
  wouldRules: z.array(text).optional(),
});

/** Where a line is in its log. */
export const chainFields = {
  prev: hash.describe(
    'SHA-256, in hex, of the bytes of the line before, without its newline; 64 zeros in the first line of a log',
  ),
  seq: count.describe('number in its stream, from 0'),
  server: text.describe('namespace/name of the MCPServer'),
  stream: text.min(1).describe('one run of one gate'),
  time: time.describe('when it was recorded, in UTC'),
  v: z.literal(2).describe('version of the schema'),
};

/** Who called, as it was proven. */
const principal = z
  .strictObject({
    groups: z.array(text).describe('groups of the caller'),
    issuer: text.optional().describe('who has signed the token of the caller, of kinds jwt and serviceAccount'),
    kind: text.describe('how the caller was proven: token, jwt, serviceAccount, local or anonymous'),
    name: text.describe('name of the caller'),
  })
  .nullable()
  .describe('null if nobody was proven');

/** What a call is about. */
const subjectFields = {
  method: text.nullable().describe('the JSON-RPC method; the HTTP method where there was no readable message'),
  principal,
  prompt: text.optional().describe('name of the prompt'),
  resource: text.optional().describe('URI of the resource'),
  session: text.optional().describe('id of the session'),
  tool: text.optional().describe('name of the tool'),
  traceId: text.describe('from the traceparent of the client, else random'),
};

const approval = z.strictObject({
  by: text.optional().describe('who has decided on it'),
  grant: z
    .strictObject({
      use: count.describe('which of its uses this call was, from 1'),
      uses: count.describe('how many it has'),
    })
    .optional()
    .describe('where it is a standing grant, and nobody was asked'),
  name: text.describe('the ApprovalRequest of a held call, or the ApprovalGrant that let it through'),
  reason: text.optional().describe('why, in the words of whoever decided'),
  state: text.describe('its state then'),
});

const decision = z.strictObject({
  answer: answer.optional().describe('what was found in what the server said, and what became of that'),
  detail: text.optional().describe('what went wrong, in the words its client got'),
  effect: effect.describe('what was decided'),
  findings: findings.optional().describe('what detectors found in the arguments, or in a definition'),
  mode: z.literal('Enforce'),
  reason: text.describe('forwarded, or the reason of the refusal; of an intent why it was written'),
  redacted: redacted.optional().describe('by kind, how often a placeholder took its place in what the server got'),
  revision: revision.nullable().describe('the policy that decided; null if there was none'),
  rules: z.array(text).describe('all rules that carry the effect, as namespace/pack#rule'),
  wouldEffect: effect.optional().describe('the stricter effect that packs in Shadow mode would have led to'),
  wouldFindings: findings.optional().describe('what they found for the rules that would have carried it'),
  wouldRules: z.array(text).optional().describe('the rules that would have carried it'),
});

const latency = z.strictObject({
  heldMs: milliseconds.optional().describe('milliseconds of waiting for a person'),
  sallyportMs: milliseconds.describe('milliseconds spent in the gate itself'),
  upstreamMs: milliseconds.optional().describe('milliseconds until the server began its answer'),
});

const bytes = z.strictObject({
  answer: count.describe('of what the client got as the answer, as it was written to it'),
  request: count.describe('of the message, as the client sent it'),
});

const cost = z.strictObject({
  amount: text.optional().describe('what that costs in the currency, a decimal number; where the budget has a price'),
  budget: text.describe('the budget it was reckoned by, as namespace/pack#budget'),
  credits: z.number().min(0).describe('credits that the call has cost, to the thousandth'),
  currency: text.optional().describe('of the amount, by its code (ISO 4217)'),
  reached: z
    .array(
      z.strictObject({
        budget: text.describe('the budget'),
        percent: count.describe('so many percent of it'),
      }),
    )
    .optional()
    .describe('budgets of which, with this call, so much is spent that somebody wants to know'),
});

/** Of a call, ended or not. */
export const callFields = {
  approval: approval.optional().describe('the request for a held call'),
  argumentsHmac: hash.optional().describe('keyed digest of the arguments'),
  decision,
  ...subjectFields,
};

/** What is known only at the end of one. */
export const endFields = {
  bytes: bytes.optional().describe('how much was said in both directions'),
  cache: z
    .strictObject({ ageMs: count.describe('milliseconds since the server said it') })
    .optional()
    .describe('where it was answered with a result that was kept, and the server was not asked'),
  cost: cost.optional().describe('what the call has cost by the budgets of the policy'),
  intent: count.optional().describe('seq of the intent that this is the end of'),
  latency,
  outcome: text.describe('how the call ended'),
};

/** What a gate says of itself, each of one event or a few. */
export const gateFields = {
  checkpoint: text.describe('signed note (C2SP tlog-checkpoint) over all lines of the stream before this one'),
  clients: z
    .strictObject({
      changed: z.array(text).describe('clients whose tokens or groups are others now'),
      count: count.describe('how many clients are known now'),
      granted: z.array(text).describe('clients that were not known before'),
      problems: z.array(text).describe('entries that count for nothing, and why'),
      revoked: z.array(text).describe('clients that are not known any more'),
    })
    .describe('whose tokens count from now on; names alone, never a token or its digest'),
  continues: z
    .strictObject({
      file: text.optional().describe('name of the file before, where it is known'),
      reason: z.enum(['start', 'size', 'age', 'moved', 'removed', 'truncated']).describe('why the file was begun'),
      tree: z
        .array(text)
        .optional()
        .describe('the largest complete subtrees over the lines of the stream before it, base64'),
    })
    .describe('where the first line of a file is linked to the last one of another'),
  definition: z
    .strictObject({
      digest: text.describe('of the definition, as `sallyport pins` shows it'),
      kind: text.describe('tool, prompt, resourceTemplate or instructions'),
      name: text.describe('its name; empty for the instructions'),
      previous: text.optional().describe('digest of what was accepted or used before, of a change'),
      state: z.enum(['first-use', 'changed', 'accepted']).describe('what has happened to it'),
    })
    .describe('what the server says of itself, as it is pinned'),
  ending: z
    .strictObject({
      reason: text.describe('why the gate stopped: the name of a signal, or what failed'),
      uptimeMs: milliseconds.describe('milliseconds since its stream began'),
    })
    .describe('the end of a gate'),
  from: time.describe('when counting began'),
  gate: z
    .strictObject({
      config: text.describe('sha256: and the SHA-256, in hex, of its settings'),
      host: text.describe('name of the host; in a pod the name of the pod'),
      node: text.optional().describe('the node that the pod is on, where it is known'),
      pid: count.describe('number of its process'),
      pod: text.optional().describe('namespace/name of the pod, where it is known'),
      version: text.describe('version of Sallyport'),
    })
    .describe('what writes the stream'),
  key: text.describe('verifier key (C2SP signed-note) of whoever signs from here on'),
  lost: z
    .array(
      z.strictObject({
        count: count.min(1),
        what: z
          .enum(['refused', 'decision', 'note'])
          .describe(
            'refused: calls that were refused because nothing could be recorded; else records that found no room',
          ),
      }),
    )
    .describe('what is not on record since `from`'),
  policy: z
    .strictObject({
      packs: z
        .array(z.strictObject({ halt: halt.optional(), mode: text, ref: text }))
        .describe('packs in force, as namespace/name, and their mode'),
      previous: revision.nullable().describe('the policy that was in force before; null if there was none'),
      problem: text.optional().describe('why what was found is not in force'),
      revision: revision.nullable().describe('the policy that is in force now; null if there is none'),
      state: z
        .enum(['Enforced', 'Refused'])
        .describe('Refused: what was found was not taken, and the one before stays'),
    })
    .describe('a policy was taken, or was not'),
  refusals: z
    .array(
      z.strictObject({
        count: count.min(1),
        reason: text,
        source: text.describe('address or /64 network; * stands for those that were too many to tell apart'),
      }),
    )
    .describe('further refusals of callers that nobody knows, counted'),
  released: z
    .strictObject({
      archived: z
        .literal(false)
        .optional()
        .describe('false where there is an archive that has not got all of the file'),
      bytes: count.describe('size of the file that is let go'),
      file: text.describe('its name'),
      last: hash.describe('SHA-256 of its last line'),
    })
    .describe('a file that is deleted'),
  revocations: z
    .strictObject({
      entries: z.array(text).describe('names of the entries that are in force from now on'),
      problems: z.array(text).describe('entries that could not be read, and what became of them'),
    })
    .describe('which tokens of issuers are taken back; names alone, never what an entry says'),
};

/** Of a question to a person, and of what becomes of it while no call is there to say so. */
export const questionFields = {
  ...subjectFields,
  approval: z
    .strictObject({
      by: approval.shape.by,
      expires: time.describe('when it is over without a decision'),
      name: approval.shape.name,
      reason: approval.shape.reason,
      revision: revision.describe('the policy that asks'),
      rules: z.array(text).describe('the rules that ask'),
      state: z.enum(APPROVAL_STATES).describe('Pending when it is asked'),
    })
    .describe('a question to a person'),
};
