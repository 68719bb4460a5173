/** ServiceAccounts of the cluster as callers: for whom their tokens have to be made, and how it is looked whether they still hold. */
import * as z from 'zod';
import { ACCOUNT_CHECKS } from './access-names.ts';
import { lineSchema, nameSchema } from './common.ts';
import { cel } from './kubernetes.ts';

const MAX_AUDIENCES = 8;
const MAX_AUDIENCE = 256;

/** The API server's own (its issuer, by default), and those of Sallyport itself: whoever gets such a token could use it there. */
const OF_OTHERS = /^(https?:[/][/])?kubernetes[.]default([.]svc.*)?$|^sallyport[.]dev[/]/;
const NOT_AN_AUDIENCE =
  'is the audience of the API server or of Sallyport itself, so that whoever reads such a token could use it there; write one of this server alone, for example ledger.finance.sallyport.dev';

const audienceSchema = lineSchema(MAX_AUDIENCE, 'ledger.finance.sallyport.dev')
  .refine((audience) => !OF_OTHERS.test(audience), NOT_AN_AUDIENCE)
  .meta(cel({ rule: `!self.matches(r'${OF_OTHERS.source}')`, message: NOT_AN_AUDIENCE }));

export const serviceAccountsSchema = z.strictObject({
  audiences: z
    .array(audienceSchema)
    .min(1)
    .max(MAX_AUDIENCES)
    .optional()
    .describe(
      `What a token has to be made for; one of them is enough. 1 to ${MAX_AUDIENCES} entries of at most ${MAX_AUDIENCE} characters. Default: NAME.NAMESPACE.sallyport.dev, with the name and the namespace of the MCPServer; \`status.serviceAccounts\` says it.`,
    ),
  namespaces: z
    .array(nameSchema('agents'))
    .min(1)
    .max(64)
    .optional()
    .describe('Of which namespaces ServiceAccounts are let in. 1 to 64. Default: all.'),
  verify: z
    .enum(ACCOUNT_CHECKS)
    .default('Offline')
    .describe(
      'How a token is verified. Offline: by the keys of the API server, so it holds until it expires, whether or not the operator is there. Online: the operator also asks the API server, so the token of a pod that is deleted ends within seconds; while the operator is away nobody is let in. Default: Offline.',
    ),
});
