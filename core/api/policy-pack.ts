/** A PolicyPack: rules on the tools, resources and prompts of the servers it selects, and on what these may ask of clients. */
import * as z from 'zod';
import { clientRequestsSchema } from './client-requests.ts';
import {
  API_VERSION,
  atLeastOneEntry,
  atMostEntries,
  durationSchema,
  integerSchema,
  lineSchema,
  metadataSchema,
  nameSchema,
  quantitySchema,
  selectorSchema,
} from './common.ts';
import { cel, celKeys } from './kubernetes.ts';
import { packStatusSchema } from './pack-status.ts';
import type { Problem } from './problem.ts';
import { unheldEffectSchema } from './unheld-effect.ts';

/** From the mildest to the strictest: the strictest that applies wins. */
export const EFFECTS = ['Allow', 'Log', 'RequireApproval', 'Deny'] as const;
export type Effect = (typeof EFFECTS)[number];

export const MODES = ['Enforce', 'Shadow'] as const;
export type Mode = (typeof MODES)[number];

/** What holds where a rule or a pack is silent. Limits have no default in the schema: a silent pack must not lower another's limit. */
export const DEFAULT_APPROVAL = { expires: '15m', hold: '45s' } as const;
export const DEFAULT_LIMITS = { body: '4Mi', batch: 100, sessionIdle: '1h' } as const;

const MAX_RULES = 1000;

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

const principalsSchema = z
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

const approvalSchema = z.strictObject({
  expires: durationSchema('10s', '24h', DEFAULT_APPROVAL.expires)
    .default(DEFAULT_APPROVAL.expires)
    .describe(
      'How long a request may wait for its decision and an approval for its use, counted from the first call, as a duration from 10s to 24h. Default: 15m.',
    ),
  hold: durationSchema('0s', '5m', DEFAULT_APPROVAL.hold)
    .default(DEFAULT_APPROVAL.hold)
    .describe(
      'How long the call itself is kept open for the decision before the client is told to call again, as a duration from 0s to 5m. Default: 45s.',
    ),
});

const ruleFields = {
  name: nameSchema('transfer-needs-approval')
    .optional()
    .describe(
      'Name of the rule in decisions and audit records, unique within the pack. At most 63 characters. Default: its place, such as tools[2].',
    ),
  effect: z
    .enum(EFFECTS)
    .describe(
      'What the rule does with a call it applies to: Allow, Log (allow and mark the record), RequireApproval (hold until a person decides) or Deny. The strictest effect of all rules wins; without an allowing rule a call is denied. Required.',
    ),
  principals: principalsSchema.optional().describe('Whose calls the rule applies to. Default: everyone.'),
  reason: lineSchema(300, 'transfers need a second person')
    .optional()
    .describe(
      'Sentence shown to the model and to the approver. At most 300 characters. Default: a sentence that names the rule.',
    ),
  approval: approvalSchema
    .optional()
    .describe('How a held call waits; only with the effect RequireApproval. Default: expires 15m, hold 45s.'),
};

/**
 * Roots are compared part by part, so each has to be written in its one plain form; a single slash at the end is tolerated.
 * A part is anything but `.` and `..`, spelt without lookahead, which API servers do not have.
 */
const PLAIN_PATH = /^\/$|^(\/([^./\p{Cc}][^/\p{Cc}]*|\.[^./\p{Cc}][^/\p{Cc}]*|\.\.[^/\p{Cc}]+))+\/?$/u;

const pathArgumentSchema = z.strictObject({
  type: z.literal('path').describe('What the argument is: path, a path in a file system. Required.'),
  roots: z
    .array(
      z
        .string()
        .max(4096)
        .regex(/^\//, 'is not an absolute path; write for example /data')
        .refine(
          (path) => !path.startsWith('/') || PLAIN_PATH.test(path),
          'has an empty, "." or ".." part or a control character; write the plain path, for example /data',
        )
        .meta({ pattern: PLAIN_PATH.source }),
    )
    .min(1)
    .max(64)
    .describe(
      'Absolute POSIX directories; the path has to be one of them or lie below one. Required, 1 to 64 entries of at most 4096 characters.',
    ),
});

const argumentsSchema = atLeastOneEntry(
  atMostEntries(z.record(lineSchema(256, 'path'), pathArgumentSchema), 64),
  'constrains nothing; name a parameter, for example `path: {type: path, roots: [/data]}`, or remove it',
).meta(
  celKeys(
    /^\P{Cc}+$/u,
    256,
    'a name is empty, longer than 256 characters or not one line; write the name of a parameter, for example path',
  ),
);

const NEEDS_NO_APPROVAL = cel({
  rule: "!has(self.approval) || self.effect == 'RequireApproval'",
  message: 'approval has no meaning with another effect; remove it or write `effect: RequireApproval`',
});

const toolRuleSchema = z
  .strictObject({
    names: z
      .array(lineSchema(256, 'get_*'))
      .min(1)
      .max(256)
      .describe(
        'Tools the rule applies to; * stands for any characters. Required, 1 to 256 entries of at most 256 characters.',
      ),
    ...ruleFields,
    arguments: argumentsSchema
      .optional()
      .describe(
        'Constraints by parameter name; a call that breaks one is denied, whatever other rules allow. A parameter that is not sent breaks none. Not with the effect Deny. At most 64. Default: none.',
      ),
  })
  .superRefine(checkRule)
  .meta(
    cel(...NEEDS_NO_APPROVAL['x-kubernetes-validations'], {
      rule: "!has(self.arguments) || self.effect != 'Deny'",
      message: 'arguments have no effect with Deny, which refuses the call whatever they are; remove them',
    }),
  );

const resourceRuleSchema = z
  .strictObject({
    uris: z
      .array(lineSchema(2048, 'file:///data/**'))
      .min(1)
      .max(256)
      .describe(
        'Resources the rule applies to; * stands for any characters but /, ** for any characters. Required, 1 to 256 entries of at most 2048 characters.',
      ),
    ...ruleFields,
  })
  .superRefine(checkRule)
  .meta(NEEDS_NO_APPROVAL);

const promptRuleSchema = z
  .strictObject({
    names: z
      .array(lineSchema(256, 'summarise'))
      .min(1)
      .max(256)
      .describe(
        'Prompts the rule applies to; * stands for any characters. Required, 1 to 256 entries of at most 256 characters.',
      ),
    ...ruleFields,
  })
  .superRefine(checkRule)
  .meta(NEEDS_NO_APPROVAL);

/**
 * What other fields decide on. A rule on methods would never be asked about these, which a Deny must not keep to itself. Said to
 * whoever writes the rule and not by the API server: so many names in so many rules cost more than a rule in CEL may.
 */
const DECIDED_BY = new Map([
  ['tools/call', 'tools'],
  ['resources/read', 'resources'],
  ['resources/subscribe', 'resources'],
  ['resources/unsubscribe', 'resources'],
  ['subscriptions/listen', 'resources'],
  ['prompts/get', 'prompts'],
  ['completion/complete', 'prompts` or `resources'],
  ['sampling/createMessage', 'clientRequests.sampling'],
  ['elicitation/create', 'clientRequests.elicitation` or `clientRequests.urlElicitation'],
  ['roots/list', 'clientRequests.roots'],
]);

const methodRuleSchema = z
  .strictObject({
    names: z
      .array(lineSchema(256, 'vendor/*'))
      .min(1)
      .max(256)
      .describe(
        'JSON-RPC methods the rule applies to; * stands for any characters, also /. Only methods that no revision of MCP knows are asked about. Required, 1 to 256 entries of at most 256 characters.',
      ),
    name: ruleFields.name,
    effect: unheldEffectSchema(
      'nobody could judge the request of a method that MCP does not know from what an approver is shown',
    ).describe(
      'What the rule does with a message it applies to: Allow, Log (allow and mark the record) or Deny. The strictest effect of all rules wins; without an allowing rule the message is refused. Required.',
    ),
    principals: principalsSchema
      .optional()
      .describe('Whose messages the rule applies to, and messages to whom. Default: everyone.'),
    reason: lineSchema(300, 'this extension is not reviewed yet')
      .optional()
      .describe(
        'Sentence shown to whoever is refused. At most 300 characters. Default: a sentence that names the rule.',
      ),
  })
  .superRefine(({ names }, ctx) => {
    for (const [index, name] of names.entries()) {
      const field = DECIDED_BY.get(name);
      if (field === undefined) continue;
      const message = `is a method of MCP, which rules on methods are not asked about; write a rule on \`${field}\``;
      ctx.addIssue({ code: 'custom', path: ['names', index], message });
    }
  });

function checkRule(rule: { effect: Effect; approval?: unknown; arguments?: unknown }, ctx: z.RefinementCtx): void {
  if (rule.approval !== undefined && rule.effect !== 'RequireApproval') {
    ctx.addIssue({
      code: 'custom',
      path: ['approval'],
      message: `has no meaning with effect ${rule.effect}; remove it or write \`effect: RequireApproval\``,
    });
  }
  if (rule.arguments !== undefined && rule.effect === 'Deny') {
    ctx.addIssue({
      code: 'custom',
      path: ['arguments'],
      message:
        'has no effect with Deny, which refuses the call whatever its arguments; remove it, or allow the good arguments by a rule with `effect: Allow`',
    });
  }
}

const targetsSchema = selectorSchema(
  'selects nothing; write a label, or remove `targets` to mean every server',
  'Labels that an MCPServer must all carry for the pack to apply to it. Required, 1 to 64 entries.',
);

const namespaceSelectorSchema = selectorSchema(
  'selects nothing; write a label, or remove `namespaceSelector` to mean every namespace',
  'Labels that a namespace must all carry for the pack to apply to servers in it. Required, 1 to 64 entries.',
);

const limitsSchema = z.strictObject({
  body: quantitySchema('1Ki', DEFAULT_LIMITS.body, '256Ki')
    .optional()
    .describe(
      'Largest request body in bytes, as a quantity from 1Ki to 4Mi. The smallest over all packs of a server wins. Default: 4Mi, which no pack can raise.',
    ),
  batch: integerSchema(0, DEFAULT_LIMITS.batch, 20)
    .optional()
    .describe(
      'Most messages in one JSON-RPC batch, which MCP 2025-03-26 has, from 0 to 100; 0 refuses batches. The smallest over all packs of a server wins. Default: 100, which no pack can raise.',
    ),
  sessionIdle: durationSchema('1m', '24h', DEFAULT_LIMITS.sessionIdle)
    .optional()
    .describe(
      'How long a session may be without any message before it ends, as a duration from 1m to 24h. MCP 2026-07-28 has no sessions. The shortest over all packs of a server wins. Default: 1h.',
    ),
});

/** From what costs nothing to what a call waits for: the strictest over all packs of a server wins. */
const AUDIT_LEVELS = ['Async', 'Required'] as const;

const auditSchema = z.strictObject({
  level: z
    .enum(AUDIT_LEVELS)
    .default('Async')
    .describe(
      'When a call is on record: Async, within milliseconds, and before its end if that takes longer than a second; Required, on the disk before it is sent. Approved calls always are. Required wins over all packs of a server. Default: Async.',
    ),
});

const specSchema = z
  .strictObject({
    mode: z
      .enum(MODES)
      .default('Enforce')
      .describe(
        'Enforce acts on the decisions of the pack; Shadow records what it would have decided. Default: Enforce.',
      ),
    targets: targetsSchema
      .optional()
      .describe(
        'Which servers the pack applies to. Default: every MCPServer of the namespace, or of the namespaces it reaches.',
      ),
    namespaceSelector: namespaceSelectorSchema
      .optional()
      .describe(
        'Which namespaces the pack reaches. Only in the namespace of the operator, whose packs reach others; elsewhere it is refused. Default: there every namespace, elsewhere the own one.',
      ),
    tools: z.array(toolRuleSchema).max(MAX_RULES).optional().describe('Rules on tools. At most 1000. Default: none.'),
    resources: z
      .array(resourceRuleSchema)
      .max(MAX_RULES)
      .optional()
      .describe('Rules on resources. At most 1000. Default: none.'),
    prompts: z
      .array(promptRuleSchema)
      .max(MAX_RULES)
      .optional()
      .describe('Rules on prompts. At most 1000. Default: none.'),
    methods: z
      .array(methodRuleSchema)
      .max(MAX_RULES)
      .optional()
      .describe(
        'Rules on methods that no revision of MCP knows, such as those of extensions, asked for by clients or by servers. At most 1000. Default: none, so all of them are refused.',
      ),
    clientRequests: clientRequestsSchema
      .optional()
      .describe('What servers may ask of clients. Default: everything is passed on, but for URLs that are not safe.'),
    limits: limitsSchema
      .optional()
      .describe('Limits on calls and sessions. Default: those of the other packs, or the defaults.'),
    audit: auditSchema.optional().describe('How calls are recorded. Default: Async, or what other packs require.'),
  })
  // `when`: also on a spec with faults in it, so that one run names them all.
  .superRefine(checkRuleNames, { when: () => true });

function checkRuleNames(spec: unknown, ctx: z.RefinementCtx): void {
  const seen = new Map<string, string>();
  for (const list of ['tools', 'resources', 'prompts', 'methods'] as const) {
    const rules: unknown = (spec as Record<string, unknown> | null)?.[list];
    if (!Array.isArray(rules)) continue;
    for (const [index, rule] of rules.entries()) {
      const name: unknown = (rule as { name?: unknown } | null)?.name;
      if (typeof name !== 'string') continue;
      const first = seen.get(name);
      if (first === undefined) seen.set(name, `${list}[${index}]`);
      else {
        ctx.addIssue({
          code: 'custom',
          path: [list, index, 'name'],
          message: `is the name of ${first} already; give every rule of a pack a name of its own`,
        });
      }
    }
  }
}

export const policyPackSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION).describe(`Always ${API_VERSION}. Required.`),
    kind: z.literal('PolicyPack').describe('Always PolicyPack. Required.'),
    metadata: metadataSchema(nameSchema('payments')).describe('Name, namespace and labels of the pack. Required.'),
    spec: specSchema.describe('The rules and limits of the pack. Required.'),
    status: packStatusSchema.optional().describe('What the operator says of it. Default: nothing yet.'),
  })
  .describe(
    'Rules on what principals may do with the MCP servers of a namespace; in the namespace of the operator, of every namespace that is selected.',
  );

/** As parsed: defaults are filled in. */
export type PolicyPack = z.infer<typeof policyPackSchema>;
/** As written in YAML. */
export type PolicyPackInput = z.input<typeof policyPackSchema>;

export type ToolRule = z.infer<typeof toolRuleSchema>;

/** What no schema can know: where the operator is. A selector elsewhere would promise a reach that the pack does not have. */
export function checkPackPlacement(
  { metadata, spec }: PolicyPack,
  rootNamespace: string,
): Pick<Problem, 'path' | 'message' | 'mend'>[] {
  if (spec.namespaceSelector === undefined || metadata.namespace === rootNamespace) return [];
  const message = `has no meaning in the namespace ${metadata.namespace}: only packs in ${rootNamespace}, the namespace of the operator, reach other namespaces`;
  return [{ path: 'spec.namespaceSelector', message, mend: `remove it, or move the pack to ${rootNamespace}` }];
}
