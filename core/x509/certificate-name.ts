/** Who a certificate is about: one of its alternative names, and never the common name, which any authority may fill as it likes. */
import type { CertificateFacts } from './certificate.ts';
import { parseSpiffeId } from './spiffe-id.ts';

/** Which of the names counts. */
export const NAME_KINDS = ['Spiffe', 'Uri', 'Dns'] as const;
export type NameKind = (typeof NAME_KINDS)[number];

export interface NameRule {
  readonly names: NameKind;
  /** With `Spiffe`: the only one that this authority may speak for. */
  readonly trustDomain?: string | undefined;
}

/** Of a certificate. */
export type NamedFacts = Pick<CertificateFacts, 'dnsNames' | 'uris' | 'isAuthority' | 'keyUsage'>;

export type Named = { readonly name: string } | { readonly why: string };

/** What names of principals may have: see core/api/proven-name.ts. */
const MAX_NAME = 253;
const DNS = /^[a-z0-9_]([-a-z0-9_.]*[a-z0-9_])?$/;
const URI = /^[a-z][-a-z0-9+.]*:[\x21-\x7e]+$/;

/** `why`: a sentence for whoever has shown the certificate. */
export function nameOf(facts: NamedFacts, rule: NameRule): Named {
  return rule.names === 'Dns' ? dnsNameOf(facts.dnsNames) : uriOf(facts, rule);
}

/** One of ten names would be as good as another. */
function dnsNameOf([name, ...others]: readonly string[]): Named {
  if (name === undefined) return { why: 'it has no DNS name' };
  if (others.length > 0) return { why: 'it has several DNS names, and one has to be its name' };
  const lower = name.toLowerCase();
  const isName = lower.length <= MAX_NAME && DNS.test(lower) && !lower.includes('..');
  return isName ? { name: lower } : { why: 'its DNS name is none: neither wildcards nor dots at the end are' };
}

function uriOf({ uris, ...facts }: NamedFacts, { names, trustDomain }: NameRule): Named {
  const [uri, ...others] = uris;
  if (uri === undefined) return { why: 'it has no URI among its alternative names' };
  // X.509-SVID §2: one with several is to be rejected.
  if (others.length > 0) return { why: 'it has several URIs among its alternative names' };
  if (uri.length > MAX_NAME) return { why: `its URI is longer than ${MAX_NAME} characters` };
  if (names === 'Uri') return URI.test(uri) ? { name: uri } : { why: 'its URI is none' };
  const id = parseSpiffeId(uri);
  if (id === undefined) return { why: 'its URI is no SPIFFE ID' };
  if (id.trustDomain !== trustDomain)
    return { why: `its trust domain is ${id.trustDomain}, which its authority does not speak for` };
  const why = whyNoLeaf(id.path, facts);
  return why === undefined ? { name: uri } : { why };
}

/** X.509-SVID §4, §5.2: what a certificate of a workload has to be. */
function whyNoLeaf(path: string, { isAuthority, keyUsage }: Omit<NamedFacts, 'uris'>): string | undefined {
  if (path === '') return 'its SPIFFE ID has no path, so it is that of a trust domain';
  if (isAuthority) return 'it is the certificate of an authority';
  if (keyUsage === undefined || !keyUsage.digitalSignature) return 'its key usage is not digitalSignature';
  if (keyUsage.certSign || keyUsage.crlSign) return 'its key may sign certificates or revocation lists';
  return undefined;
}
