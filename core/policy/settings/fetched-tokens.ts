/** Tokens that a gate fetches for the server behind it, as a bundle says it: of whom, as which client, and what it asks for. */
import * as z from 'zod';
import { EXCHANGE_PROTOCOLS, SENT_IN, TOKEN_TYPES } from '../../api/fetched-token-names.ts';
import type { ClientCredentialsSaid, TokenExchangeSaid } from '../../api/fetched-tokens.ts';
import { tokenOfPod } from '../../credentials/token-of-pod.ts';
import { strings } from '../rules/field.ts';

const secretSchema = z.strictObject({ secret: z.string(), key: z.string() });

const askingSchema = {
  /** Who is asked: at its token endpoint, or where the metadata of the issuer says that it is. */
  of: z.union([z.strictObject({ url: z.string() }), z.strictObject({ issuer: z.string() })]),
  clientId: z.string(),
  /** How the gate shows that it is this client: by a secret (RFC 6749 §2.3.1), by a key, or by what somebody else has signed (RFC 7523 §2.2). */
  proof: z.union([
    z.strictObject({ secret: secretSchema, sentIn: z.enum(SENT_IN) }),
    z.strictObject({ privateKey: secretSchema, keyId: z.string().nullable() }),
    z.strictObject({ assertion: secretSchema }),
  ]),
  scopes: strings,
  resources: strings,
  audiences: strings,
};

export const clientCredentialsSchema = z.strictObject(askingSchema);

export const tokenExchangeSchema = z.strictObject({
  ...askingSchema,
  /** `TokenExchange`: RFC 8693; `OnBehalfOf`: the form that Microsoft Entra ID has of RFC 7523 §2.1. */
  protocol: z.enum(EXCHANGE_PROTOCOLS),
  subjectType: z.enum(TOKEN_TYPES),
  actor: z.strictObject({ token: secretSchema, type: z.enum(TOKEN_TYPES) }).nullable(),
});

export const fetchedTokenSchema = z.union([
  z.strictObject({ clientCredentials: clientCredentialsSchema }),
  z.strictObject({ tokenExchange: tokenExchangeSchema }),
]);

export type SecretKey = Readonly<z.infer<typeof secretSchema>>;
export type ClientCredentials = Readonly<z.infer<typeof clientCredentialsSchema>>;
export type TokenExchange = Readonly<z.infer<typeof tokenExchangeSchema>>;
/** How one token is come by. */
export type FetchedToken = Readonly<z.infer<typeof fetchedTokenSchema>>;

/** Undefined: it is come by in another way. */
export function compileFetchedToken(from: {
  readonly clientCredentials?: ClientCredentialsSaid | undefined;
  readonly tokenExchange?: TokenExchangeSaid | undefined;
}): FetchedToken | undefined {
  const { clientCredentials, tokenExchange } = from;
  if (clientCredentials !== undefined) return { clientCredentials: compileAsking(clientCredentials) };
  if (tokenExchange === undefined) return undefined;
  const { protocol, subjectTokenType: subjectType, actorToken } = tokenExchange;
  const actor = actorToken === undefined ? null : { token: secretOf(actorToken), type: actorToken.type };
  return { tokenExchange: { ...compileAsking(tokenExchange), protocol, subjectType, actor } };
}

function compileAsking(said: ClientCredentialsSaid): ClientCredentials {
  const { issuer, tokenUrl = '', clientId, scopes = [], resources = [], audiences = [] } = said;
  const of = issuer === undefined ? { url: tokenUrl } : { issuer };
  return { of, clientId, proof: proofOf(said), scopes, resources, audiences };
}

function proofOf(said: ClientCredentialsSaid): ClientCredentials['proof'] {
  const { clientSecret, sendSecretIn, privateKey, keyId = null, clientAssertion } = said;
  if (clientSecret !== undefined) return { secret: secretOf(clientSecret), sentIn: sendSecretIn };
  if (privateKey !== undefined) return { privateKey: secretOf(privateKey), keyId };
  return { assertion: secretOf(clientAssertion ?? {}) };
}

/** The schema of the MCPServer has checked that it is one of both. */
function secretOf({ secretName = '', key = '', serviceAccountAudience: audience }: Said): SecretKey {
  return audience === undefined ? { secret: secretName, key } : tokenOfPod(audience);
}

interface Said {
  readonly secretName?: string | undefined;
  readonly key?: string | undefined;
  readonly serviceAccountAudience?: string | undefined;
}

/** What lies in files, without which it cannot be fetched. */
export function secretsOfFetched(said: FetchedToken): readonly SecretKey[] {
  const { proof } = 'tokenExchange' in said ? said.tokenExchange : said.clientCredentials;
  const actor = 'tokenExchange' in said ? said.tokenExchange.actor : null;
  return actor === null ? [keyOf(proof)] : [keyOf(proof), actor.token];
}

/** By which the client shows who it is. */
export function keyOf(proof: ClientCredentials['proof']): SecretKey {
  if ('secret' in proof) return proof.secret;
  return 'privateKey' in proof ? proof.privateKey : proof.assertion;
}
