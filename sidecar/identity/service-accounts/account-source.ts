/**
 * Tokens of ServiceAccounts of the cluster. They are verified by the keys of the API server, and where the policy wants it, or where the
 * keys do not tell, the API server is asked by way of the operator. What was found is remembered, as of other JSON Web Tokens.
 */
import { JWT_ALGORITHMS } from '../../../core/api/access-names.ts';
import { canonicalJson } from '../../../core/canonical-json.ts';
import type { Clock } from '../../../core/clock.ts';
import type { Principal } from '../../../core/policy/principal.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { BundleIssuer } from '../../../core/policy/settings/jwt.ts';
import type { BundleServiceAccounts } from '../../../core/policy/settings/service-accounts.ts';
import { digestOf, Remembered } from '../jwt/remembered.ts';
import { type Known, looksLikeJwt, type Verdict, verifyToken } from '../jwt/verify-token.ts';
import { NOTHING_REVOKED, type RevocationSource } from '../revoked/revocation-table.ts';
import { AccountProof } from './account-proof.ts';
import { accountOf, type Claims, kubernetesClaim, unprovenClaims } from './account-claims.ts';
import type { Cluster } from './cluster.ts';
import { ClusterKeys } from './cluster-keys.ts';
import { ProofsInUse } from './proofs-in-use.ts';
import { Reviews } from './reviews.ts';

/** Between the clocks of nodes and that of the API server. */
const CLOCK_SKEW_MS = 30_000;
const MAX_TOKEN = 12_000;
/** A stream that stays open, and a call that waits, are asked about this often. */
const RECHECK_MS = 10_000;
const API_SERVER = 'the API server';
const REVOKED: Verdict = { kind: 'invalid', why: 'it was revoked' };

export class AccountSource {
  readonly #clock: Clock;
  readonly #revoked: RevocationSource;
  readonly #keys: ClusterKeys;
  readonly #reviews: Reviews;
  readonly #remembered = new Remembered();
  readonly #proofs = new ProofsInUse(RECHECK_MS, (digest, proof) => this.#recheck(digest, proof));
  readonly #learning = new Map<string, Promise<void>>();
  /** Those of whom only the API server knows that they are good. */
  readonly #byReview = new WeakSet<Known>();
  #settings: BundleServiceAccounts | undefined = undefined;
  #text = '';
  /** Issuers whose tokens are for somebody else to judge. */
  #others: ReadonlySet<unknown> = new Set();

  constructor(clock: Clock, cluster: Cluster, revoked: RevocationSource = NOTHING_REVOKED) {
    this.#clock = clock;
    this.#revoked = revoked;
    this.#keys = new ClusterKeys(cluster, clock);
    this.#reviews = new Reviews(cluster, clock);
  }

  /** Called with whatever policy is in force. */
  follow(policy: Policy | undefined): void {
    const { serviceAccounts: settings, jwt = [] } = policy?.bundle.server.access ?? {};
    this.#others = new Set(jwt.map(({ issuer }) => issuer));
    const text = settings === undefined ? '' : canonicalJson(settings);
    if (text === this.#text) return;
    this.#text = text;
    this.#settings = settings;
    this.#remembered.clear();
    this.#reviews.clear();
  }

  /** Whether this is a token of a ServiceAccount of the cluster, good or not: by what it says of itself. */
  isMine(token: string): boolean {
    if (this.#settings === undefined || !looksLikeJwt(token) || token.length > MAX_TOKEN) return false;
    const claims = unprovenClaims(token);
    if (claims === undefined) return false;
    if (claims['iss'] === this.#keys.issuer) return true;
    return kubernetesClaim(claims) !== undefined && !this.#others.has(claims['iss']);
  }

  /** What was found of the token, as long as it holds; undefined: nobody has looked. */
  find(token: string): Verdict | undefined {
    const digest = digestOf(token);
    const verdict = this.#remembered.find(digest, this.#clock.now());
    if (verdict?.kind === 'known' && this.#isRevoked(verdict)) return REVOKED;
    return verdict?.kind === 'known' && !this.#holds(verdict, digest) ? undefined : verdict;
  }

  /** The same for a call that comes now: where the API server is to be asked, it was so a moment ago. */
  look(token: string): Verdict | undefined {
    return this.#look(digestOf(token));
  }

  /** Undefined: it is known already. Never rejects; `look` has a verdict in the same turn in which it resolves. */
  learn(token: string): Promise<void> | undefined {
    const digest = digestOf(token);
    if (this.#look(digest) !== undefined) return undefined;
    let learning = this.#learning.get(digest);
    if (learning === undefined) {
      learning = this.#learn(token, digest).finally(() => this.#learning.delete(digest));
      this.#learning.set(digest, learning);
    }
    return learning;
  }

  /** One for all calls with this token, as long as what was found of it is the same. */
  proofOf(known: Known, token: string): AccountProof {
    const digest = digestOf(token);
    const there = this.#proofs.get(digest);
    if (there?.known === known) return there;
    const proof = new AccountProof(known, token, this);
    if (this.#needsReview(known)) this.#proofs.add(digest, proof);
    return proof;
  }

  /** For streams and calls that wait: has the API server asked about all tokens that they rely on. */
  recheck(): Promise<void> {
    return this.#proofs.askAboutAll();
  }

  /** Whether what was found of a token still is so. */
  holds(known: Known, token: string): boolean {
    return this.#holds(known, digestOf(token));
  }

  #look(digest: string): Verdict | undefined {
    const verdict = this.#remembered.find(digest, this.#clock.now());
    if (verdict?.kind !== 'known') return verdict;
    const isFresh = !this.#needsReview(verdict) || this.#reviews.isFresh(digest);
    return isFresh && this.#isAsVerified(verdict) ? verdict : undefined;
  }

  #holds(known: Known, digest: string): boolean {
    return (
      this.#isAsVerified(known) &&
      !this.#isRevoked(known) &&
      (!this.#needsReview(known) || this.#reviews.mayGoOn(digest))
    );
  }

  async #recheck(digest: string, { known, token }: AccountProof): Promise<void> {
    if (this.#isAsVerified(known) && this.#needsReview(known)) await this.#reviews.ask(digest, token);
  }

  /** Its time, the terms of the policy, and its key. */
  #isAsVerified(known: Known): boolean {
    if (this.#clock.now() >= known.until || known.issuer !== this.#said()) return false;
    return this.#byReview.has(known) || this.#keys.signer(known.kid) === known.signer;
  }

  #isRevoked({ revocable }: Known): boolean {
    return this.#revoked.find(revocable) !== undefined;
  }

  #needsReview(known: Known): boolean {
    return this.#settings?.verify === 'Online' || this.#byReview.has(known);
  }

  async #learn(token: string, digest: string): Promise<void> {
    const said = this.#said();
    let verdict: Verdict;
    try {
      verdict = await this.#verdictOf(token, digest);
    } catch {
      verdict = { kind: 'unavailable', issuer: API_SERVER };
    }
    if (said !== this.#said()) verdict = { kind: 'unavailable', issuer: 'the policy, which has just changed' };
    this.#remembered.keep(digest, verdict, this.#clock.now());
  }

  async #verdictOf(token: string, digest: string): Promise<Verdict> {
    const settings = this.#settings;
    const claims = unprovenClaims(token);
    if (settings === undefined || claims === undefined) return { kind: 'invalid', why: 'it cannot be read' };
    if (claims['iss'] !== this.#keys.issuer) return this.#byApiServer(token, digest, claims, settings);
    const read = (proven: Claims) => accountOf(proven, settings.namespaces);
    const issuer = { said: this.#said(), keys: this.#keys, read };
    const verdict = await verifyToken(token, { find: () => issuer }, this.#clock.now());
    if (verdict.kind !== 'known' || settings.verify === 'Offline') return verdict;
    return (await this.#refusedBy(token, digest, verdict.principal.name)) ?? verdict;
  }

  /**
   * Of an issuer that is not the API server's own name for itself: it may take several, while a cluster goes from one to another, and names
   * the first alone (`--service-account-issuer`). Only the API server knows which they are.
   */
  async #byApiServer(
    token: string,
    digest: string,
    claims: Claims,
    { audiences, namespaces }: BundleServiceAccounts,
  ): Promise<Verdict> {
    const { aud, exp, iss, jti, sub, iat } = claims;
    if (![aud].flat().some((one) => typeof one === 'string' && audiences.includes(one)))
      return { kind: 'invalid', why: 'it was made for another audience' };
    const principal = accountOf(claims, namespaces);
    if (typeof principal === 'string') return { kind: 'invalid', why: principal };
    const until = typeof exp === 'number' ? exp * 1000 : 0;
    if (this.#clock.now() >= until) return { kind: 'invalid', why: 'it has expired' };
    const refused =
      (await this.#whyForged(token, String(iss))) ?? (await this.#refusedBy(token, digest, principal.name));
    if (refused !== undefined) return refused;
    const known: Known = {
      ...{ kind: 'known', principal, until, issuer: this.#said(), kid: undefined, signer: undefined },
      confirmation: {},
      revocable: {
        ...{ issuer: String(iss), name: principal.name, jti: textOf(jti), sub: textOf(sub) },
        iat: typeof iat === 'number' ? iat : undefined,
      },
    };
    this.#byReview.add(known);
    return known;
  }

  /**
   * The keys that the API server publishes are those of all its issuers, so what none of them has signed costs it no review: anybody can make
   * up an issuer, and reviews are few. Undefined: one of them has, or it publishes none.
   */
  async #whyForged(token: string, issuer: string): Promise<Verdict | undefined> {
    const [said, keys] = [{ ...this.#said(), issuer }, this.#keys];
    if (keys.current === undefined) return undefined;
    const verdict = await verifyToken(
      token,
      { find: () => ({ said, keys, read: accountAnywhere }) },
      this.#clock.now(),
    );
    return verdict.kind === 'known' ? undefined : verdict;
  }

  /** Undefined: the API server takes it for that account. */
  async #refusedBy(token: string, digest: string, name: string): Promise<Verdict | undefined> {
    const review = await this.#reviews.ask(digest, token);
    if (review.kind === 'refused') return { kind: 'invalid', why: review.why };
    return review.username === name ? undefined : { kind: 'invalid', why: 'the API server knows it by another name' };
  }

  /** The API server as an issuer: another object with other terms or another name. */
  #said(): BundleIssuer {
    const issuer = this.#keys.issuer ?? '';
    if (this.#issuer.of !== this.#settings || this.#issuer.said.issuer !== issuer)
      this.#issuer = { of: this.#settings, said: issuerOf(issuer, this.#settings) };
    return this.#issuer.said;
  }

  #issuer: { readonly of: BundleServiceAccounts | undefined; readonly said: BundleIssuer } = {
    of: undefined,
    said: issuerOf('', undefined),
  };
}

/** Of which namespaces they are let in was looked at already. */
function accountAnywhere(proven: Claims): Principal | string {
  return accountOf(proven, null);
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === 'string' ? claim : undefined;
}

function issuerOf(issuer: string, settings: BundleServiceAccounts | undefined): BundleIssuer {
  return {
    issuer,
    audiences: settings?.audiences ?? [],
    keys: null,
    algorithms: [...JWT_ALGORITHMS],
    clockSkewMs: CLOCK_SKEW_MS,
    // Not read: these tokens have claims of their own.
    claims: { name: 'sub', groups: 'groups', scopes: 'scope' },
    require: {},
  };
}
