/** What a pack says of the requests that servers make of clients: sampling, elicitation in both modes, roots. */
import * as z from 'zod';
import { lineSchema } from '../common.ts';
import { cel } from '../kubernetes.ts';
import { hostSchema } from './hosts.ts';
import { modeSchema } from '../modes.ts';
import { unheldEffectSchema } from './unheld-effect.ts';
import { whenSchema } from './when.ts';

const NO_APPROVAL = 'an approval holds the call of a client, and this is the request of a server';
const REASON = 'At most 300 characters. Default: a sentence that names the rule.';

const WHEN = whenSchema('request', 'requests to clients', 'Where it cannot be evaluated, it applies.').optional();

function effectSchema(what: string, standard: string) {
  return unheldEffectSchema(NO_APPROVAL).describe(
    `What becomes of a request ${what}: Allow, Log (pass on and mark the record) or Deny. The strictest effect of all packs wins; ${standard} Required.`,
  );
}

function requestSchema(what: string) {
  return z.strictObject({
    effect: effectSchema(what, 'without any the request is passed on.'),
    mode: modeSchema('the rule'),
    when: WHEN,
    reason: lineSchema(300, 'servers here bring their own model')
      .optional()
      .describe(`Sentence shown to the server that is refused. ${REASON}`),
  });
}

const HOSTS_OF_DENY =
  'has no effect with Deny, which refuses every URL; remove it, or write `effect: Allow` to let these hosts through';

const urlElicitationSchema = z
  .strictObject({
    effect: effectSchema(
      'that sends a person to a web page',
      'without any the request is passed on. A URL that is not https, or http to a loopback address, or that carries a user name or password is refused whatever packs say.',
    ),
    mode: modeSchema('the rule'),
    when: WHEN,
    hosts: z
      .array(hostSchema)
      .min(1)
      .max(64)
      .optional()
      .describe(
        'Hosts that people may be sent to, on any port; *.example.com stands for every host below example.com, not for itself. With several packs a host has to be among those of each that lists any. Not with the effect Deny. 1 to 64 entries of at most 253 characters. Default: every host.',
      ),
    reason: lineSchema(300, 'people sign in on our own pages only')
      .optional()
      .describe(`Sentence shown to the server that is refused. ${REASON}`),
  })
  .superRefine(({ effect, hosts }, ctx) => {
    if (hosts === undefined || effect !== 'Deny') return;
    ctx.addIssue({ code: 'custom', path: ['hosts'], message: HOSTS_OF_DENY });
  })
  .meta(cel({ rule: "!has(self.hosts) || self.effect != 'Deny'", message: `hosts ${HOSTS_OF_DENY}` }));

export const clientRequestsSchema = z.strictObject({
  sampling: requestSchema('for an answer of the model of the client (sampling/createMessage)')
    .optional()
    .describe('Requests for an answer of the model of the client. Default: passed on.'),
  elicitation: requestSchema('that shows a form to a person (elicitation/create)')
    .optional()
    .describe('Requests that show a form to a person. Default: passed on.'),
  urlElicitation: urlElicitationSchema
    .optional()
    .describe('Requests that send a person to a web page. Default: passed on.'),
  roots: requestSchema('for the folders that the client works in (roots/list)')
    .optional()
    .describe('Requests for the folders that the client works in. Default: passed on.'),
});
