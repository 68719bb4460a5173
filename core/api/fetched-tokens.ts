/** Tokens that the gate fetches from an authorization server, to show them to the server behind it. */
import * as z from 'zod';
import { lineSchema, secretNameSchema } from './common.ts';
import { cel } from './kubernetes.ts';
import { trustedUrlSchema } from './trusted-url.ts';
import { EXCHANGE_PROTOCOLS, SENT_IN, TOKEN_TYPES } from './fetched-token-names.ts';
import { CREDENTIALS_LABEL } from './upstream-names.ts';

const ONE_ENDPOINT = 'names no authorization server, or two; write exactly one of issuer and tokenUrl';
const ONE_PROOF =
  'does not say how the gate shows that it is this client, or says it twice; write exactly one of clientSecret, privateKey and clientAssertion';
const KEY_ID_ALONE = 'is the name of a private key; remove it, or name the key';
const BODY_OF_KEY = 'is where a secret is sent, and this client has none; remove it';
const ACTOR_ON_BEHALF =
  'is not part of OnBehalfOf, where the client itself is the actor; remove it, or write TokenExchange';

const ONE_ACTOR = 'names no token, or two; write secretName and key, or serviceAccountAudience';
const OF_OTHERS =
  'is an audience of the Kubernetes API itself, or of Sallyport, where whoever gets the token could act as this pod; write that of the authorization server, for example api://AzureADTokenExchange';

const NOT_A_KEY = 'is not a key of a Secret: letters, digits, "-", "_" and "."; write for example client-secret';

const secretKeyFields = {
  secretName: secretNameSchema.describe(
    `Name of a Secret of the same namespace that carries the label ${CREDENTIALS_LABEL}: "true". It is mounted into the gate alone. Required.`,
  ),
  key: z
    .string()
    .max(253)
    .regex(/^[-._a-zA-Z0-9]+$/, NOT_A_KEY)
    .describe('The key of that Secret. Required.'),
};
const secretKeySchema = z.strictObject(secretKeyFields);

/**
 * The API server is known to itself by these: by default, and as K3s and RKE2 start it beside that. With a token for the operator somebody
 * elsewhere would be the gate of this pod to it, and with one for the archive read in it.
 */
const AUDIENCE_OF_OTHERS = /^(https?:[/][/])?kubernetes[.]default([.]|[/]|$)|^(k3s|rke2)$|^sallyport[.]dev[/]/;

const podAudienceSchema = lineSchema(1024, 'https://login.example.com/realms/agents')
  .refine((audience) => !AUDIENCE_OF_OTHERS.test(audience), OF_OTHERS)
  .meta(cel({ rule: `!self.matches(r'${AUDIENCE_OF_OTHERS.source}')`, message: OF_OTHERS }));

/** RFC 6749 §3.3. */
const SCOPE = /^[!#-\x5b\x5d-~]+$/;
/** RFC 8707 §2: an absolute URI without a fragment. */
const RESOURCE = /^[a-z][-+.a-z0-9]*:[!-"$-~]+$/;

const askingFields = {
  issuer: trustedUrlSchema('a URL that a secret may be sent to')
    .optional()
    .describe(
      'URL of the authorization server, whose metadata says where its token endpoint is (OpenID Connect Discovery 1.0, RFC 8414). Default: tokenUrl says it.',
    ),
  tokenUrl: trustedUrlSchema('a URL that a secret may be sent to')
    .optional()
    .describe('URL of the token endpoint itself. Default: the metadata of the issuer says it.'),
  clientId: lineSchema(1024, 'ledger-gate').describe(
    'As which client the gate asks, as the authorization server knows it. At most 1024 characters. Required.',
  ),
  clientSecret: secretKeySchema
    .optional()
    .describe('Where the secret of the client is (RFC 6749 §2.3.1). Default: it has a private key.'),
  sendSecretIn: z
    .enum(SENT_IN)
    .default('Header')
    .describe('Where the secret is sent: Header is client_secret_basic, Body is client_secret_post. Default: Header.'),
  privateKey: secretKeySchema
    .optional()
    .describe(
      'Where the private key of the client is, as PEM; the gate signs an assertion with it (private_key_jwt, RFC 7523). Default: it has a secret.',
    ),
  keyId: lineSchema(256, 'ledger-gate-1')
    .optional()
    .describe('Beside privateKey: the `kid` by which the authorization server knows the key. Default: none is sent.'),
  clientAssertion: z
    .strictObject({
      serviceAccountAudience: podAudienceSchema.describe(
        'For whom that token is made, as the authorization server wants it. At most 1024 characters. Required.',
      ),
    })
    .optional()
    .describe(
      'That the client shows who it is by a token of the ServiceAccount of the pod (RFC 7523 §2.2), so that there is no secret: workload identity federation of Microsoft Entra ID, clients of Keycloak that Kubernetes vouches for. In pods only. Default: it has a secret or a key.',
    ),
  scopes: z
    .array(
      z
        .string()
        .max(256)
        .regex(
          SCOPE,
          'is not a scope: visible characters without quotes and backslashes; write for example ledger.read',
        ),
    )
    .max(32)
    .optional()
    .describe('Scopes that are asked for. At most 32. Default: as the authorization server gives them.'),
  resources: z
    .array(
      z
        .string()
        .max(2048)
        .regex(RESOURCE, 'is not an absolute URI without a fragment; write for example https://ledger.example.com'),
    )
    .max(8)
    .optional()
    .describe('What the token is for, as `resource` (RFC 8707). At most 8. Default: it is not said.'),
  audiences: z
    .array(lineSchema(2048, 'ledger'))
    .max(8)
    .optional()
    .describe('What the token is for, as `audience` (RFC 8693). At most 8. Default: it is not said.'),
};

interface Asking {
  readonly issuer?: string | undefined;
  readonly tokenUrl?: string | undefined;
  readonly clientSecret?: object | undefined;
  readonly sendSecretIn: (typeof SENT_IN)[number];
  readonly privateKey?: object | undefined;
  readonly keyId?: string | undefined;
  readonly clientAssertion?: object | undefined;
}

function checkAsking(asking: Asking, ctx: z.RefinementCtx): void {
  const { issuer, tokenUrl, clientSecret, sendSecretIn, privateKey, keyId, clientAssertion } = asking;
  const complain = (message: string, ...path: string[]): void => ctx.addIssue({ code: 'custom', path, message });
  if ((issuer === undefined) === (tokenUrl === undefined)) complain(ONE_ENDPOINT);
  const proofs = [clientSecret, privateKey, clientAssertion].filter((proof) => proof !== undefined);
  if (proofs.length !== 1) complain(ONE_PROOF);
  if (keyId !== undefined && privateKey === undefined) complain(KEY_ID_ALONE, 'keyId');
  if (sendSecretIn === 'Body' && clientSecret === undefined) complain(BODY_OF_KEY, 'sendSecretIn');
}

const ASKING_RULES = [
  { rule: 'has(self.issuer) != has(self.tokenUrl)', message: ONE_ENDPOINT },
  {
    rule: '[has(self.clientSecret), has(self.privateKey), has(self.clientAssertion)].filter(there, there).size() == 1',
    message: ONE_PROOF,
  },
  { rule: '!has(self.keyId) || has(self.privateKey)', message: `keyId ${KEY_ID_ALONE}` },
  { rule: "self.sendSecretIn != 'Body' || has(self.clientSecret)", message: `sendSecretIn ${BODY_OF_KEY}` },
];

export const clientCredentialsSchema = z
  .strictObject(askingFields)
  .superRefine(checkAsking)
  .meta(cel(...ASKING_RULES));

export const tokenExchangeSchema = z
  .strictObject({
    ...askingFields,
    protocol: z
      .enum(EXCHANGE_PROTOCOLS)
      .default('TokenExchange')
      .describe(
        'In which words it is asked. TokenExchange: RFC 8693, as Keycloak, Okta and ZITADEL have it. OnBehalfOf: an assertion (RFC 7523) with requested_token_use, as Microsoft Entra ID has it. Default: TokenExchange.',
      ),
    subjectTokenType: z
      .enum(TOKEN_TYPES)
      .default('AccessToken')
      .describe(
        'What the token of the caller is called in a TokenExchange: an access token, or any JWT, such as that of a ServiceAccount. Default: AccessToken.',
      ),
    actorToken: z
      .strictObject({
        secretName: secretKeyFields.secretName
          .optional()
          .describe(
            `Name of a Secret of the same namespace that carries the label ${CREDENTIALS_LABEL}: "true". Default: it is a token of the ServiceAccount.`,
          ),
        key: secretKeyFields.key.optional().describe('The key of that Secret. Required beside secretName.'),
        serviceAccountAudience: podAudienceSchema
          .optional()
          .describe(
            'That it is a token of the ServiceAccount of the pod, made for this audience. In pods only. Default: it lies in a Secret.',
          ),
        type: z.enum(TOKEN_TYPES).default('AccessToken').describe('What it is called. Default: AccessToken.'),
      })
      .superRefine(({ secretName, key, serviceAccountAudience }, ctx) => {
        if (
          (secretName === undefined) !== (key === undefined) ||
          (key === undefined) !== (serviceAccountAudience !== undefined)
        )
          ctx.addIssue({ code: 'custom', message: ONE_ACTOR });
      })
      .meta(
        cel({
          rule: 'has(self.secretName) == has(self.key) && has(self.key) != has(self.serviceAccountAudience)',
          message: ONE_ACTOR,
        }),
      )
      .optional()
      .describe(
        'Where a token of the gate itself is, which the new token then names as the one that acts for the caller (RFC 8693 §4.1). Default: none is sent.',
      ),
  })
  .superRefine((exchange, ctx) => {
    checkAsking(exchange, ctx);
    if (exchange.protocol === 'OnBehalfOf' && exchange.actorToken !== undefined)
      ctx.addIssue({ code: 'custom', path: ['actorToken'], message: ACTOR_ON_BEHALF });
  })
  .meta(
    cel(...ASKING_RULES, {
      rule: "self.protocol != 'OnBehalfOf' || !has(self.actorToken)",
      message: `actorToken ${ACTOR_ON_BEHALF}`,
    }),
  );

/** As parsed: defaults are filled in. */
export type ClientCredentialsSaid = z.infer<typeof clientCredentialsSchema>;
export type TokenExchangeSaid = z.infer<typeof tokenExchangeSchema>;

export interface NamedKey {
  /** Of the name, below `from`. */
  readonly path: readonly string[];
  readonly secretName: string;
  readonly key: string;
  /** It has lines, as the PEM of a private key does. */
  readonly isText: boolean;
}

interface SaidKey {
  readonly secretName?: string | undefined;
  readonly key?: string | undefined;
}

/** The keys of Secrets that a source of a credential needs, of whichever kind it is. */
export function keysNamedIn(
  from: SaidKey & {
    readonly clientCredentials?: ClientCredentialsSaid | undefined;
    readonly tokenExchange?: TokenExchangeSaid | undefined;
  },
): NamedKey[] {
  const { clientCredentials: own, tokenExchange: exchange } = from;
  return [
    ...namedKey(from),
    ...namedKey(own?.clientSecret, ['clientCredentials', 'clientSecret']),
    ...namedKey(own?.privateKey, ['clientCredentials', 'privateKey'], true),
    ...namedKey(exchange?.clientSecret, ['tokenExchange', 'clientSecret']),
    ...namedKey(exchange?.privateKey, ['tokenExchange', 'privateKey'], true),
    ...namedKey(exchange?.actorToken, ['tokenExchange', 'actorToken']),
  ];
}

function namedKey(said: SaidKey | undefined, path: readonly string[] = [], isText = false): NamedKey[] {
  const { secretName, key } = said ?? {};
  return secretName === undefined || key === undefined ? [] : [{ path, secretName, key, isText }];
}

/** Audiences of tokens that only a pod has; each with its place. */
export function podAudiencesIn(from: unknown): { readonly path: readonly string[]; readonly audience: string }[] {
  const kinds = KINDS.flatMap((kind) => objectIn(from, kind).map((asking) => ({ kind, asking })));
  return kinds.flatMap(({ kind, asking }) =>
    HOLDERS.flatMap((field) =>
      objectIn(asking, field).flatMap((holder) => {
        const audience: unknown = Reflect.get(holder, AUDIENCE);
        return typeof audience === 'string' ? [{ path: [kind, field, AUDIENCE], audience }] : [];
      }),
    ),
  );
}

const KINDS = ['clientCredentials', 'tokenExchange'] as const;
const HOLDERS = ['clientAssertion', 'actorToken'] as const;
const AUDIENCE = 'serviceAccountAudience';

function objectIn(value: unknown, member: string): object[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner: unknown = Reflect.get(value, member);
  return typeof inner === 'object' && inner !== null ? [inner] : [];
}
