/** The certificates of the operator as all its replicas share them: the content of one Secret. */
import { complaintAbout, type KeyPair, readCertificate } from './read-certificate.ts';

export interface TlsState {
  /** Signs what is served. */
  readonly issuing: KeyPair;
  /** Trusted already, and the next to sign. */
  readonly next: KeyPair | undefined;
  /** Certificates of authorities that sign no more, but whose signature may still be met. */
  readonly retired: readonly string[];
  readonly serving: KeyPair;
}

/** What of it could be read, and what was wrong with the rest. */
export interface StoredState {
  readonly state: Partial<TlsState>;
  readonly problems: readonly string[];
}

/** Keys of the Secret, those of kubernetes.io/tls where they mean the same. */
const KEYS = {
  serving: { cert: 'tls.crt', key: 'tls.key' },
  issuing: { cert: 'ca.crt', key: 'ca.key' },
  next: { cert: 'next-ca.crt', key: 'next-ca.key' },
  retired: 'retired-ca.crt',
} as const;

/** Everyone who speaks to the operator trusts these: one PEM text, the issuing authority first. */
export function bundleOf({ issuing, next, retired }: TlsState): string {
  return [issuing.cert, ...(next === undefined ? [] : [next.cert]), ...retired].join('');
}

/** In the form of a merge patch: null takes out what is over. */
export function encodeState({ serving, issuing, next, retired }: TlsState): Record<string, string | null> {
  return {
    [KEYS.serving.cert]: base64(serving.cert),
    [KEYS.serving.key]: base64(serving.key),
    [KEYS.issuing.cert]: base64(issuing.cert),
    [KEYS.issuing.key]: base64(issuing.key),
    [KEYS.next.cert]: next === undefined ? null : base64(next.cert),
    [KEYS.next.key]: next === undefined ? null : base64(next.key),
    [KEYS.retired]: retired.length === 0 ? null : base64(retired.join('')),
  };
}

export function decodeState(data: Readonly<Record<string, string>>): StoredState {
  const problems: string[] = [];
  const text = (key: string): string | undefined => {
    const value = data[key];
    return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
  };
  const pair = (role: 'issuing' | 'next' | 'serving'): KeyPair | undefined => {
    const [cert, key] = [text(KEYS[role].cert), text(KEYS[role].key)];
    if (cert === undefined && key === undefined && role === 'next') return undefined;
    if (cert === undefined || key === undefined) {
      problems.push(`${cert === undefined ? KEYS[role].cert : KEYS[role].key} is missing`);
      return undefined;
    }
    const complaint = complaintAbout({ cert, key }, role === 'serving' ? 'serving' : 'authority');
    if (complaint === undefined) return { cert, key };
    problems.push(`${KEYS[role].cert} ${complaint}`);
    return undefined;
  };
  const [issuing, next, serving] = [pair('issuing'), pair('next'), pair('serving')];
  const retired = certificatesIn(text(KEYS.retired) ?? '');
  return {
    state: {
      ...(issuing === undefined ? {} : { issuing }),
      ...(next === undefined ? {} : { next }),
      ...(serving === undefined ? {} : { serving }),
      retired,
    },
    problems,
  };
}

/** Only whole certificates are kept: the API server refuses a caBundle with anything else in it. */
function certificatesIn(text: string): string[] {
  const found = text.match(/-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----\n/g) ?? [];
  return found.filter((cert) => isReadable(cert));
}

function isReadable(cert: string): boolean {
  try {
    return readCertificate(cert).isAuthority;
  } catch {
    return false;
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
