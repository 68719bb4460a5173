/** Where the gates of a server keep what they remember over time together: a Valkey, or what speaks its protocol (RESP3, such as Redis). */
import * as z from 'zod';
import { MAX_AUTHORITIES, MAX_CA, checkAuthorities } from './access-certificates.ts';
import { integerSchema, osStringSchema, secretKeySchema, secretNameSchema } from './common.ts';
import { cel } from './kubernetes.ts';
import { ON_STORE_FAILURE } from './state-names.ts';
import { trustedUrlPattern } from './trusted-url.ts';
import { CREDENTIALS_LABEL } from './upstream-names.ts';

const STORE_URL = trustedUrlPattern('(rediss|valkeys)', '(redis|valkey)', '/?');
const NOT_A_STORE =
  'is not the URL of a store that limits can be trusted to: rediss or valkeys, or redis or valkey for loopback and names of the cluster, the host in lower case, without user, password, database or query; write for example rediss://valkey.data.svc:6379';
const ONE_SOURCE = 'names no source, or several; write secretName and key, or file';
const USER_ALONE = 'goes with a password; add passwordFrom, or remove it';
const CA_WITHOUT_TLS = 'is for a store that is spoken to over TLS; write a URL with rediss or valkeys, or remove it';

const passwordSchema = z
  .strictObject({
    secretName: secretNameSchema
      .optional()
      .describe(
        `Name of a Secret of the same namespace that carries the label ${CREDENTIALS_LABEL}: "true". It is mounted into the gate alone. Default: it is a file.`,
      ),
    key: secretKeySchema('password').optional().describe('The key of that Secret. Required beside secretName.'),
    file: osStringSchema(4096)
      .min(1)
      .optional()
      .describe(
        'Of a gate outside of a cluster: a file with the password, which nobody but its owner may read (mode 0600). At most 4096 characters. Default: it lies in a Secret.',
      ),
  })
  .superRefine(({ secretName, key, file }, ctx) => {
    if ((secretName === undefined) === (file === undefined) || (secretName === undefined) !== (key === undefined))
      ctx.addIssue({ code: 'custom', message: ONE_SOURCE });
  })
  .meta(
    cel({
      rule: 'has(self.secretName) != has(self.file) && has(self.secretName) == has(self.key)',
      message: ONE_SOURCE,
    }),
  );

const valkeySchema = z
  .strictObject({
    url: z
      .string()
      .max(512)
      .superRefine((url, ctx) => {
        if (STORE_URL.test(url) && URL.canParse(url)) return;
        ctx.addIssue({ code: 'custom', message: NOT_A_STORE, params: { private: /[@?]/.test(url) } });
      })
      .meta(cel({ rule: `self.matches(r'${STORE_URL.source}')`, message: NOT_A_STORE }))
      .describe(
        'Where it is: rediss:// or valkeys:// over TLS, redis:// or valkey:// without, which only loopback and names of the cluster may have. Default port: 6379. Required, at most 512 characters.',
      ),
    database: integerSchema(0, 9999, 3).default(0).describe('Number of the database in it. Default: 0.'),
    username: z
      .string()
      .max(256)
      .regex(/^[!-~]+$/, 'has a blank or a character that is no ASCII; write for example sallyport')
      .optional()
      .describe('User of its access list (ACL). At most 256 characters. Default: the default user.'),
    passwordFrom: passwordSchema
      .optional()
      .describe('Where the password is. It is read again whenever a connection is made. Default: none is sent.'),
    ca: z
      .string()
      .max(MAX_CA)
      .superRefine(checkAuthorities)
      .optional()
      .describe(
        `Certificates of the authorities that its certificate is checked by, in PEM; those that Node knows count no more then. 1 to ${MAX_AUTHORITIES} certificates, at most ${MAX_CA} characters. Default: those that Node knows.`,
      ),
    onFailure: z
      .enum(ON_STORE_FAILURE)
      .default('Local')
      .describe(
        'What becomes of a call that a rule counts while the store is away, slow or answers nonsense. Local: each gate counts for itself, with its part of every limit: as many as there are replicas. Deny: it is refused. Default: Local.',
      ),
  })
  .superRefine(({ url, username, passwordFrom, ca }, ctx) => {
    if (username !== undefined && passwordFrom === undefined)
      ctx.addIssue({ code: 'custom', path: ['username'], message: USER_ALONE });
    if (ca !== undefined && !isOverTls(url)) ctx.addIssue({ code: 'custom', path: ['ca'], message: CA_WITHOUT_TLS });
  })
  .meta(
    cel(
      { rule: '!has(self.username) || has(self.passwordFrom)', message: `username ${USER_ALONE}` },
      {
        rule: "!has(self.ca) || self.url.startsWith('rediss:') || self.url.startsWith('valkeys:')",
        message: `ca ${CA_WITHOUT_TLS}`,
      },
    ),
  );

export const stateSchema = z.strictObject({
  valkey: valkeySchema
    .optional()
    .describe(
      'A Valkey in which all gates of the server count together what rules remember over time. Default: each gate counts for itself.',
    ),
});

/** Of a URL as `STORE_URL` has it. */
function isOverTls(url: string): boolean {
  return url.startsWith('rediss:') || url.startsWith('valkeys:');
}

const NOT_IN_PODS = 'is of a gate outside of a cluster, and this one is in pods; write secretName and key';

/** At each write of the API server, on the spec. */
export const STATE_RULE = {
  rule: '!has(self.state) || !has(self.state.valkey) || !has(self.state.valkey.passwordFrom) || !has(self.state.valkey.passwordFrom.file) || !(has(self.workload) || has(self.run))',
  message: `state.valkey.passwordFrom.file ${NOT_IN_PODS}`,
};

const unchecked = z.object({
  state: z.object({ valkey: z.object({ passwordFrom: z.object({ file: z.unknown() }).partial() }) }),
});

/** The same of a spec that is not checked yet. */
export function checkState(spec: unknown, ctx: z.RefinementCtx): void {
  const file = unchecked.safeParse(spec).data?.state.valkey.passwordFrom.file;
  if (file === undefined || typeof spec !== 'object' || spec === null || !('workload' in spec || 'run' in spec)) return;
  ctx.addIssue({ code: 'custom', path: ['state', 'valkey', 'passwordFrom', 'file'], message: NOT_IN_PODS });
}
