/** Client certificates that a gate takes: by whose word, and which of the names in them is the caller. */
import * as z from 'zod';
import { CERTIFICATE_MODES } from './access-names.ts';
import { lineSchema, nameSchema } from './common.ts';
import { authorityOf, readFacts, type CertificateFacts } from '../x509/certificate.ts';
import { NAME_KINDS } from '../x509/certificate-name.ts';
import { type Crl, readCrl } from '../x509/crl.ts';
import { DerError } from '../x509/der.ts';
import { PemError, readPem } from '../x509/pem.ts';
import { TRUST_DOMAIN } from '../x509/spiffe-id.ts';
import { cel, listBy } from './kubernetes.ts';

const MAX_TRUST = 8;
export const MAX_CA = 65_536;
const MAX_CRL = 131_072;
export const MAX_AUTHORITIES = 32;

const NOT_A_CA =
  'is not the certificate of an authority in PEM; write what begins with -----BEGIN CERTIFICATE-----, as the ca.crt of cert-manager or the bundle of SPIRE has it';
const NOT_AN_AUTHORITY =
  'has the certificate of somebody who may not issue certificates (CA:FALSE); list the certificate of the authority that has issued it';
const TOO_MANY = `has more than ${MAX_AUTHORITIES} certificates, and each of them may let callers in; list those of your own authorities`;
const NOT_A_CRL =
  'is not a list of certificates that were taken back, in PEM; write what begins with -----BEGIN X509 CRL-----, complete, of one issuer, and with the time of the next one';
const WRONG_CRL = 'was not signed by the authority of its name in `ca`; get it from the authority itself';
const NOT_A_TRUST_DOMAIN =
  'is not a trust domain of SPIFFE: lower-case letters, digits, ".", "-" and "_"; write for example example.org';
const NO_TRUST_DOMAIN =
  'is missing, and without it this authority could speak for all of SPIFFE; write for example `trustDomain: example.org`';
const UNREAD_TRUST_DOMAIN = 'is read with `names: Spiffe` alone; remove it, or write that';
const IN_TWO =
  'has an authority that another entry has, too, so nobody could say which of the two vouches; make one entry of both';

export const nameRuleFields = {
  names: z
    .enum(NAME_KINDS)
    .describe(
      'Which of the alternative names of the certificate is the caller; there has to be exactly one of the kind, and the common name is never read. Spiffe: a SPIFFE ID of the trust domain. Uri: any URI. Dns: a DNS name. Required.',
    ),
  trustDomain: z
    .string()
    .max(255)
    .regex(TRUST_DOMAIN, NOT_A_TRUST_DOMAIN)
    .optional()
    .describe(
      'The trust domain whose SPIFFE IDs count, such as example.org; any other one is refused. At most 255 characters. Default: none; required with `names: Spiffe`.',
    ),
};

export const NAME_RULES = [
  { rule: "self.names != 'Spiffe' || has(self.trustDomain)", message: `trustDomain ${NO_TRUST_DOMAIN}` },
  { rule: "self.names == 'Spiffe' || !has(self.trustDomain)", message: `trustDomain ${UNREAD_TRUST_DOMAIN}` },
];

interface NameFields {
  readonly names: (typeof NAME_KINDS)[number];
  readonly trustDomain?: string | undefined;
}

export function checkNames({ names, trustDomain }: NameFields, ctx: z.RefinementCtx): void {
  const complain = (message: string): void => ctx.addIssue({ code: 'custom', path: ['trustDomain'], message });
  if (names === 'Spiffe' && trustDomain === undefined) complain(NO_TRUST_DOMAIN);
  if (names !== 'Spiffe' && trustDomain !== undefined) complain(UNREAD_TRUST_DOMAIN);
}

/** The authorities in a text of PEM, or what is wrong with it. */
function authoritiesIn(text: string): readonly CertificateFacts[] | string {
  const all = attempt(() => readPem(text, 'CERTIFICATE').map(readFacts));
  if (all === undefined || all.length === 0) return NOT_A_CA;
  if (all.length > MAX_AUTHORITIES) return TOO_MANY;
  return all.every(({ isAuthority }) => isAuthority) ? all : NOT_AN_AUTHORITY;
}

function crlsIn(text: string): readonly Crl[] | undefined {
  const all = attempt(() => readPem(text, 'X509 CRL').map(readCrl));
  return all?.length === 0 ? undefined : all;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof PemError || error instanceof DerError) return undefined;
    throw error;
  }
}

export function checkAuthorities(text: string, ctx: z.RefinementCtx): void {
  const said = authoritiesIn(text);
  // Somebody may paste a key, too, which must not be printed.
  if (typeof said === 'string') ctx.addIssue({ code: 'custom', message: said, params: { private: true } });
}

function checkCrls(text: string, ctx: z.RefinementCtx): void {
  if (crlsIn(text) === undefined) ctx.addIssue({ code: 'custom', message: NOT_A_CRL, params: { private: true } });
}

/** What can be known before anybody comes: the list of an authority between these and the callers is checked with its certificate. */
function checkSigned(
  { ca, crl }: { readonly ca: string; readonly crl?: string | undefined },
  ctx: z.RefinementCtx,
): void {
  const [authorities, lists] = [authoritiesIn(ca), crl === undefined ? [] : crlsIn(crl)];
  if (typeof authorities === 'string' || lists === undefined) return;
  const isWrong = lists.some((list) => {
    const own = authorities.filter(({ subjectName }) => subjectName === list.issuerName);
    return own.length > 0 && !own.some(({ publicKey }) => list.isSignedBy(publicKey));
  });
  if (isWrong) ctx.addIssue({ code: 'custom', path: ['crl'], message: WRONG_CRL, params: { private: true } });
}

const trustSchema = z
  .strictObject({
    name: nameSchema('mesh').describe(
      'Name of the entry: in the audit log and in rules it is the issuer of the callers it vouches for. Required.',
    ),
    ca: z
      .string()
      .max(MAX_CA)
      .superRefine(checkAuthorities)
      .describe(
        `Certificates of the authorities, in PEM: callers whose certificate leads to one of them are known. They are public. 1 to ${MAX_AUTHORITIES} certificates, at most ${MAX_CA} characters. Required.`,
      ),
    ...nameRuleFields,
    groups: z
      .array(lineSchema(253, 'mesh'))
      .max(32)
      .optional()
      .describe('Groups of every caller that this entry vouches for. At most 32. Default: none.'),
    crl: z
      .string()
      .max(MAX_CRL)
      .superRefine(checkCrls)
      .optional()
      .describe(
        `Lists of certificates that were taken back (RFC 5280), in PEM. With them a certificate counts only while the list of its issuer is there and in time. At most ${MAX_CRL} characters. Default: none is looked for.`,
      ),
  })
  .superRefine(checkNames)
  .superRefine(checkSigned)
  .meta(cel(...NAME_RULES));

export const certificatesSchema = z.strictObject({
  mode: z
    .enum(CERTIFICATE_MODES)
    .default('Optional')
    .describe(
      'Optional: callers may show a certificate, or something else. Required: whoever shows none, or one that does not count, is refused, whatever else is shown. Default: Optional.',
    ),
  trust: z
    .array(trustSchema)
    .min(1)
    .max(MAX_TRUST)
    .superRefine((entries, ctx) => {
      const names = new Set<string>();
      const seen = new Set<string>();
      entries.forEach(({ name, ca }, i) => {
        if (names.has(name)) {
          const message = 'stands here twice, and rules tell entries apart by it; rename one of the two';
          ctx.addIssue({ code: 'custom', path: [i, 'name'], message });
        }
        names.add(name);
        const said = authoritiesIn(ca);
        const own = new Set(typeof said === 'string' ? [] : said.map(authorityOf));
        if ([...own].some((authority) => seen.has(authority)))
          ctx.addIssue({ code: 'custom', path: [i, 'ca'], message: IN_TWO, params: { private: true } });
        for (const authority of own) seen.add(authority);
      });
    })
    .meta(listBy('name'))
    .describe(`By whose word certificates count. Required, 1 to ${MAX_TRUST} entries.`),
});
