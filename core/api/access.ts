/** Who may come to the gate of a server, and how they show who they are. */
import * as z from 'zod';
import { certificatesSchema } from './access-certificates.ts';
import { jwtSchema } from './access-jwt.ts';
import {
  AUTHORIZATIONS,
  DEFAULT_ORDER,
  HOST,
  MAX_HOST,
  MAX_ISSUERS,
  MAX_ORIGIN,
  ORIGIN,
  WAYS_IN,
} from './access-names.ts';
import { checkOrder, ORDER_RULES, orderSchema } from './access-order.ts';
import { tlsSchema } from './access-tls.ts';
import { serviceAccountsSchema } from './access-service-accounts.ts';
import { secretNameSchema } from './common.ts';
import { cel } from './kubernetes.ts';
import { trustedProxiesSchema } from './trusted-proxies.ts';

const tokensSchema = z.strictObject({
  secretName: secretNameSchema.describe(
    'Name of a Secret of the same namespace with one key for each client, holding the SHA-256 digests of its bearer tokens. Required.',
  ),
});

const revocationsSchema = z.strictObject({
  secretName: secretNameSchema.describe(
    'Name of a Secret of the same namespace with one key for each entry, which says by jti, subject, name or issuedBefore what tokens are taken back. Required.',
  ),
});

/** Whose word the identity of a caller is. */
export type Authorization = (typeof AUTHORIZATIONS)[number];

/** Plain HTTP where nobody can listen in between: the machine itself, and the names of a cluster. */
const PUBLIC_URL =
  /^(https:[/][/]([a-z0-9]([-a-z0-9.]*[a-z0-9])?|\[[0-9a-f:.]+\])|http:[/][/](127[.][0-9.]+|\[::1\]|[a-z0-9]([-a-z0-9]*[a-z0-9])?([.]localhost|[.][a-z0-9][-a-z0-9]*[.]svc([.][-a-z0-9.]*[a-z0-9])?)?))(:[0-9]{1,5})?([/][-A-Za-z0-9._~/]*)?$/;
const NOT_PUBLIC =
  'is not the URL of an endpoint: https, or http for loopback and names of the cluster, the host in lower case, then a plain path without query or fragment; write for example https://mcp.example.com/mcp';

const TOKENS_UNREAD = 'is not read where the server checks tokens itself; remove it, or `authorization: Server`';
const ANONYMOUS_UNREAD = 'says nothing where the server checks tokens itself; remove it, or `authorization: Server`';

/** Of the ways to show who one is. */
const UNREAD = [...Object.values(WAYS_IN), 'revocations'] as const;

/** Whose tokens can be taken back: those that are good by a signature alone. */
const REVOCABLE = ['jwt', 'serviceAccounts'] as const;
const NOTHING_TO_REVOKE = `is about tokens that issuers have signed, and none are taken; add ${REVOCABLE.join(' or ')}, or remove it. A client token is revoked by its own Secret`;

export const accessFields = z.strictObject({
  authorization: z
    .enum(AUTHORIZATIONS)
    .default('Gate')
    .describe(
      "Who asks callers for a token. Gate: the gate does, and no Authorization header reaches the server. Server: the server does its own OAuth; its metadata and challenges pass under the gate's public URL, the Authorization header is forwarded, and rules see every caller as anonymous. Default: Gate.",
    ),
  url: z
    .string()
    .max(2048)
    .superRefine((url, ctx) => {
      // `canParse`: numbers out of range, which the API server takes; such a URL then names no host to serve.
      if (PUBLIC_URL.test(url) && URL.canParse(url)) return;
      ctx.addIssue({ code: 'custom', message: NOT_PUBLIC, params: { private: /[@?]/.test(url) } });
    })
    .meta(cel({ rule: `self.matches(r'${PUBLIC_URL.source}')`, message: NOT_PUBLIC }))
    .optional()
    .describe(
      'URL at which clients reach the MCP endpoint, such as https://mcp.example.com/mcp; its host is served. At most 2048 characters. Default: http, or https with tls, the Host header of the request and /mcp.',
    ),
  anonymous: z
    .boolean()
    .default(false)
    .describe('Whether callers without a token are let in, under the name anonymous. Default: false.'),
  tokens: tokensSchema
    .optional()
    .describe('Where the digests of accepted bearer tokens are. Default: no token is accepted.'),
  jwt: jwtSchema
    .optional()
    .describe(
      `Issuers of JSON Web Tokens that are taken as bearer tokens (RFC 9068), such as an identity provider. At most ${MAX_ISSUERS}. Default: none.`,
    ),
  revocations: revocationsSchema
    .optional()
    .describe('Which tokens of issuers are taken back before they expire. Default: none.'),
  certificates: certificatesSchema
    .optional()
    .describe('Client certificates (mutual TLS) that show who a caller is. Default: no client is asked for one.'),
  trustedProxies: trustedProxiesSchema.optional(),
  tls: tlsSchema
    .optional()
    .describe(
      'That clients come by TLS alone, and whose certificate they are shown; plain HTTP is refused then. Default: plain HTTP, for whoever ends TLS in front of the gate.',
    ),
  serviceAccounts: serviceAccountsSchema
    .optional()
    .describe(
      'Lets in ServiceAccounts of the cluster, by tokens that pods mount; beside workload or run only. `{}` is enough. Default: none is let in.',
    ),
  order: orderSchema
    .optional()
    .describe(
      `Which way to show who one is is asked first, and which next: the first that knows the caller says who it is. Ways that are not listed come behind, in the order of the default. A bearer token that nobody knows is refused, whatever else the caller shows; callers of whom nothing is known come last. At most ${DEFAULT_ORDER.length}. Default: ${DEFAULT_ORDER.join(', ')}.`,
    ),
  hosts: z
    .array(
      z
        .string()
        .max(MAX_HOST)
        .regex(HOST, 'is not a host name: lower case, without scheme or port; write for example mcp.example.com'),
    )
    .max(64)
    .optional()
    .describe(
      'Host names served besides loopback names and the address listened on, in lower case and without port; any other Host header is refused. At most 64. Default: none.',
    ),
  origins: z
    .array(
      z
        .string()
        .max(MAX_ORIGIN)
        .regex(
          ORIGIN,
          'is not an origin: scheme, host and port in lower case, without a path; write for example https://app.example.com',
        ),
    )
    .max(64)
    .optional()
    .describe(
      'Browser origins that may call, such as https://app.example.com; calls with any other Origin header are refused. The gate has checked it then, so the header does not reach the server. At most 64. Default: none.',
    ),
});

const NO_HANDSHAKE =
  'has nobody to show a certificate without `tls`: it is a part of the handshake; add `tls`, or remove it';
const NO_ENTRY = 'names an entry of `certificates.trust` that is not there; add it, or write the name of one that is';
/** Halts, grants and counts know a caller by its issuer and its name: one issuer must not be two. */
const ONE_ISSUER =
  'is the name of an entry of `certificates.trust`, too, so that callers of the two would be the same to rules, grants and halts; rename one of the two';

const PLAIN_URL = 'is http, and tls has clients come by https; write the URL with https, or remove tls';

export const accessSchema = accessFields
  .superRefine(checkWhoAsks, { when: () => true })
  .superRefine(checkRevocations, { when: () => true })
  .superRefine(checkScheme)
  .superRefine(checkCertificates)
  .meta(
    cel(
      { rule: "!has(self.tls) || !has(self.url) || self.url.startsWith('https:')", message: `url ${PLAIN_URL}` },
      ...UNREAD.map((field) => ({
        rule: `self.authorization != 'Server' || !has(self.${field})`,
        message: `${field} ${TOKENS_UNREAD}`,
      })),
      ...ORDER_RULES,
      { rule: '!has(self.certificates) || has(self.tls)', message: `certificates ${NO_HANDSHAKE}` },
      {
        rule: '!has(self.trustedProxies) || self.trustedProxies.all(proxy, !has(proxy.certificate) || has(self.certificates) && self.certificates.trust.exists(entry, entry.name == proxy.certificate.trust))',
        message: `a trusted proxy ${NO_ENTRY}`,
      },
      {
        rule: '!has(self.trustedProxies) || !has(self.certificates) || self.trustedProxies.all(proxy, !self.certificates.trust.exists(entry, entry.name == proxy.name))',
        message: `the name of a trusted proxy ${ONE_ISSUER}`,
      },
      { rule: "self.authorization != 'Server' || !self.anonymous", message: `anonymous ${ANONYMOUS_UNREAD}` },
      {
        rule: `!has(self.revocations) || ${REVOCABLE.map((field) => `has(self.${field})`).join(' || ')}`,
        message: `revocations ${NOTHING_TO_REVOKE}`,
      },
    ),
  );

function checkScheme({ url, tls }: z.infer<typeof accessFields>, ctx: z.RefinementCtx): void {
  if (tls === undefined || url === undefined || url.startsWith('https:')) return;
  ctx.addIssue({ code: 'custom', path: ['url'], message: PLAIN_URL });
}

function checkCertificates(access: z.infer<typeof accessFields>, ctx: z.RefinementCtx): void {
  const { certificates, tls, trustedProxies = [] } = access;
  if (certificates !== undefined && tls === undefined)
    ctx.addIssue({ code: 'custom', path: ['certificates'], message: NO_HANDSHAKE });
  const names = new Set(certificates?.trust.map(({ name }) => name));
  trustedProxies.forEach(({ name, certificate }, i) => {
    if (names.has(name)) ctx.addIssue({ code: 'custom', path: ['trustedProxies', i, 'name'], message: ONE_ISSUER });
    if (certificate === undefined || names.has(certificate.trust)) return;
    ctx.addIssue({ code: 'custom', path: ['trustedProxies', i, 'certificate', 'trust'], message: NO_ENTRY });
  });
}

/** What only the gate reads, where the gate asks nobody: somebody believes it to keep callers out. */
function checkWhoAsks(access: unknown, ctx: z.RefinementCtx): void {
  if (typeof access !== 'object' || access === null) return;
  checkOrder(access as Readonly<Record<string, unknown>>, ctx);
  if (!('authorization' in access) || access.authorization !== 'Server') return;
  for (const field of UNREAD.filter((name) => name in access)) {
    ctx.addIssue({ code: 'custom', path: [field], message: TOKENS_UNREAD });
  }
  if ('anonymous' in access && access.anonymous === true) {
    ctx.addIssue({ code: 'custom', path: ['anonymous'], message: ANONYMOUS_UNREAD });
  }
}

function checkRevocations(access: unknown, ctx: z.RefinementCtx): void {
  if (typeof access !== 'object' || access === null || !('revocations' in access)) return;
  if (!REVOCABLE.some((field) => field in access))
    ctx.addIssue({ code: 'custom', path: ['revocations'], message: NOTHING_TO_REVOKE });
}
