/** The certificate and key with which the gate says to a server who it is, and by which authority that server is believed. */
import { X509Certificate } from 'node:crypto';
import { PemError, readPem } from '../../core/x509/pem.ts';
import { CERTIFICATE_ENTRY, KEY_ENTRY, MAX_ENTRY_BYTES, type Pair, readPair, type Unfit } from './pair.ts';

export interface ClientPair extends Pair {
  /** PEM; undefined: those that Node knows. */
  readonly ca: string | undefined;
}

/** As cert-manager names the authority in a Secret. */
export const CA_ENTRY = 'ca.crt';

/** The entries of a Secret; undefined: it has no such entry. */
export interface ClientPairTexts {
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly ca: string | undefined;
}

/** `now`: milliseconds since the epoch. What is wrong is said with the entry and the mend, and quotes nothing of a key. */
export function readClientPair({ cert, key, ca }: ClientPairTexts, now: number): ClientPair | Unfit {
  const long = Object.entries({ [CERTIFICATE_ENTRY]: cert, [KEY_ENTRY]: key, [CA_ENTRY]: ca }).find(
    ([, text]) => text !== undefined && text.length > MAX_ENTRY_BYTES,
  );
  if (long !== undefined) return { problem: `${long[0]} is larger than ${MAX_ENTRY_BYTES} bytes; leave out the rest` };
  const pair = readPair(cert, key, now, 'clients');
  if ('problem' in pair) return pair;
  const problem = ca === undefined ? undefined : complaintOfAuthorities(ca);
  return problem === undefined ? { ...pair, ca } : { problem };
}

/** OpenSSL passes over what it cannot read here, and then trusts nobody. */
function complaintOfAuthorities(text: string): string | undefined {
  const mend = 'write the certificates of authorities there, in PEM, or leave the entry out';
  try {
    const found = readPem(text, 'CERTIFICATE').map((der) => new X509Certificate(der));
    return found.length > 0 ? undefined : `${CA_ENTRY} has no certificate in it; ${mend}`;
  } catch (error) {
    return `${CA_ENTRY} ${error instanceof PemError ? error.message : 'cannot be read'}; ${mend}`;
  }
}
