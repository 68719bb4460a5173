/** Whose client certificates a gate takes, as a bundle says it. */
import * as z from 'zod';
import { CERTIFICATE_MODES } from '../../api/access-names.ts';
import type { MCPServer } from '../../api/mcp-server.ts';
import { NAME_KINDS } from '../../x509/certificate-name.ts';
import { readPem } from '../../x509/pem.ts';
import { strings } from '../rules/field.ts';

export const nameRuleSchema = z.strictObject({ names: z.enum(NAME_KINDS), trustDomain: z.string().exactOptional() });

const trustSchema = z.strictObject({
  name: z.string(),
  /** DER of each authority, in base64: notes between them change nothing. */
  ca: strings,
  named: nameRuleSchema,
  groups: strings,
  /** Likewise, the lists of what was taken back; empty: none is looked for. */
  crls: strings,
});

export const certificatesSchema = z.strictObject({
  mode: z.enum(CERTIFICATE_MODES),
  trust: z.array(trustSchema).readonly(),
});

export type BundleCertificates = Readonly<z.infer<typeof certificatesSchema>>;
export type BundleTrust = BundleCertificates['trust'][number];
export type BundleNameRule = Readonly<z.infer<typeof nameRuleSchema>>;

/** Sorted by name. */
export function compileCertificates(access: MCPServer['spec']['access']): {
  readonly certificates?: BundleCertificates;
} {
  if (access?.certificates === undefined) return {};
  const { mode, trust } = access.certificates;
  const entries = trust.map(({ name, ca, groups = [], crl, ...named }) => ({
    name,
    ca: base64In(ca, 'CERTIFICATE'),
    named: nameRuleOf(named),
    groups: groups.toSorted(),
    crls: crl === undefined ? [] : base64In(crl, 'X509 CRL'),
  }));
  return { certificates: { mode, trust: entries.sort((a, b) => (a.name < b.name ? -1 : 1)) } };
}

export function nameRuleOf({
  names,
  trustDomain,
}: {
  readonly names: BundleNameRule['names'];
  readonly trustDomain?: string | undefined;
}): BundleNameRule {
  return trustDomain === undefined ? { names } : { names, trustDomain };
}

function base64In(text: string, label: string): string[] {
  return readPem(text, label)
    .map((der) => der.toString('base64'))
    .sort();
}
