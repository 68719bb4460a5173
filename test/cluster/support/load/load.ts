/**
 * Clients that open sessions and call without pause, until they are told to stop. Each does one thing after the other, so what went
 * wrong on the wire belongs to what it was doing. What is random comes from a seed, which is printed by whoever starts it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../../fuzz/random.ts';
import { CallLog, type LoggedCall } from './call-log.ts';
import { type Kind, type OpenClient, openClient } from './clients.ts';
import { type Seen, seenOf } from './outcome.ts';
import { Wire, type WireOptions } from './wire.ts';

export interface LoadClient extends WireOptions {
  readonly group: string;
  readonly kind: Kind;
  readonly url: string;
  readonly token: string;
  /** A tool that policy forbids; left out where nobody forbids anything. */
  readonly forbidden?: string;
}

export interface LoadOptions {
  readonly seed: number;
  readonly clients: readonly LoadClient[];
  /** Between two calls of a client, so that the machine has time for what is tested. Default: 20 ms. */
  readonly pauseMs?: number;
}

/** Calls of a session. */
const SESSION = { least: 5, more: 30 };
/** One call in so many is slow, or forbidden. */
const ONE_IN = 10;
const SLOW_MS = { least: 50, more: 700 };
/** After a failure, as people's clients do. */
const AFTER_FAILURE_MS = 100;
const DETAIL = 200;

export class Load {
  readonly log = new CallLog();
  readonly #over = new AbortController();
  readonly #clients: Promise<void>[];

  private constructor({ seed, clients, pauseMs = 20 }: LoadOptions) {
    this.#clients = clients.map((client, i) =>
      new Caller(client, new Random(seed, i + 1), pauseMs, this.log, this.#over.signal).run(),
    );
  }

  static start(options: LoadOptions): Load {
    return new Load(options);
  }

  /** Resolves when the calls that are under way have ended. */
  async stop(): Promise<CallLog> {
    this.#over.abort();
    await Promise.all(this.#clients);
    return this.log;
  }
}

class Caller {
  readonly #client: LoadClient;
  readonly #random: Random;
  readonly #pauseMs: number;
  readonly #log: CallLog;
  readonly #over: AbortSignal;
  readonly #name: string;

  constructor(client: LoadClient, random: Random, pauseMs: number, log: CallLog, over: AbortSignal) {
    this.#client = client;
    this.#random = random;
    this.#pauseMs = pauseMs;
    this.#log = log;
    this.#over = over;
    this.#name = `${client.kind}, ${client.keepsConnections ? 'kept' : 'new'} connections`;
  }

  async run(): Promise<void> {
    while (!this.#over.aborted) {
      const wire = new Wire(this.#client);
      try {
        await this.#session(wire);
      } finally {
        await wire.close();
      }
    }
  }

  async #session(wire: Wire): Promise<void> {
    const { kind, url, token } = this.#client;
    let open: OpenClient | undefined;
    const connected = await this.#do('connect', wire, false, async () => {
      open = await openClient(kind, url, token, wire);
      return 'answered';
    });
    if (connected !== 'answered' || open === undefined) return;
    try {
      for (let left = SESSION.least + this.#random.below(SESSION.more); left > 0; left -= 1) {
        if (this.#over.aborted) return;
        const seen = await this.#call(wire, open);
        if (seen !== 'answered' && seen !== 'denied') return;
        await sleep(this.#pauseMs);
      }
    } finally {
      await open.close();
    }
  }

  async #call(wire: Wire, open: OpenClient): Promise<Seen> {
    const { forbidden } = this.#client;
    if (forbidden !== undefined && this.#random.oneIn(ONE_IN)) {
      return this.#do(forbidden, wire, open.hasSession, async (id) => {
        const answer = await open.call(forbidden, {}, id).then(
          () => undefined,
          (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
        );
        if (answer === undefined) return 'unguarded';
        if (/polic|forbid|not allowed|denied/i.test(answer.message)) return 'denied';
        throw answer;
      });
    }
    if (this.#random.oneIn(ONE_IN)) {
      const ms = SLOW_MS.least + this.#random.below(SLOW_MS.more);
      return this.#do('slow', wire, open.hasSession, async (id) =>
        expectText(await open.call('slow', { ms }, id), 'slept'),
      );
    }
    return this.#do('echo', wire, open.hasSession, async (id) => expectText(await open.call('echo', { id }, id), id));
  }

  async #do(tool: string, wire: Wire, hasSession: boolean, work: (id: string) => Promise<Seen>): Promise<Seen> {
    const id = Array.from({ length: 4 }, () => this.#random.next().toString(16).padStart(8, '0')).join('');
    const started = Date.now();
    wire.last = {};
    let seen: Seen;
    let detail: string | undefined;
    try {
      seen = await work(id);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      seen = seenOf(wire.last, hasSession, message);
      detail = `${JSON.stringify(wire.last)} ${message}`.slice(0, DETAIL);
    }
    const call: LoggedCall = {
      id,
      group: this.#client.group,
      client: this.#name,
      tool,
      started,
      ended: Date.now(),
      seen,
    };
    this.#log.add(detail === undefined ? call : { ...call, detail });
    if (detail !== undefined) await sleep(AFTER_FAILURE_MS);
    return seen;
  }
}

function expectText(text: string, part: string): 'answered' {
  if (!text.includes(part)) throw new Error(`another answer than this server's: ${text}`);
  return 'answered';
}
