/** Asks a token endpoint. Loaded when the first token is asked for: a gate that fetches none has nothing of it. */
import { type KeyObject, createPrivateKey, type webcrypto } from 'node:crypto';
import {
  allowInsecureRequests,
  type AuthorizationServer,
  ClientSecretBasic,
  ClientSecretPost,
  type ClientAuth,
  customFetch,
  genericTokenEndpointRequest,
  PrivateKeyJwt,
} from 'oauth4webapi';
import type { Clock } from '../../../../core/clock.ts';
import type { ClientCredentials } from '../../../../core/policy/settings/fetched-tokens.ts';
import { metadataOf, urlIn } from '../../../identity/jwt/issuer-metadata.ts';
import type { Question } from './question.ts';
import { type Answer, type RawAnswer, readAnswer } from './read-answer.ts';

/** For the endpoint; its metadata has as long. */
const TIMEOUT_MS = 5_000;
/** The largest tokens take some 10 KB. */
const MAX_BYTES = 64 * 1024;

/** Metadata is read again after that, and whenever a question has failed. */
const KNOWN_FOR_MS = 3_600_000;

export type Client = Pick<ClientCredentials, 'of' | 'clientId' | 'proof'>;

/** One endpoint, as it is asked by one client. */
export class TokenEndpoint {
  readonly #client: Client;
  readonly #clock: Clock;
  /** Where it was found to be, and until when that is believed: monotonic milliseconds. */
  #known: { readonly url: string; readonly until: number } | undefined = undefined;

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Never rejects. `secret`: the secret of the client, or its private key, as it stands in its Secret. */
  async ask(question: Question, secret: string): Promise<Answer> {
    const answer = await this.#ask(question, secret);
    if (answer.kind === 'failed') this.#known = undefined;
    return answer;
  }

  async #ask(question: Question, secret: string): Promise<Answer> {
    try {
      const clientAuth = await clientAuthOf(this.#client.proof, secret);
      const raw = await post(await this.#server(), this.#client.clientId, clientAuth, question);
      return readAnswer(raw, question.exchanges, this.#clock.now());
    } catch (error) {
      return { kind: 'failed', why: sentenceOf(error) };
    }
  }

  async #server(): Promise<AuthorizationServer> {
    const { of } = this.#client;
    // A signed assertion names the endpoint then as the one that it is for (RFC 7523 §3).
    if ('url' in of) return { issuer: of.url, token_endpoint: of.url };
    const now = this.#clock.monotonic();
    if (this.#known === undefined || now >= this.#known.until) {
      const url = urlIn(await metadataOf(of.issuer), 'token_endpoint', of.issuer);
      this.#known = { url, until: now + KNOWN_FOR_MS };
    }
    return { issuer: of.issuer, token_endpoint: this.#known.url };
  }
}

async function post(
  server: AuthorizationServer,
  clientId: string,
  clientAuth: ClientAuth,
  { grantType, parameters }: Question,
): Promise<RawAnswer> {
  let raw: RawAnswer | undefined;
  const take: typeof fetch = async (url, init) => {
    raw = await boundedFetch(url, init ?? {});
    // What is in it is read elsewhere: the errors of the library carry the whole answer.
    return new Response(null);
  };
  // Which URLs of plain HTTP may be named is said by the schema of the MCPServer.
  const options = { [allowInsecureRequests]: true, [customFetch]: take };
  await genericTokenEndpointRequest(server, { client_id: clientId }, clientAuth, grantType, parameters, options);
  if (raw === undefined) throw new Error('it was not asked');
  return raw;
}

/** Redirects are not followed: the secret goes where the policy says. */
async function boundedFetch(url: string | URL | Request, init: RequestInit): Promise<RawAnswer> {
  const answer = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new Error(`it answered with more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return {
    status: answer.status,
    contentType: answer.headers.get('content-type') ?? '',
    retryAfter: answer.headers.get('retry-after'),
    text: Buffer.concat(chunks).toString('utf8'),
  };
}

async function clientAuthOf(proof: ClientCredentials['proof'], secret: string): Promise<ClientAuth> {
  if ('secret' in proof) return proof.sentIn === 'Header' ? ClientSecretBasic(secret) : ClientSecretPost(secret);
  if ('assertion' in proof) return shownBy(secret);
  const key = await signingKey(secret);
  return PrivateKeyJwt(proof.keyId === null ? key : { key, kid: proof.keyId });
}

/** What somebody whom the server trusts has signed (RFC 7523 §2.2), which the library has no word for. */
function shownBy(assertion: string): ClientAuth {
  return (_server, client, body) => {
    body.set('client_id', client.client_id);
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    body.set('client_assertion', assertion);
  };
}

const NOT_A_KEY =
  'the private key of the client cannot be read: write it as PEM, RSA, EC (P-256, P-384, P-521) or Ed25519';

/** By the algorithm that every provider takes for this kind of key (RFC 7518 §3.1, RFC 8037 §3.1). */
async function signingKey(pem: string): Promise<webcrypto.CryptoKey> {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new Error(NOT_A_KEY);
  }
  const algorithm = algorithmOf(key);
  if (algorithm === undefined) throw new Error(NOT_A_KEY);
  return key.toCryptoKey(algorithm, false, ['sign']);
}

const CURVES: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject) {
  if (type === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  if (type === 'ed25519') return { name: 'Ed25519' };
  const namedCurve = type === 'ec' ? CURVES[details?.namedCurve ?? ''] : undefined;
  return namedCurve === undefined ? undefined : { name: 'ECDSA', namedCurve };
}

/** undici wraps what went wrong. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it could not be asked';
  if (error.name === 'TimeoutError') return `it did not answer within ${TIMEOUT_MS / 1000} seconds`;
  const { cause } = error;
  const why = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
  return why instanceof Error ? `it could not be asked: ${why.message}` : error.message;
}
