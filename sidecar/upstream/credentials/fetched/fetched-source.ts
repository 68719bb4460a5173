/** A key that is not there until somebody is asked for it: a token of the gate itself, or one that is exchanged for that of the caller. */
import type { Clock } from '../../../../core/clock.ts';
import { type Secret, readSecret } from '../../../../core/credentials/secret.ts';
import { sha256 } from '../../../../core/digest.ts';
import { refuse } from '../../../../core/mcp/refusals.ts';
import { isTokenOfPod } from '../../../../core/credentials/token-of-pod.ts';
import { type FetchedToken, type SecretKey, keyOf } from '../../../../core/policy/settings/fetched-tokens.ts';
import { type Principal, principalKey } from '../../../../core/policy/principal.ts';
import { bearerToken } from '../../../identity/bearer.ts';
import type { Caller, CredentialSource, Found } from '../source.ts';
import type { SecretStore } from '../store.ts';
import type { TokenEndpoint } from './ask-endpoint.ts';
import { KeptTokens, type Outcome } from './kept-tokens.ts';
import { questionOf } from './question.ts';
import type { Answer } from './read-answer.ts';

/** Calls that wait for a token at a time, each with its body. */
const MAX_WAITING = 512;
/** What was replaced may still be said by the server: that many are watched for. */
const MAX_FORMER = 2;
/** Of callers: the forms of one take some 20 KB. */
const MAX_FORMS = 64;
/** What was proven by a token that can be shown to somebody else. */
const EXCHANGED: ReadonlySet<Principal['kind']> = new Set<Principal['kind']>(['jwt', 'serviceAccount']);

/** What the gate shows of itself to the endpoint; other texts, and all that was fetched is fetched anew. */
interface Keys {
  readonly secret: string;
  readonly actor: string | undefined;
}

/** A token that was shown to the server, and in whose name. */
interface Mine {
  readonly owner: string;
  readonly secret: Secret;
}

/** No key of a principal. */
const GATE = '';

export interface FetchedSourceParts {
  readonly name: string;
  readonly said: FetchedToken;
  readonly store: SecretStore;
  readonly clock: Clock;
  /** Told of what stands in the way, once: a sentence that has nothing of a secret. */
  readonly onProblem: (problem: string) => void;
}

export class FetchedSource implements CredentialSource {
  readonly #parts: FetchedSourceParts;
  /** By whose it is and by its digest, the newest last. */
  readonly #secrets = new Map<string, Mine>();
  #endpoint: Promise<TokenEndpoint> | undefined = undefined;
  #version: number | undefined = undefined;
  #keys: Keys | undefined = undefined;
  #kept: KeptTokens;
  #waiting = 0;
  #missing: string | undefined = undefined;
  #failing: string | undefined = undefined;
  #told: string | undefined = undefined;

  constructor(parts: FetchedSourceParts) {
    this.#parts = parts;
    this.#kept = this.#newKept();
  }

  look(caller: Caller): Found {
    const keys = this.#readKeys();
    if (keys === undefined) return this.#unavailable();
    const subject = this.#subjectOf(caller);
    if (subject === undefined && this.#exchanges) return NOBODY_TO_EXCHANGE;
    const outcome = this.#kept.look(whoseOf(subject), () => this.#ask(keys, subject));
    if (outcome !== undefined) return this.#found(outcome, caller);
    return this.#waiting < MAX_WAITING ? { kind: 'pending' } : this.#unavailable();
  }

  fetch(caller: Caller, done: () => void): () => void {
    let waits = true;
    this.#waiting++;
    const end = (): boolean => {
      const did = waits;
      if (waits) this.#waiting--;
      waits = false;
      return did;
    };
    const heard = (): void => {
      if (end()) done();
    };
    const keys = this.#readKeys();
    const subject = this.#subjectOf(caller);
    if (keys === undefined || (subject === undefined && this.#exchanges)) setImmediate(heard);
    else void this.#kept.fetch(whoseOf(subject), () => this.#ask(keys, subject)).then(heard);
    return () => void end();
  }

  /** What was exchanged is its caller's alone. */
  get common(): readonly Secret[] {
    return this.#exchanges ? [] : this.#newestOf(GATE);
  }

  ofCaller(principal: Principal): readonly Secret[] {
    return this.#exchanges ? this.#newestOf(principalKey(principal)) : [];
  }

  get problem(): string | undefined {
    this.#readKeys();
    return this.#sentence;
  }

  refused({ value }: Secret): void {
    this.#kept.refused(value);
  }

  close(): void {}

  get #exchanges(): boolean {
    return 'tokenExchange' in this.#parts.said;
  }

  #subjectOf({ principal, authorization }: Caller): string | undefined {
    if (!this.#exchanges || principal === undefined || !EXCHANGED.has(principal.kind)) return undefined;
    return authorization === undefined ? undefined : bearerToken(authorization);
  }

  #readKeys(): Keys | undefined {
    const { store, said } = this.#parts;
    const { version } = store;
    if (version === this.#version) return this.#keys;
    this.#version = version;
    this.#missing = undefined;
    const { proof } = 'tokenExchange' in said ? said.tokenExchange : said.clientCredentials;
    const own = keyOf(proof);
    const secret = this.#read(own, 'privateKey' in proof);
    const from = 'tokenExchange' in said ? said.tokenExchange.actor?.token : undefined;
    const actor = from === undefined ? undefined : this.#read(from, false);
    const isWhole = secret !== undefined && (from === undefined || actor !== undefined);
    const keys = isWhole ? { secret, actor } : undefined;
    const isAnother = (field: keyof Keys, of: SecretKey): boolean =>
      keys?.[field] !== this.#keys?.[field] && !(isTokenOfPod(of) && keys !== undefined && this.#keys !== undefined);
    // What was given to another secret may have been taken back with it. A token of the pod is renewed, and says the same.
    if (isAnother('secret', own) || (from !== undefined && isAnother('actor', from))) {
      this.#kept = this.#newKept();
      this.#failing = undefined;
    }
    this.#keys = keys;
    this.#tell();
    return keys;
  }

  #read({ secret, key }: SecretKey, isText: boolean): string | undefined {
    const { name, store } = this.#parts;
    const read = store.read(secret, key);
    const parsed = 'problem' in read ? read : isText ? { value: read.text } : readSecret(name, read.text);
    if ('value' in parsed) return parsed.value;
    this.#missing ??= `key ${key} of Secret ${secret} ${parsed.problem}`;
    return undefined;
  }

  /** Never rejects. */
  async #ask({ secret, actor }: Keys, subject: string | undefined): Promise<Answer> {
    const { said, clock } = this.#parts;
    const client = 'tokenExchange' in said ? said.tokenExchange : said.clientCredentials;
    try {
      // A gate that fetches no token loads nothing for it.
      this.#endpoint ??= import('./ask-endpoint.ts').then(({ TokenEndpoint: Endpoint }) => new Endpoint(client, clock));
      return await (await this.#endpoint).ask(questionOf(said, subject, actor), secret);
    } catch {
      return { kind: 'failed', why: 'it could not be asked' };
    }
  }

  #found(outcome: Outcome, { principal }: Caller): Found {
    if (outcome.kind === 'failed') return this.#unavailable();
    const { name } = this.#parts;
    if (outcome.kind === 'declined') {
      const sentence = `your token was not exchanged for ${name}, which the server asks for: the authorization server says no to it (${outcome.why})`;
      return { kind: 'refused', refusal: refuse('no-credentials', sentence) };
    }
    const isOfCaller = this.#exchanges && principal !== undefined;
    const secret = this.#secretOf(outcome.token, isOfCaller ? principalKey(principal) : GATE);
    return secret === undefined ? this.#unavailable() : { kind: 'found', secret };
  }

  #secretOf(token: string, owner: string): Secret | undefined {
    const key = `${owner} ${sha256(token)}`;
    const known = this.#secrets.get(key);
    if (known !== undefined) return known.secret;
    const secret = readSecret(this.#parts.name, token);
    if ('problem' in secret) return undefined;
    this.#secrets.set(key, { owner, secret });
    const [oldest] = this.#secrets.keys();
    if (this.#secrets.size > MAX_FORMS && oldest !== undefined) this.#secrets.delete(oldest);
    return secret;
  }

  #newestOf(owner: string): readonly Secret[] {
    const own: Secret[] = [];
    for (const mine of this.#secrets.values()) if (mine.owner === owner) own.push(mine.secret);
    return own.slice(-1 - MAX_FORMER);
  }

  /** What is wrong is for whoever runs the gate; a client is told whose fault it is not. */
  #unavailable(): Found {
    const sentence = `the gate could not fetch ${this.#parts.name}, which the server asks for`;
    return { kind: 'refused', refusal: refuse('credentials-unavailable', sentence) };
  }

  #newKept(): KeptTokens {
    const kept: KeptTokens = new KeptTokens(this.#parts.clock, (why) => {
      // What was asked with the keys of before says nothing any more.
      if (kept !== this.#kept) return;
      this.#failing = why === undefined ? undefined : `could not be fetched from ${this.#whom}: ${why}`;
      this.#tell();
    });
    return kept;
  }

  get #whom(): string {
    const { said } = this.#parts;
    const { of } = 'tokenExchange' in said ? said.tokenExchange : said.clientCredentials;
    return 'url' in of ? of.url : of.issuer;
  }

  get #sentence(): string | undefined {
    const why = this.#missing ?? this.#failing;
    return why === undefined ? undefined : `credential ${this.#parts.name}: ${why}`;
  }

  #tell(): void {
    const problem = this.#sentence;
    if (problem === this.#told) return;
    this.#told = problem;
    if (problem !== undefined) this.#parts.onProblem(problem);
  }
}

const NOBODY_TO_EXCHANGE: Found = {
  kind: 'refused',
  refusal: refuse(
    'no-credentials',
    'the gate exchanges the token of its caller for one that the server takes, and you have shown none that can be exchanged: come with a JSON Web Token of an issuer that the gate trusts',
  ),
};

/** Of the gate itself there is one token; of callers one each. */
function whoseOf(subject: string | undefined): string {
  return subject === undefined ? '' : sha256(subject);
}
