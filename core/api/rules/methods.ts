/** Rules on methods that MCP does not know. */
import * as z from 'zod';
import { lineSchema } from '../common.ts';
import { MAX_RULES, ruleFields } from './fields.ts';
import { principalsSchema } from './principals.ts';
import { unheldEffectSchema } from './unheld-effect.ts';
import { whenSchema } from './when.ts';

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
    mode: ruleFields.mode,
    when: whenSchema('method', 'messages').optional(),
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

export const methodRulesSchema = z
  .array(methodRuleSchema)
  .max(MAX_RULES)
  .optional()
  .describe(
    'Rules on methods that no revision of MCP knows, such as those of extensions, asked for by clients or by servers. At most 1000. Default: none, so all of them are refused.',
  );
