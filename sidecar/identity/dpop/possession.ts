/**
 * Whether a request shows that its sender has the key to which its token is bound (RFC 9449). A proof is good for one request at one gate: what
 * is remembered of proofs is bounded, and what is forgotten is refused. Everything happens in one turn of the event loop, so that no proof is
 * taken twice while another one is looked at.
 */
import { hash } from 'node:crypto';
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { Clock } from '../../../core/clock.ts';
import type { Shown } from '../shown.ts';
import { Nonces } from './nonces.ts';
import { type DpopProof, readProof, tokenDigestOf } from './proof.ts';
import { SeenProofs } from './seen-proofs.ts';

/** So long a nonce is taken, and so long proofs with it are remembered. Who has been silent for longer is given another one. */
const MAX_AGE_S = 60;
/** By which the clocks of replicas may differ. */
const MAX_AHEAD_S = 5;

export class Possession {
  readonly #clock: Clock;
  readonly #nonces: Nonces;
  readonly #seen: SeenProofs;

  /** `key`: of this process; see `adopt`. */
  constructor(clock: Clock, key: Buffer) {
    this.#clock = clock;
    this.#nonces = new Nonces(key);
    // What a process before this one has taken is not known here.
    this.#seen = new SeenProofs(this.#second);
  }

  /** The key that all replicas share, and those before and after it: they take each other's nonces. */
  adopt(key: Buffer, others: readonly Buffer[]): void {
    this.#nonces.adopt(key, others);
  }

  /** For the next proof of whoever asks. */
  nonce(): string {
    const second = Math.max(this.#second, this.#seen.forgotten + 1);
    return this.#nonces.at(second * 1000);
  }

  /** `thumbprint`: of the key to which the token is bound. Undefined: it is shown. */
  check(shown: Shown, policy: Policy, token: string, thumbprint: string): Refusal | undefined {
    const { headers } = shown;
    const said = headers['dpop'];
    if (typeof said !== 'string' || said === '')
      return notTaken('the token is bound to a key, and no DPoP header proves that you have it');
    const proof = readProof(said);
    if (typeof proof === 'string') return notTaken(proof);
    const why = whyOfAnother(proof, shown, policy, token);
    if (why !== undefined) return notTaken(why);
    if (proof.key.thumbprint !== thumbprint) return notTaken('its key is not that of the token');
    const second = this.#secondOf(proof);
    if (second === undefined) return refuse('nonce-required', 'make a proof with the nonce of the DPoP-Nonce header');
    if (!proof.isSigned()) return notTaken('its signature is wrong');
    // Of its key: nobody can use up the ids of others.
    const id = hash('sha256', `${thumbprint} ${proof.id}`, 'base64url').slice(0, 22);
    return this.#seen.take(id, second) ? undefined : notTaken('it was used before; make one for each request');
  }

  get #second(): number {
    return Math.floor(this.#clock.now() / 1000);
  }

  /** When it was made, by the clock of the gate that gave out its nonce; undefined: by none that counts. */
  #secondOf({ nonce }: DpopProof): number | undefined {
    const now = this.#second;
    this.#seen.forgetUpTo(now - MAX_AGE_S);
    const second = nonce === undefined ? undefined : this.#nonces.secondOf(nonce);
    if (second === undefined || second > now + MAX_AHEAD_S || this.#seen.isForgotten(second)) return undefined;
    return second;
  }
}

/** RFC 9449 §4.3, 8., 9. and 12.a; §7.1 */
function whyOfAnother({ method, url, tokenDigest }: DpopProof, shown: Shown, policy: Policy, token: string) {
  if (method !== shown.httpMethod) return 'it is of another method (htm)';
  const called = urlsOf(shown, policy);
  if (!called.includes(nameOf(url) ?? '')) return `it is of another URL (htu); this one is ${called[0]}`;
  if (tokenDigest === undefined) return 'it says nothing of the token (ath)';
  return tokenDigest === tokenDigestOf(token) ? undefined : 'it is of another token (ath)';
}

/** By which its client may know the endpoint: the public one, and what the request itself says. Who ends TLS in front of the gate is not known here. */
function urlsOf({ headers: { host = '' }, target = '' }: Shown, policy: Policy): string[] {
  const [path = ''] = target.split('?', 1);
  const urls = [policy.bundle.server.access.url ?? '', `http://${host}${path}`, `https://${host}${path}`];
  return urls.flatMap((url) => nameOf(url) ?? []);
}

/** RFC 9449 §4.3, 9.: without query and fragment, in the form that RFC 3986 §6.2.2 and §6.2.3 make of it. */
function nameOf(text: string): string | undefined {
  const url = URL.parse(text);
  return url === null ? undefined : `${url.origin}${url.pathname}`;
}

function notTaken(why: string): Refusal {
  return refuse('proof-not-taken', why);
}
