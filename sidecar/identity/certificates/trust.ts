/** By whose word a certificate counts, made ready from what the policy says. */
import type { Policy } from '../../../core/policy/policy.ts';
import type { Principal } from '../../../core/policy/principal.ts';
import type { BundleCertificates, BundleTrust } from '../../../core/policy/settings/certificates.ts';
import { authorityOf, readFacts } from '../../../core/x509/certificate.ts';
import { nameOf } from '../../../core/x509/certificate-name.ts';
import { type Crl, readCrl } from '../../../core/x509/crl.ts';
import type { Link, ShownCertificate, SoundCertificate } from './shown-certificate.ts';

interface Entry {
  readonly said: BundleTrust;
  readonly authorities: ReadonlySet<string>;
  readonly crls: readonly Crl[];
}

interface Refused {
  /** A sentence for whoever has shown the certificate. */
  readonly why: string;
}

/** `until`: milliseconds since the epoch. */
export type Judged = { readonly principal: Principal; readonly until: number } | Refused;

const UNKNOWN = 'none of the authorities that this server trusts has issued it; send those in between, too';
const EXPIRED = 'it has expired, or an authority above it has';

export class Trust {
  /** PEM, of all entries: what OpenSSL holds chains against, and what clients are told to choose by (RFC 8446 §4.2.4). */
  readonly authorities: readonly string[];
  /** `authorityOf` of each of them. */
  readonly ids: ReadonlySet<string>;
  readonly #entries: readonly Entry[];
  /** It costs signatures, and a connection has many calls. */
  readonly #judged = new WeakMap<ShownCertificate, Judged>();

  constructor({ trust }: BundleCertificates) {
    this.authorities = trust.flatMap(({ ca }) => ca.map(pemOf));
    this.#entries = trust.map((said) => ({
      said,
      authorities: new Set(said.ca.map((one) => authorityOf(readFacts(Buffer.from(one, 'base64'))))),
      crls: said.crls.map((one) => readCrl(Buffer.from(one, 'base64'))),
    }));
    this.ids = new Set(this.#entries.flatMap(({ authorities }) => [...authorities]));
  }

  /** Who it is, by one entry alone: the authority of one never vouches for the names of another. `now`: milliseconds since the epoch. */
  judge(shown: ShownCertificate, now: number): Judged {
    const known = this.#judged.get(shown);
    if (known !== undefined && ('why' in known || now < known.until)) return known;
    const judged = this.#judge(shown, now);
    this.#judged.set(shown, judged);
    return judged;
  }

  #judge(shown: ShownCertificate, now: number): Judged {
    if (shown.kind === 'faulty') return shown;
    const { chain, facts, isConstrained, until } = shown;
    const entry = this.#entryOf(shown);
    if ('why' in entry) return entry;
    // OpenSSL has held the constraints against one chain, and there may be another one that leads here.
    if (isConstrained && this.#entries.length > 1)
      return {
        why: 'an authority above it may speak for some names only; that is taken where the server trusts one entry',
      };
    if (now >= until) return { why: EXPIRED };
    const standing = standingOf(entry, chain, now);
    if (typeof standing !== 'number') return standing;
    const named = nameOf(facts, entry.said.named);
    if ('why' in named) return named;
    const { name: issuer, groups } = entry.said;
    return { principal: { kind: 'certificate', name: named.name, groups, issuer }, until: Math.min(until, standing) };
  }

  #entryOf({ chain, heldAgainst }: SoundCertificate): Entry | Refused {
    const found = this.#entries.filter(({ authorities }) => chain.some(({ authority }) => authorities.has(authority)));
    const [entry, other] = found;
    if (other !== undefined) return { why: 'two entries that this server tells apart vouch for it' };
    if (entry !== undefined) return entry;
    if (chain.length > 0) return { why: UNKNOWN };
    // Who has issued it is not among those that are trusted, and yet OpenSSL has found a way to one of them. With one entry it is clear whose.
    const [only, ...more] = this.#entries;
    if (more.length > 0) return { why: `several entries are trusted, and ${NAME_ISSUER}` };
    return only !== undefined && heldAgainst.every((one) => only.authorities.has(one)) ? only : { why: UNKNOWN };
  }
}

const NAME_ISSUER = 'none of them has the authority that has issued it: have that one listed, too';

/** Until when the lists say that nothing was taken back. Above the authority that is trusted nobody has a say. */
function standingOf({ authorities, crls }: Entry, chain: readonly Link[], now: number): number | Refused {
  if (crls.length === 0) return Infinity;
  if (chain.length === 0) return { why: `revocation lists are asked for, and ${NAME_ISSUER}` };
  const anchor = chain.findIndex(({ authority }) => authorities.has(authority));
  let until = Infinity;
  for (const [i, link] of chain.slice(0, anchor + 1).entries()) {
    const lists = crls.filter(
      (one) => one.issuerName === link.issuerName && one.isSignedBy(Buffer.from(link.key, 'base64')),
    );
    if (lists.some(({ serials }) => serials.has(link.serial)))
      return { why: i === 0 ? 'it was taken back (revoked)' : 'an authority above it was taken back (revoked)' };
    if (lists.length === 0 && i > 0) continue;
    const next = Math.max(-Infinity, ...lists.map(({ nextUpdate }) => nextUpdate));
    // Nobody can say then that it was not taken back since.
    if (now >= next)
      return {
        why: `the revocation list of ${i === 0 ? 'its issuer' : 'an authority above it'} is missing or out of date`,
      };
    until = Math.min(until, next);
  }
  return until;
}

function pemOf(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

const TRUSTS = new WeakMap<BundleCertificates, Trust>();

/** Undefined: no certificate counts. */
export function trustOf(policy: Policy | undefined): Trust | undefined {
  const said = policy?.bundle.server.access.certificates;
  if (said === undefined) return undefined;
  let trust = TRUSTS.get(said);
  if (trust === undefined) TRUSTS.set(said, (trust = new Trust(said)));
  return trust;
}
