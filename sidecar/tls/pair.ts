/** A certificate and its key, as somebody gives them to the gate to serve by or to call with: whether they fit, or what is wrong. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { SUITES } from './suites.ts';

/** PEM. */
export interface Pair {
  /** The certificate, and those between it and the authority. */
  readonly cert: string;
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

/** A sentence that names the entry and the mend, and quotes nothing of a key. */
export interface Unfit {
  readonly problem: string;
}

export const CERTIFICATE_ENTRY = 'tls.crt';
export const KEY_ENTRY = 'tls.key';
/** Many times what a chain takes; it is read while calls wait. */
export const MAX_ENTRY_BYTES = 128 * 1024;

/** Extended key usages (RFC 5280 §4.2.1.12), and what OpenSSL calls them. */
const PURPOSES = {
  servers: ['1.3.6.1.5.5.7.3.1', 'server auth'],
  clients: ['1.3.6.1.5.5.7.3.2', 'client auth'],
} as const;

/** To whom the gate shows it: to clients as a server, or to a server as its client. */
export type Purpose = keyof typeof PURPOSES;

const PEM_CERTIFICATE = '-----BEGIN CERTIFICATE-----';
/** As openssl writes it today (PKCS #8, RFC 5958), and as it did (RFC 1421). */
const ENCRYPTED = ['-----BEGIN ENCRYPTED PRIVATE KEY-----', 'Proc-Type: 4,ENCRYPTED'];

/** Of two texts; undefined: there is none. `now`: milliseconds since the epoch. */
export function readPair(
  cert: string | undefined,
  key: string | undefined,
  now: number,
  purpose: Purpose = 'servers',
): Pair | Unfit {
  if (isEmpty(cert))
    return {
      problem: `${CERTIFICATE_ENTRY} is missing or larger than ${MAX_ENTRY_BYTES} bytes; add the certificate, in PEM`,
    };
  if (isEmpty(key))
    return {
      problem: `${KEY_ENTRY} is missing or larger than ${MAX_ENTRY_BYTES} bytes; add the private key of ${CERTIFICATE_ENTRY}, in PEM`,
    };
  const leaf = leafOf(cert);
  if ('problem' in leaf) return leaf;
  const privateKey = keyOf(key);
  if ('problem' in privateKey) return privateKey;
  const problem = complaintOf(leaf, privateKey, now, purpose) ?? weaknessOf(cert, key);
  return problem === undefined ? { cert, key, notAfter: leaf.validToDate.getTime() } : { problem };
}

function isEmpty(text: string | undefined): text is undefined {
  return text === undefined || text.trim() === '';
}

function leafOf(cert: string): X509Certificate | Unfit {
  try {
    if (cert.includes(PEM_CERTIFICATE)) return new X509Certificate(cert);
  } catch {
    // Said below.
  }
  return { problem: `${CERTIFICATE_ENTRY} cannot be read; it has to be one certificate or more, in PEM` };
}

function keyOf(key: string): KeyObject | Unfit {
  if (ENCRYPTED.some((mark) => key.includes(mark))) {
    return {
      problem: `${KEY_ENTRY} is encrypted, and nobody is here to give the passphrase; write it without one: openssl pkey -in ${KEY_ENTRY}`,
    };
  }
  try {
    return createPrivateKey(key);
  } catch {
    // OpenSSL's words might repeat a part of the key.
    return { problem: `${KEY_ENTRY} cannot be read; it has to be a private key, in PEM` };
  }
}

function complaintOf(leaf: X509Certificate, key: KeyObject, now: number, purpose: Purpose): string | undefined {
  if (!leaf.checkPrivateKey(key))
    return `${KEY_ENTRY} does not belong to ${CERTIFICATE_ENTRY}; put the two of one pair there`;
  if (leaf.validToDate.getTime() <= now) return `${CERTIFICATE_ENTRY} ended at ${iso(leaf.validToDate)}; renew it`;
  if (leaf.validFromDate.getTime() > now)
    return `${CERTIFICATE_ENTRY} is not valid before ${iso(leaf.validFromDate)}; have it issued for now`;
  // RFC 9525 §2: clients look for names there and nowhere else.
  if (purpose === 'servers' && leaf.subjectAltName === undefined)
    return `${CERTIFICATE_ENTRY} has a common name alone, which no client reads; have it issued with its DNS names as subjectAltName`;
  const usages = leaf.keyUsage as readonly string[] | undefined;
  const [usage, name] = PURPOSES[purpose];
  if (usages !== undefined && usages.length > 0 && !usages.includes(usage))
    return `${CERTIFICATE_ENTRY} is not for ${purpose}; have it issued with the usage "${name}"`;
  return undefined;
}

/** A short key or an old digest is a good pair, and yet OpenSSL does not begin with it. */
function weaknessOf(cert: string, key: string): string | undefined {
  try {
    createSecureContext({ ...SUITES, cert, key });
    return undefined;
  } catch (error) {
    // One of OpenSSL's own texts, such as `ee key too small`; it quotes nothing.
    const { reason = 'it says no more' } = error as { reason?: string };
    return `${CERTIFICATE_ENTRY} cannot be used, as OpenSSL says (${reason}); have it issued for a key of ECDSA P-256, or of RSA with 2048 bits or more, and signed with SHA-256`;
  }
}

function iso(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}
