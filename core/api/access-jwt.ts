/** JSON Web Tokens that a gate takes: of which issuer, for whom, and what in them is the name of the caller. */
import * as z from 'zod';
import { atMostEntries, durationSchema, lineSchema } from './common.ts';
import { JWT_ALGORITHMS, MAX_ISSUERS } from './access-names.ts';
import { cel, celKeys, listBy } from './kubernetes.ts';
import { trustedUrlSchema } from './trusted-url.ts';

const TWO_SOURCES = 'says twice where the keys are; remove jwksUrl or jwks';
const NOT_A_KEY_SET = 'is not a JSON Web Key Set with public keys; write for example {"keys": [{"kty": "EC", …}]}';
const PRIVATE_KEY = 'has a private or a symmetric key, which whoever reads this could sign with; list public keys only';

const MAX_KEY_SET = 65_536;

const urlSchema = () => trustedUrlSchema('a URL that keys can be trusted from');

const CLAIM = /^\P{Cc}+$/u;
const MAX_CLAIM = 256;
const NOT_A_CLAIM = 'a name is not that of a claim: one line of at most 256 characters; write for example tenant';

const claimSchema = (example: string) => lineSchema(MAX_CLAIM, example);

const claimsSchema = z.strictObject({
  name: claimSchema('sub')
    .default('sub')
    .describe('Whose value is the name of the caller, in rules and in the audit log. Default: sub.'),
  groups: claimSchema('groups')
    .default('groups')
    .describe('Whose values are the groups of the caller: a list of texts, or one. Default: groups.'),
  scopes: claimSchema('scope')
    .default('scope')
    .describe('Whose values are the scopes of the token: a list of texts, or one with blanks between. Default: scope.'),
});

/** What somebody may paste: everything is said of it that can be known before a token comes. */
function checkKeySet(text: string, ctx: z.RefinementCtx): void {
  const complain = (message: string): void => ctx.addIssue({ code: 'custom', message, params: { private: true } });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    complain(NOT_A_KEY_SET);
    return;
  }
  const keys = typeof value === 'object' && value !== null && 'keys' in value ? value.keys : undefined;
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isKey)) complain(NOT_A_KEY_SET);
  else if (keys.some((key: object) => 'd' in key || 'k' in key)) complain(PRIVATE_KEY);
}

function isKey(key: unknown): key is object {
  return typeof key === 'object' && key !== null && 'kty' in key && typeof key.kty === 'string';
}

const issuerSchema = z
  .strictObject({
    issuer: urlSchema().describe(
      'URL of the issuer, exactly as it stands in the `iss` claim. At most 2048 characters. Required.',
    ),
    audiences: z
      .array(lineSchema(2048, 'https://mcp.example.com/mcp'))
      .min(1)
      .max(8)
      .describe(
        'What a token has to be made for: one of these has to be in its `aud` claim (RFC 8707, RFC 9068). Use the URL of the endpoint. Required, 1 to 8 entries.',
      ),
    jwksUrl: urlSchema()
      .optional()
      .describe(
        'Where the public keys are (RFC 7517). Default: where the metadata of the issuer says (OpenID Connect Discovery 1.0, RFC 8414).',
      ),
    jwks: z
      .string()
      .max(MAX_KEY_SET)
      .superRefine(checkKeySet)
      .optional()
      .describe(
        'The public keys themselves, as a JSON Web Key Set (RFC 7517); nothing is fetched then. At most 65536 characters. Default: they are fetched.',
      ),
    algorithms: z
      .array(z.enum(JWT_ALGORITHMS))
      .min(1)
      .max(JWT_ALGORITHMS.length)
      .default([...JWT_ALGORITHMS])
      .describe(
        `By which signatures tokens are taken; never by none, nor by a shared secret. Default: all of ${JWT_ALGORITHMS.join(', ')}.`,
      ),
    clockSkew: durationSchema('0s', '5m', '30s')
      .default('30s')
      .describe('How far the clock of the issuer may be off, as a duration from 0s to 5m. Default: 30s.'),
    claims: claimsSchema
      .prefault({})
      .describe(
        'Which claims say who it is. A claim inside another one is named by a JSON pointer (RFC 6901) such as /realm_access/roles. Default: sub, groups and scope.',
      ),
    require: atMostEntries(z.record(claimSchema('tenant'), lineSchema(1024, 'acme')), 16)
      .meta(celKeys(CLAIM, MAX_CLAIM, NOT_A_CLAIM))
      .optional()
      .describe(
        'Claims that a token has to have, with their value; in a list, as one of its entries. At most 16. Default: none.',
      ),
    dpop: z
      .enum(['Required', 'Optional'])
      .default('Optional')
      .describe(
        'Whether all tokens have to be bound to a key of the client, which shows with each request that it has it (DPoP, RFC 9449). Required: others are refused. Optional: those that are bound need the proof, others pass without. Default: Optional.',
      ),
  })
  .superRefine(({ jwksUrl, jwks }, ctx) => {
    if (jwksUrl !== undefined && jwks !== undefined)
      ctx.addIssue({ code: 'custom', path: ['jwks'], message: TWO_SOURCES });
  })
  .meta(cel({ rule: '!has(self.jwksUrl) || !has(self.jwks)', message: TWO_SOURCES }));

export const jwtSchema = z
  .array(issuerSchema)
  .min(1)
  .max(MAX_ISSUERS)
  .superRefine((issuers, ctx) => {
    const seen = new Set<string>();
    issuers.forEach(({ issuer }, i) => {
      if (seen.has(issuer)) {
        const message = 'stands here twice, and a token has one issuer; make one entry of both';
        ctx.addIssue({ code: 'custom', path: [i, 'issuer'], message });
      }
      seen.add(issuer);
    });
  })
  .meta(listBy('issuer'));
