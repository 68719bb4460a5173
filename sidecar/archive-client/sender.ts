/** Sends one segment to the archive, and believes the answer only where it names what was sent. */
import { Pool } from 'undici';
import { readAnswer } from '../../core/audit/archiving/answer.ts';
import { version } from '../../core/version.ts';
import { BoundedAnswer } from '../operator-client/bounded-answer.ts';
import type { Identity, IdentitySource } from './identity.ts';

const CONNECT_TIMEOUT_MS = 3_000;
const KEEP_ALIVE_MS = 30_000;
/** An archive that writes for longer is asked again: it takes what it has for what it is. */
const ANSWER_MS = 30_000;

/**
 * - `unreachable`: no answer; `slow`: none in time; `busy`: it cannot keep anything now;
 * - `unproven`: there is no certificate, or it is not taken;
 * - `refused`: it does not take these lines, now or later;
 * - `lying`: it confirmed something else than what was sent.
 */
export type ShipFailure = 'unreachable' | 'slow' | 'busy' | 'unproven' | 'refused' | 'lying';

export type Sent = { readonly failure?: undefined } | { readonly failure: ShipFailure; readonly why: string };

/** The last line of a segment. */
export interface LastLine {
  readonly seq: number;
  readonly stream: string;
  readonly hash: string;
}

export interface Sender {
  send(bytes: Buffer, last: LastLine): Promise<Sent>;
  close(): Promise<void>;
}

export class ArchiveSender implements Sender {
  readonly #url: URL;
  readonly #identities: IdentitySource;
  readonly #answerMs: number;
  #pool: Pool | undefined;
  #identity: Identity | undefined;

  constructor(url: string, identities: IdentitySource, answerMs = ANSWER_MS) {
    this.#url = new URL(url);
    this.#identities = identities;
    this.#answerMs = answerMs;
  }

  async send(bytes: Buffer, last: LastLine): Promise<Sent> {
    let pool: Pool;
    try {
      pool = this.#connected(await this.#identities.current());
    } catch (error) {
      return { failure: 'unproven', why: wordsOf(error) };
    }
    const collected = new BoundedAnswer();
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      collected.fail(new Error(`no answer within ${this.#answerMs} ms`));
    }, this.#answerMs);
    try {
      pool.dispatch(
        {
          path: `${this.#url.pathname.replace(/\/+$/, '')}/v1/segments`,
          method: 'POST',
          headers: { 'content-type': 'application/jsonl', 'user-agent': `sallyport-sidecar/${version}` },
          body: bytes,
        },
        collected,
      );
      const { status, body } = await collected.whole;
      return verdictOn(status, body, last);
    } catch (error) {
      return { failure: isLate ? 'slow' : 'unreachable', why: wordsOf(error) };
    } finally {
      clearTimeout(late);
    }
  }

  async close(): Promise<void> {
    await this.#pool?.destroy();
  }

  /** Connections made with an earlier certificate end with what they carry. */
  #connected(identity: Identity): Pool {
    if (this.#pool !== undefined && identity === this.#identity) return this.#pool;
    void this.#pool?.close().catch(() => {});
    this.#identity = identity;
    const { cert, key, ca } = identity;
    this.#pool = new Pool(this.#url.origin, {
      connections: 1,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: CONNECT_TIMEOUT_MS, cert, key, ...(ca === undefined ? {} : { ca }) },
    });
    return this.#pool;
  }
}

function verdictOn(status: number, body: string, last: LastLine): Sent {
  const said = jsonIn(body);
  if (status === 200) {
    const answer = readAnswer(said);
    if (answer?.hash === last.hash && answer.seq === last.seq && answer.stream === last.stream) return {};
    return { failure: 'lying', why: 'what the archive confirmed is not what it was sent' };
  }
  const sentence = typeof said === 'object' && said !== null && 'error' in said ? String(said.error).slice(0, 500) : '';
  const why = sentence === '' ? `HTTP ${status}` : `HTTP ${status}: ${sentence}`;
  if (status === 401) return { failure: 'unproven', why };
  return { failure: status >= 400 && status < 500 && status !== 429 && status !== 408 ? 'refused' : 'busy', why };
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
