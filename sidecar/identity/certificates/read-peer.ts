/** From a connection whose handshake is done: the certificate of its client, and the chain above it. */
import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { authorityOf, type CertificateFacts, digestOf, readFacts } from '../../../core/x509/certificate.ts';
import type { Trust } from './trust.ts';
import type { Link, ShownCertificate } from './shown-certificate.ts';

/** As OpenSSL has it by default (`-verify_depth`), and far more than anybody has. */
const MAX_CHAIN = 10;
/** They are kept for each connection, and travel between gates in a header. */
const MAX_NAMES = 32;
const MAX_NAME_BYTES = 2_048;

/** `authorizationError` of Node, which has OpenSSL's codes (X509_verify_cert_error_string), in words that say the mend. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'it has expired, or an authority above it has'],
  ['CERT_NOT_YET_VALID', 'it is not valid yet'],
  ['INVALID_PURPOSE', 'it is not for clients (extended key usage clientAuth)'],
  [
    'UNABLE_TO_GET_ISSUER_CERT',
    'none of the authorities that this server trusts has issued it; send those in between, too',
  ],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'none of the authorities that this server trusts has issued it; send those in between, too',
  ],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'none of the authorities that this server trusts has issued it; send those in between, too',
  ],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'none of the authorities that this server trusts has issued it'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'it is signed by itself'],
  ['CERT_SIGNATURE_FAILURE', 'a signature in its chain is wrong'],
  ['PATH_LENGTH_EXCEEDED', 'more authorities are between than one of them allows'],
  // What Node has no code of its own for: authorities that are none (X509_V_ERR_INVALID_CA), and constraints of names.
  ['UNSPECIFIED', 'somebody in its chain may not issue it: no authority, or one that may not speak for its names'],
]);

/** By whose word certificates counted as the handshake began. */
const HELD_AGAINST = new WeakMap<TLSSocket, Trust>();

export function noteTrust(socket: TLSSocket, trust: Trust): void {
  HELD_AGAINST.set(socket, trust);
}

/** Undefined: the client was asked for none, or has shown none. */
export function readPeer(socket: TLSSocket): ShownCertificate | undefined {
  const [trust, leaf] = [HELD_AGAINST.get(socket), socket.getPeerX509Certificate()];
  if (trust === undefined || leaf === undefined) return undefined;
  const thumbprint = digestOf(leaf.raw);
  if (!socket.authorized) {
    const code = String(socket.authorizationError ?? 'it is not known why');
    return { kind: 'faulty', thumbprint, why: WORDS.get(code) ?? `OpenSSL says ${code}` };
  }
  try {
    return soundOf(lineOf(socket, leaf), thumbprint, [...trust.ids]);
  } catch {
    return { kind: 'faulty', thumbprint, why: 'it, or an authority above it, cannot be read' };
  }
}

interface Read {
  readonly certificate: X509Certificate;
  readonly facts: CertificateFacts;
}

/** Of a chain that OpenSSL has found to be right: the certificate and those above it, lined up by their names. */
export function soundOf(
  line: readonly X509Certificate[],
  thumbprint: string,
  heldAgainst: readonly string[],
): ShownCertificate {
  const all = chainOf(line);
  const { facts } = all[0] as Read;
  const { dnsNames, uris, isAuthority, keyUsage } = facts;
  const names = [...dnsNames, ...uris];
  const faulty = (why: string): ShownCertificate => ({ kind: 'faulty', thumbprint, why });
  // RFC 5280 §4.2.1.12: OpenSSL has looked, too; here it does not depend on how it was asked.
  if (!facts.mayBeClient) return faulty('it is not for clients (extended key usage clientAuth)');
  if (names.length > MAX_NAMES || names.join('').length > MAX_NAME_BYTES) return faulty('it has too many names');
  const chain = all.slice(1).map(({ facts: issuer }, i) => linkOf((all[i] as Read).facts, issuer));
  const until = Math.min(...all.map(({ certificate }) => certificate.validToDate.getTime()));
  const isConstrained = all.some((one) => one.facts.hasNameConstraints);
  const kept = { dnsNames, uris, isAuthority, keyUsage };
  return { kind: 'sound', thumbprint, facts: kept, until, chain, heldAgainst, isConstrained };
}

/** The certificate and those above it, lined up by their names. */
function lineOf(socket: TLSSocket, leaf: X509Certificate): X509Certificate[] {
  const line = [leaf];
  let { issuerCertificate: above } = socket.getPeerCertificate(true) as Partial<DetailedPeerCertificate>;
  while (above !== undefined && line.length < MAX_CHAIN) {
    line.push(new X509Certificate(above.raw));
    above = above.issuerCertificate === above ? undefined : above.issuerCertificate;
  }
  return line;
}

/** As far as one has really signed the other. */
function chainOf([leaf, ...above]: readonly X509Certificate[]): Read[] {
  const all = leaf === undefined ? [] : [{ certificate: leaf, facts: readFacts(leaf.raw) }];
  for (const issuer of above) {
    const below = (all.at(-1) as Read).certificate;
    if (!below.checkIssued(issuer) || !below.verify(issuer.publicKey)) break;
    const facts = readFacts(issuer.raw);
    if (!mayIssue(facts, all.length - 1)) break;
    all.push({ certificate: issuer, facts });
  }
  return all;
}

/** RFC 5280 §6.1.4 k, m, n. `between`: how many authorities are below it already. */
function mayIssue({ isAuthority, keyUsage, pathLength }: CertificateFacts, between: number): boolean {
  return isAuthority && keyUsage?.certSign !== false && (pathLength === undefined || between <= pathLength);
}

function linkOf(issued: CertificateFacts, issuer: CertificateFacts): Link {
  return {
    serial: issued.serial,
    issuerName: issued.issuerName,
    authority: authorityOf(issuer),
    key: issuer.publicKey.toString('base64'),
  };
}
