/**
 * Tokens that issuers have signed. A verdict is found at once where the token was seen before, so that a call costs a look; a token that is
 * new is verified before the call goes on (`learn`).
 */
import { canonicalJson } from '../../../core/canonical-json.ts';
import type { Clock } from '../../../core/clock.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { BundleIssuer } from '../../../core/policy/settings/jwt.ts';
import { NOTHING_REVOKED, type RevocationSource } from '../revoked/revocation-table.ts';
import { IssuerKeys, type IssuerState, type KeyNews } from './issuer-keys.ts';
import { digestOf, Remembered } from './remembered.ts';
import { type IssuerSet, type Known, type Verdict, verifyToken } from './verify-token.ts';

interface Trusted {
  readonly said: BundleIssuer;
  /** All that is said of it: another one, other keys and other verdicts. */
  readonly text: string;
  readonly keys: IssuerKeys;
}

const NONE: readonly BundleIssuer[] = [];
const REVOKED: Verdict = { kind: 'invalid', why: 'it was revoked' };

export class JwtSource implements IssuerSet {
  readonly #clock: Clock;
  readonly #onNews: (news: KeyNews) => void;
  readonly #revoked: RevocationSource;
  readonly #onStates: () => void;
  readonly #remembered = new Remembered();
  readonly #learning = new Map<string, Promise<void>>();
  #followed: readonly BundleIssuer[] = NONE;
  #trusted: ReadonlyMap<string, Trusted> = new Map();

  /** `onStates` is called whenever `states` may say something else. */
  constructor(
    clock: Clock,
    onNews: (news: KeyNews) => void,
    onStates: () => void = () => {},
    revoked: RevocationSource = NOTHING_REVOKED,
  ) {
    this.#clock = clock;
    this.#onStates = onStates;
    this.#onNews = onNews;
    this.#revoked = revoked;
  }

  /** Called with whatever policy is in force; keys of its issuers are fetched ahead. */
  follow(policy: Policy | undefined): void {
    const issuers = policy?.bundle.server.access.jwt ?? NONE;
    if (issuers === this.#followed) return;
    this.#followed = issuers;
    const before = this.#trusted;
    const next = new Map<string, Trusted>();
    for (const said of issuers) {
      const text = canonicalJson(said);
      const same = before.get(said.issuer);
      next.set(said.issuer, same?.text === text ? same : this.#trust(said, text));
    }
    const gone = [...before].filter(([issuer, trusted]) => next.get(issuer) !== trusted);
    if (gone.length === 0 && next.size === before.size) return;
    for (const [, { keys }] of gone) keys.close();
    this.#trusted = next;
    // What is known of a token was found under what was said before.
    this.#remembered.clear();
    this.#onStates();
  }

  /** Of issuers whose keys are fetched. */
  states(): readonly IssuerState[] {
    return [...this.#trusted.values()].flatMap(({ keys }) => keys.state ?? []);
  }

  find(issuer: string): Trusted | undefined {
    return this.#trusted.get(issuer);
  }

  /** What was found of the token; undefined: nobody has looked. */
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

  /**
   * Whether what was found still is so: the time of the token, whether its issuer is trusted in the same way and says the same of its key, and
   * whether nobody has taken it back.
   */
  holds(known: Known): boolean {
    return this.#isTrusted(known) && this.#revoked.find(known.revocable) === undefined;
  }

  #isTrusted({ issuer, until, kid, signer }: Known): boolean {
    const trusted = this.#trusted.get(issuer.issuer);
    return this.#clock.now() < until && trusted?.said === issuer && trusted.keys.signer(kid) === signer;
  }

  #look(digest: string): Verdict | undefined {
    const verdict = this.#remembered.find(digest, this.#clock.now());
    if (verdict?.kind !== 'known') return verdict;
    // A key that was taken back, or that nobody could ask about for a day, proves nothing any more.
    if (!this.#isTrusted(verdict)) return undefined;
    // Of the token itself nothing has to be found anew: once it is not revoked any more, it is as good as before.
    return this.#revoked.find(verdict.revocable) === undefined ? verdict : REVOKED;
  }

  async #learn(token: string, digest: string): Promise<void> {
    const trusted = this.#trusted;
    let verdict: Verdict;
    try {
      verdict = await verifyToken(token, this, this.#clock.now());
    } catch {
      verdict = { kind: 'invalid', why: 'it could not be verified' };
    }
    // A policy that came meanwhile may trust nobody: whoever has sent it is asked to come again.
    if (trusted !== this.#trusted) verdict = { kind: 'unavailable', issuer: 'the policy, which has just changed' };
    this.#remembered.keep(digest, verdict, this.#clock.now());
  }

  #heard(news: KeyNews): void {
    this.#onNews(news);
    this.#onStates();
  }

  #trust(said: BundleIssuer, text: string): Trusted {
    return { said, text, keys: new IssuerKeys(said, this.#clock, (news) => this.#heard(news)) };
  }
}
