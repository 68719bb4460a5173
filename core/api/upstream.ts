/** What the gate shows to the server behind it, and no agent ever sees: keys that lie in Secrets, and whom each is for. */
import * as z from 'zod';
import {
  NOT_A_VARIABLE,
  MAX_VARIABLE,
  VARIABLE,
  nameSchema,
  osStringSchema,
  secretKeySchema,
  secretNameSchema,
} from './common.ts';
import { clientCredentialsSchema, podAudiencesIn, tokenExchangeSchema } from './fetched-tokens.ts';
import { cel } from './kubernetes.ts';
import { principalsSchema } from './rules/principals.ts';
import { clientCertificateSchema } from './upstream-certificate.ts';
import { CREDENTIALS_LABEL, HEADER, MAX_CREDENTIALS, ON_ECHO, OWN_HEADERS, UNMATCHED } from './upstream-names.ts';

const NOT_A_HEADER = 'is not the name of a header; write for example Authorization';
const OWN_HEADER =
  'is a header that the gate or the transport writes; write one that the server takes a key from, for example Authorization';
const QUERY = /^[A-Za-z0-9._~-]+$/;
/** Visible characters and blanks: what goes before a key may end with a blank, and begins with none (RFC 9110 §5.5). */
const PREFIX = /^[!-~][ -~]*$/;

const ONE_PLACE = 'says nowhere, or in several places, where the key goes; write exactly one of header, query and env';
const PREFIX_ELSEWHERE = 'is what stands before the key in a header; remove it, or name the header';
const ENV_FOR_SOME =
  'is not possible beside env, since a program is started with its environment before anybody calls; remove it';
const ONE_SOURCE =
  'names no source, or several; write exactly one of secretName, file, command, clientCredentials and tokenExchange';
const FETCHED_ENV =
  'is not possible beside env, since a program is started once and a token expires; write a key that stays, or a command';
const KEY_OF_SECRET = 'goes with secretName: the Secret, and the key in it; write both, or neither';
const TWICE = 'is the name of two credentials; give each a name of its own';

const sourceSchema = z
  .strictObject({
    secretName: secretNameSchema
      .optional()
      .describe(
        `Name of a Secret of the same namespace that carries the label ${CREDENTIALS_LABEL}: "true". It is mounted into the gate alone. Default: it is another source.`,
      ),
    key: secretKeySchema('token').optional().describe('The key of that Secret. Required beside secretName.'),
    file: osStringSchema(4096)
      .min(1)
      .optional()
      .describe(
        'Of a gate outside of a cluster: a file with the key, which nobody but its owner may read (mode 0600). At most 4096 characters. Default: it is another source.',
      ),
    command: z
      .array(osStringSchema(4096))
      .min(1)
      .max(64)
      .optional()
      .describe(
        'Of a gate outside of a cluster: a program that prints the key, and its arguments; no shell reads them. At most 64 entries. Default: it is another source.',
      ),
    clientCredentials: clientCredentialsSchema
      .optional()
      .describe(
        'That the gate fetches a token as a client of an authorization server (RFC 6749 §4.4). Default: it is another source.',
      ),
    tokenExchange: tokenExchangeSchema
      .optional()
      .describe(
        'That the gate has the JSON Web Token of the caller exchanged for one that the server takes (RFC 8693). Default: it is another source.',
      ),
  })
  .superRefine(({ secretName, key, ...others }, ctx) => {
    const named = [secretName, ...Object.values(others)].filter((one) => one !== undefined);
    if (named.length !== 1) ctx.addIssue({ code: 'custom', message: ONE_SOURCE });
    if ((secretName === undefined) !== (key === undefined))
      ctx.addIssue({ code: 'custom', path: [key === undefined ? 'secretName' : 'key'], message: KEY_OF_SECRET });
  })
  .meta(
    cel(
      {
        rule: '[has(self.secretName), has(self.file), has(self.command), has(self.clientCredentials), has(self.tokenExchange)].filter(there, there).size() == 1',
        message: ONE_SOURCE,
      },
      { rule: 'has(self.secretName) == has(self.key)', message: `key ${KEY_OF_SECRET}` },
    ),
  );

const credentialSchema = z
  .strictObject({
    name: nameSchema('api-key').describe('What the key is called in records and messages. Required.'),
    header: z
      .string()
      .max(64)
      .regex(HEADER, NOT_A_HEADER)
      .refine((name) => !OWN_HEADERS.includes(name.toLowerCase()), OWN_HEADER)
      .meta(
        cel({
          rule: `!(self.lowerAscii() in [${OWN_HEADERS.map((name) => `'${name}'`).join(', ')}])`,
          message: OWN_HEADER,
        }),
      )
      .optional()
      .describe(
        'Header that the key is sent in, such as Authorization. One of that name from a client never reaches the server. At most 64 characters. Default: it goes elsewhere.',
      ),
    prefix: z
      .string()
      .max(64)
      .regex(PREFIX, 'has a character that no header can carry, or begins with a blank; write for example "Bearer "')
      .optional()
      .describe(
        'What stands before the key in the header, such as "Bearer ". At most 64 characters. Default: nothing.',
      ),
    query: z
      .string()
      .min(1)
      .max(64)
      .regex(
        QUERY,
        'is not the name of a query parameter: letters, digits, "-", ".", "_" and "~"; write for example key',
      )
      .optional()
      .describe(
        'Query parameter that the key is sent in. Servers write URLs into their logs, so prefer a header. At most 64 characters. Default: it goes elsewhere.',
      ),
    env: z
      .string()
      .max(MAX_VARIABLE)
      .regex(VARIABLE, NOT_A_VARIABLE)
      .optional()
      .describe('Beside stdio: environment variable that the program is started with. Default: it goes elsewhere.'),
    from: sourceSchema.describe('Where the key comes from. Required.'),
    principals: principalsSchema
      .optional()
      .describe(
        'Whose calls it is for. Of the entries for one header or parameter the first that fits a caller counts. Default: everyone.',
      ),
  })
  .superRefine((credential, ctx) => {
    const { header, query, env, prefix, from, principals } = credential;
    if ([header, query, env].filter((one) => one !== undefined).length !== 1)
      ctx.addIssue({ code: 'custom', message: ONE_PLACE });
    if (prefix !== undefined && header === undefined)
      ctx.addIssue({ code: 'custom', path: ['prefix'], message: PREFIX_ELSEWHERE });
    if (env !== undefined && principals !== undefined)
      ctx.addIssue({ code: 'custom', path: ['principals'], message: ENV_FOR_SOME });
    for (const kind of ['clientCredentials', 'tokenExchange'] as const) {
      if (env !== undefined && from[kind] !== undefined)
        ctx.addIssue({ code: 'custom', path: ['from', kind], message: FETCHED_ENV });
    }
  })
  .meta(
    cel(
      {
        rule: '[has(self.header), has(self.query), has(self.env)].filter(there, there).size() == 1',
        message: ONE_PLACE,
      },
      { rule: '!has(self.prefix) || has(self.header)', message: `prefix ${PREFIX_ELSEWHERE}` },
      { rule: '!has(self.env) || !has(self.principals)', message: `principals ${ENV_FOR_SOME}` },
      {
        rule: '!has(self.env) || !has(self.from.clientCredentials) && !has(self.from.tokenExchange)',
        message: `from ${FETCHED_ENV}`,
      },
    ),
  );

export const upstreamSchema = z.strictObject({
  credentials: z
    .array(credentialSchema)
    .min(1)
    .max(MAX_CREDENTIALS)
    .superRefine(checkOrder)
    .meta(cel({ rule: 'self.all(one, self.exists_one(other, other.name == one.name))', message: `a name ${TWICE}` }))
    .optional()
    .describe(`Keys that the gate shows to the server, and no client sees. At most ${MAX_CREDENTIALS}. Default: none.`),
  clientCertificate: clientCertificateSchema
    .optional()
    .describe(
      'Of a gate outside of a cluster, beside remote with an https URL: the certificate with which it says to the server who it is. Default: none.',
    ),
  unmatched: z
    .enum(UNMATCHED)
    .default('Refuse')
    .describe(
      'What becomes of a call for whose caller there is no entry for one of the headers or parameters. Refuse: it is not sent. Send: it is sent without. Default: Refuse.',
    ),
  onEcho: z
    .enum(ON_ECHO)
    .default('Redact')
    .describe(
      'What becomes of an answer of the server that has one of the keys in it, as it is, in base64, in hexadecimal digits, percent-encoded or escaped. Redact: asterisks take its place. Deny: the answer is not delivered. Either is recorded. Default: Redact.',
    ),
});

/** Places are told apart as a server would: names of headers have no case (RFC 9110 §5.1). */
function placeOf({ header, query, env }: z.infer<typeof credentialSchema>): string {
  return header !== undefined
    ? `header ${header.toLowerCase()}`
    : query !== undefined
      ? `query ${query}`
      : `env ${env}`;
}

/** In `env` nobody calls yet, so that two entries of one variable are never told apart either. */
function checkOrder(credentials: readonly z.infer<typeof credentialSchema>[], ctx: z.RefinementCtx): void {
  const names = new Set<string>();
  const forEveryone = new Map<string, string>();
  credentials.forEach((credential, i) => {
    const { name, principals } = credential;
    if (names.has(name)) ctx.addIssue({ code: 'custom', path: [i, 'name'], message: TWICE });
    names.add(name);
    const place = placeOf(credential);
    const before = forEveryone.get(place);
    if (before !== undefined) {
      const message = `is never sent: ${before} stands before it, for the same place and for everyone; put it before that one, or remove one of the two`;
      ctx.addIssue({ code: 'custom', path: [i], message });
    } else if (principals === undefined) forEveryone.set(place, name);
  });
}

const NO_PROGRAM = 'is for a program that the gate starts, and this server is none; write header or query';
const NO_REQUEST = 'is for a server that is spoken to over HTTP, and this one is a program; write env';
const NOT_IN_PODS = 'is of a gate outside of a cluster, and this one is in pods; write secretName and key';
const TWO_WRITERS =
  'is what the server gets from its clients where access.authorization is Server; write another header, or Gate there';

const NOT_OF_A_POD =
  'is of a pod, and this gate is outside of a cluster; write clientSecret or privateKey, or the Secret of a token';
const NOTHING_TO_EXCHANGE =
  'is about the JSON Web Tokens of callers, and none is taken here; add access.jwt or access.serviceAccounts, or write clientCredentials';

interface Beside {
  readonly upstream: unknown;
  readonly takesJwts: boolean;
  readonly isProgram: boolean;
  readonly isInPods: boolean;
  readonly serverAsks: boolean;
}

/** What goes with this kind of server; each with its place below `upstream`. Of what is no such field the schema says it. */
export function complaintsBeside({ upstream, takesJwts, isProgram, isInPods, serverAsks }: Beside): {
  readonly path: readonly (string | number)[];
  readonly message: string;
}[] {
  const parsed = z.object({ credentials: z.array(z.record(z.string(), z.unknown())) }).safeParse(upstream);
  return (parsed.data?.credentials ?? []).flatMap(({ env, header, query, from }, i) => {
    const found: { path: (string | number)[]; message: string }[] = [];
    if (env !== undefined && !isProgram) found.push({ path: ['credentials', i, 'env'], message: NO_PROGRAM });
    for (const [field, value] of Object.entries({ header, query })) {
      if (value !== undefined && isProgram) found.push({ path: ['credentials', i, field], message: NO_REQUEST });
    }
    if (serverAsks && typeof header === 'string' && header.toLowerCase() === 'authorization')
      found.push({ path: ['credentials', i, 'header'], message: TWO_WRITERS });
    for (const field of ['file', 'command']) {
      if (isInPods && typeof from === 'object' && from !== null && field in from)
        found.push({ path: ['credentials', i, 'from', field], message: NOT_IN_PODS });
    }
    for (const { path } of isInPods ? [] : podAudiencesIn(from))
      found.push({ path: ['credentials', i, 'from', ...path], message: NOT_OF_A_POD });
    if (!takesJwts && typeof from === 'object' && from !== null && 'tokenExchange' in from)
      found.push({ path: ['credentials', i, 'from', 'tokenExchange'], message: NOTHING_TO_EXCHANGE });
    return found;
  });
}

const ALL = 'self.upstream.credentials.all(one,';
const UNLESS = '!has(self.upstream) || !has(self.upstream.credentials) ||';

const NO_ASSERTION = (kind: string): string => `(!has(one.from.${kind}) || !has(one.from.${kind}.clientAssertion))`;
const NO_POD_TOKEN = `${NO_ASSERTION('clientCredentials')} && ${NO_ASSERTION('tokenExchange')} && (!has(one.from.tokenExchange) || !has(one.from.tokenExchange.actorToken) || !has(one.from.tokenExchange.actorToken.serviceAccountAudience))`;
const JWTS = '(has(self.access.jwt) || has(self.access.serviceAccounts))';

/** The same for the API server, on the spec. */
export const UPSTREAM_RULES = [
  { rule: `${UNLESS} has(self.stdio) || ${ALL} !has(one.env))`, message: `upstream.credentials.env ${NO_PROGRAM}` },
  { rule: `${UNLESS} !has(self.stdio) || ${ALL} has(one.env))`, message: `upstream.credentials.header ${NO_REQUEST}` },
  {
    rule: `${UNLESS} !(has(self.workload) || has(self.run)) || ${ALL} !has(one.from.file) && !has(one.from.command))`,
    message: `upstream.credentials.from.file ${NOT_IN_PODS}`,
  },
  {
    rule: `${UNLESS} has(self.workload) || has(self.run) || ${ALL} ${NO_POD_TOKEN})`,
    message: `upstream.credentials.from ${NOT_OF_A_POD}`,
  },
  {
    rule: `${UNLESS} has(self.access) && ${JWTS} || ${ALL} !has(one.from.tokenExchange))`,
    message: `upstream.credentials.from.tokenExchange ${NOTHING_TO_EXCHANGE}`,
  },
  {
    rule: `${UNLESS} !has(self.access) || self.access.authorization != 'Server' || ${ALL} !has(one.header) || one.header.lowerAscii() != 'authorization')`,
    message: `upstream.credentials.header ${TWO_WRITERS}`,
  },
];
