/** Whether a token was taken back: what is asked at every call costs a look or three, however many are. */
import type { Revocation } from '../../../core/api/revocations.ts';

/** What a token says of itself that it can be taken back by. */
export interface Revocable {
  readonly issuer: string;
  /** Of the caller. */
  readonly name: string;
  readonly jti?: string | undefined;
  readonly sub?: string | undefined;
  /** Seconds since the epoch. */
  readonly iat?: number | undefined;
}

export interface RevocationSource {
  /** The name of what takes it back; undefined: nothing does. */
  find(token: Revocable): string | undefined;
}

type Index = Map<string, Revocation[]>;

export class RevocationTable implements RevocationSource {
  /** Each entry stands in one of these, by the field that fewest tokens share. */
  readonly #byId: Index = new Map();
  readonly #bySubject: Index = new Map();
  readonly #byName: Index = new Map();
  readonly #others: Revocation[] = [];

  constructor(revocations: readonly Revocation[]) {
    for (const one of revocations) {
      if (one.jti !== undefined) addTo(this.#byId, one.jti, one);
      else if (one.subject !== undefined) addTo(this.#bySubject, one.subject, one);
      else if (one.name !== undefined) addTo(this.#byName, one.name, one);
      else this.#others.push(one);
    }
  }

  find(token: Revocable): string | undefined {
    const { jti, sub, name } = token;
    return (
      firstOf(jti === undefined ? undefined : this.#byId.get(jti), token) ??
      firstOf(sub === undefined ? undefined : this.#bySubject.get(sub), token) ??
      firstOf(this.#byName.get(name), token) ??
      firstOf(this.#others, token)
    );
  }
}

export const NOTHING_REVOKED: RevocationSource = new RevocationTable([]);

function addTo(index: Index, values: readonly string[], revocation: Revocation): void {
  for (const value of values) index.set(value, [...(index.get(value) ?? []), revocation]);
}

function firstOf(revocations: readonly Revocation[] | undefined, token: Revocable): string | undefined {
  return revocations?.find((one) => isAbout(one, token))?.key;
}

/** All that it says has to hold. */
function isAbout({ issuer, jti, subject, name, issuedBefore }: Revocation, token: Revocable): boolean {
  if (issuer !== undefined && issuer !== token.issuer) return false;
  if (jti !== undefined && (token.jti === undefined || !jti.includes(token.jti))) return false;
  if (subject !== undefined && (token.sub === undefined || !subject.includes(token.sub))) return false;
  if (name !== undefined && !name.includes(token.name)) return false;
  return issuedBefore === undefined || token.iat === undefined || token.iat * 1000 < issuedBefore;
}
