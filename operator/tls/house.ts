/**
 * A certificate that somebody else keeps for the operator, such as cert-manager or the public key infrastructure of the house: what is
 * wrong with it, or what to serve. Pure, from the content of its Secret and the time. The operator never writes to that Secret.
 */
import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { certificatesIn, pemOf, voucherOf } from './pem.ts';

export interface HouseCertificate {
  /** PEM: the certificate, and those between it and the authority. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** PEM of each certificate in `ca.crt`: what clients are to trust. */
  readonly authorities: readonly string[];
  /** Which of them vouches for it. */
  readonly voucher: string;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

export interface HouseInput {
  /** Of the Secret, base64; undefined: there is no such Secret. */
  readonly data: Readonly<Record<string, string>> | undefined;
  /** `namespace/name`, for people. */
  readonly where: string;
  /** By which it is reached; the API server and gates ask for the first one. */
  readonly dnsNames: readonly string[];
  readonly now: number;
}

/** Of ca.crt: all of them go into the ConfigMap of every server, so a bundle of a whole system has no place there. */
const MAX_AUTHORITIES = 20;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

/** What is wrong, as a sentence that names the key of the Secret and the mend. */
export class HouseProblem extends Error {
  override readonly name = 'HouseProblem';
}

/** Throws a HouseProblem; none of them quotes a key. */
export function readHouse({ data, where, dnsNames, now }: HouseInput): HouseCertificate {
  if (data === undefined) {
    throw new HouseProblem(
      `Secret ${where}, which tls.secretName names, is missing: create it with the keys tls.crt, tls.key and ca.crt, or empty tls.secretName`,
    );
  }
  const [tlsCrt, tlsKey, caCrt] = ['tls.crt', 'tls.key', 'ca.crt'].map((name) => textOf(data, name, where));
  const chain = chainOf('tls.crt', tlsCrt ?? '', where);
  const [leaf] = chain;
  const key = keyOf(tlsKey ?? '', where);
  if (!leaf.checkPrivateKey(key)) {
    throw new HouseProblem(`tls.key of Secret ${where} does not belong to tls.crt: put the two of one pair there`);
  }
  const notAfter = leaf.validToDate.getTime();
  if (notAfter <= now) throw new HouseProblem(`tls.crt of Secret ${where} ended at ${iso(leaf.validToDate)}: renew it`);
  if (leaf.validFromDate.getTime() > now) {
    const from = iso(leaf.validFromDate);
    throw new HouseProblem(`tls.crt of Secret ${where} is not valid before ${from}: have it issued for now`);
  }
  refuseNames(leaf, where, dnsNames);
  const usages = leaf.keyUsage as readonly string[] | undefined;
  if (usages !== undefined && usages.length > 0 && !usages.includes(SERVER_AUTH)) {
    throw new HouseProblem(
      `tls.crt of Secret ${where} is not for servers: have it issued with the usage "server auth"`,
    );
  }
  const authorities = chainOf('ca.crt', caCrt ?? '', where);
  if (authorities.length > MAX_AUTHORITIES) {
    throw new HouseProblem(
      `ca.crt of Secret ${where} has ${authorities.length} certificates, at most ${MAX_AUTHORITIES} can be trusted: leave those in that sign tls.crt`,
    );
  }
  const voucher = voucherOf(chain, authorities);
  if (voucher === undefined) {
    throw new HouseProblem(
      `ca.crt of Secret ${where} did not sign tls.crt: put the authority's certificate there, and those in between behind the first one in tls.crt`,
    );
  }
  const pair = {
    cert: chain.map(pemOf).join(''),
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  refuseWeak(pair, where);
  return {
    ...pair,
    authorities: authorities.map(pemOf),
    voucher: pemOf(voucher),
    notAfter,
  };
}

function textOf(data: Readonly<Record<string, string>>, name: string, where: string): string {
  const text = Buffer.from(data[name] ?? '', 'base64').toString('utf8');
  if (text.trim() !== '') return text;
  const what = {
    'tls.crt': 'the certificate',
    'tls.key': 'its private key',
    'ca.crt': 'the certificate of the authority that signed tls.crt',
  }[name];
  throw new HouseProblem(`Secret ${where} has no ${name}: add ${what}, in PEM`);
}

function chainOf(name: string, text: string, where: string): [X509Certificate, ...X509Certificate[]] {
  let found: X509Certificate[];
  try {
    found = certificatesIn(text);
  } catch {
    found = [];
  }
  const [first, ...others] = found;
  if (first !== undefined) return [first, ...others];
  throw new HouseProblem(`${name} of Secret ${where} cannot be read: it has to be one certificate or more, in PEM`);
}

function keyOf(text: string, where: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch {
    // OpenSSL's words might repeat a part of the key.
    throw new HouseProblem(
      `tls.key of Secret ${where} cannot be read: it has to be a private key in PEM, without a passphrase`,
    );
  }
}

function refuseNames(leaf: X509Certificate, where: string, dnsNames: readonly string[]): void {
  const [asked = ''] = dnsNames;
  // As Go's clients do, the API server among them: the common name says nothing.
  if (leaf.checkHost(asked, { subject: 'never' }) !== undefined) return;
  const said = leaf.subjectAltName?.replaceAll('DNS:', '') ?? 'no DNS name';
  throw new HouseProblem(
    `tls.crt of Secret ${where} is for ${said.slice(0, 200)}, not for ${asked}: have it issued for the DNS names ${dnsNames.join(', ')}`,
  );
}

/** A short key or an old digest is a good pair, and yet no server begins with it. */
function refuseWeak(pair: { readonly cert: string; readonly key: string }, where: string): void {
  try {
    createSecureContext(pair);
  } catch (error) {
    // Such as `ee key too small`. Only the reason: it is one of OpenSSL's own texts, and quotes nothing.
    const { reason = 'it says no more' } = error as { reason?: string };
    throw new HouseProblem(
      `tls.crt of Secret ${where} cannot be served, as OpenSSL says (${reason}): have it issued for a key of ECDSA P-256 or of RSA with 2048 bits or more, and signed with SHA-256`,
    );
  }
}

function iso(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}
