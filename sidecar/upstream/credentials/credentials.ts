/**
 * What is shown to the server, by the bundle in force: for a caller the keys that are for it, each at its place. Nothing here sends
 * anything or waits.
 */
import { maskText } from '../../../core/credentials/mask.ts';
import type { Secret } from '../../../core/credentials/secret.ts';
import { canonicalJson } from '../../../core/canonical-json.ts';
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import {
  type BundleCredential,
  type BundleUpstream,
  type Chosen,
  CredentialChoice,
} from '../../../core/policy/settings/upstream.ts';
import type { Principal } from '../../../core/policy/principal.ts';
import type { PolicySource } from '../../policy/source.ts';
import type { Caller, CredentialSource } from './source.ts';

export type SourceFactory = (credential: BundleCredential) => CredentialSource;

/** What is added to a request. */
export interface Shown {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Percent-encoded, such as `key=abc`; empty: nothing. */
  readonly query: string;
  /** Of a program that is started. */
  readonly env: Readonly<Record<string, string>>;
  /** What is in it. */
  readonly secrets: readonly Secret[];
  readonly sources: readonly CredentialSource[];
}

/** `pending`: of these sources something has to be fetched first. */
export type Looked =
  | { readonly kind: 'shown'; readonly shown: Shown }
  | { readonly kind: 'pending'; readonly sources: readonly CredentialSource[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

interface InForce {
  readonly said: BundleUpstream;
  readonly choice: CredentialChoice;
  /** In lower case: no client sends these. */
  readonly headers: ReadonlySet<string>;
  readonly sources: ReadonlyMap<BundleCredential, CredentialSource>;
}

export class UpstreamCredentials {
  readonly #policy: PolicySource;
  readonly #sourceOf: SourceFactory;
  #inForce: InForce | undefined = undefined;
  /** By what the bundle says of them: a key that was fetched stays, whatever else changes in the policy. */
  #sources = new Map<string, CredentialSource>();

  constructor(policy: PolicySource, sourceOf: SourceFactory) {
    this.#policy = policy;
    this.#sourceOf = sourceOf;
  }

  /** Undefined: the gate shows nothing of its own. */
  get said(): BundleUpstream | undefined {
    return this.#current()?.said;
  }

  /** Headers in which only the gate says something; in lower case. */
  get headers(): ReadonlySet<string> {
    return this.#current()?.headers ?? NONE;
  }

  look(caller: Caller): Looked {
    const inForce = this.#current();
    if (inForce === undefined) return NOTHING;
    const chosen = inForce.choice.for(caller.principal);
    const [place] = chosen.unmatched;
    if (place !== undefined && inForce.said.unmatched === 'Refuse')
      return { kind: 'refused', refusal: refuse('no-credentials', `there is none for you for the ${place}`) };
    return lookAt(chosen, inForce, caller);
  }

  /** What is watched for in every answer. */
  common(): readonly Secret[] {
    const { sources } = this.#current() ?? {};
    if (sources === undefined) return [];
    return [...sources.values()].flatMap((source) => source.common);
  }

  /** The same in the answers to this caller: with what is theirs alone. */
  watchedFor(principal: Principal | undefined): readonly Secret[] {
    const common = this.common();
    if (principal === undefined) return common;
    const { sources } = this.#current() ?? {};
    if (sources === undefined) return common;
    const own = [...sources.values()].flatMap((source) => source.ofCaller?.(principal) ?? []);
    return own.length === 0 ? common : [...common, ...own];
  }

  /** A line of a program, or another text that is shown to people, with asterisks in place of keys. */
  mask(text: string): string {
    return maskText(text, this.common(), () => {});
  }

  /** Sentences for whoever runs the gate. */
  problems(): readonly string[] {
    const { sources } = this.#current() ?? {};
    return sources === undefined ? [] : [...sources.values()].flatMap(({ problem }) => problem ?? []);
  }

  close(): void {
    for (const source of this.#sources.values()) source.close();
    this.#sources.clear();
  }

  #current(): InForce | undefined {
    const said = this.#policy.current()?.bundle.server.upstream;
    if (said === this.#inForce?.said) return this.#inForce;
    const before = this.#sources;
    this.#sources = new Map();
    this.#inForce = said === undefined ? undefined : this.#take(said, before);
    for (const [key, source] of before) if (!this.#sources.has(key)) source.close();
    return this.#inForce;
  }

  #take(said: BundleUpstream, before: ReadonlyMap<string, CredentialSource>): InForce {
    const sources = new Map<BundleCredential, CredentialSource>();
    for (const credential of said.credentials) {
      const key = canonicalJson({ name: credential.name, from: credential.from });
      const source = this.#sources.get(key) ?? before.get(key) ?? this.#sourceOf(credential);
      this.#sources.set(key, source);
      sources.set(credential, source);
    }
    const headers = said.credentials.flatMap(({ place }) => ('header' in place ? [place.header] : []));
    return { said, choice: new CredentialChoice(said), headers: new Set(headers), sources };
  }
}

const NONE: ReadonlySet<string> = new Set();
const NOTHING: Looked = { kind: 'shown', shown: { headers: {}, query: '', env: {}, secrets: [], sources: [] } };

function lookAt({ credentials }: Chosen, { sources }: InForce, caller: Caller): Looked {
  const headers: Record<string, string> = {};
  const query: string[] = [];
  const env: Record<string, string> = {};
  const secrets: Secret[] = [];
  const used: CredentialSource[] = [];
  const pending: CredentialSource[] = [];
  for (const credential of credentials) {
    const source = sources.get(credential);
    if (source === undefined) throw new Error('a credential has no source');
    const found = source.look(caller);
    if (found.kind === 'refused') return found;
    if (found.kind === 'pending') {
      pending.push(source);
      continue;
    }
    const { secret } = found;
    secrets.push(secret);
    used.push(source);
    const { place } = credential;
    if ('header' in place) headers[place.header] = `${place.prefix}${secret.value}`;
    else if ('query' in place) query.push(`${encodeURIComponent(place.query)}=${encodeURIComponent(secret.value)}`);
    else env[place.env] = secret.value;
  }
  if (pending.length > 0) return { kind: 'pending', sources: pending };
  return { kind: 'shown', shown: { headers, query: query.join('&'), env, secrets, sources: used } };
}
