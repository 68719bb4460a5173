/**
 * Calls at a fixed rate, in a process of their own: whether the last one was answered or not, the next one is sent when it is due. The time
 * of a call counts from when it was due.
 */
import { createHistogram } from 'node:perf_hooks';
import { Pool } from 'undici';
import { tokenOf } from './gate.ts';
import { headersOf, INITIALIZE, INITIALIZED } from './mcp-headers.ts';
import { type Payload, PAYLOADS } from './payloads.ts';

export interface RateOrder {
  readonly port: number;
  readonly perSecond: number;
  /** Clients whose tokens are used in turn. */
  readonly clients: number;
}

export interface RateState {
  readonly answered: number;
  readonly failed: number;
  readonly inFlight: number;
  /** Of the first call that failed. */
  readonly problem: string | undefined;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const SESSIONS = 20;
const MAX_CALL_MS = 10_000;
const BODY = (PAYLOADS[0] as Payload).body;

class RateLoad {
  readonly #order: RateOrder;
  readonly #pool: Pool;
  readonly #headers: Record<string, string>[] = [];
  /** In microseconds. To sort all of them at each look would itself be what is measured. */
  readonly #times = createHistogram();
  #failed = 0;
  #problem: string | undefined = undefined;
  #began = 0;
  #sent = 0;
  #inFlight = 0;
  #timer: NodeJS.Timeout | undefined = undefined;
  #idle: () => void = () => {};

  constructor(order: RateOrder) {
    this.#order = order;
    this.#pool = new Pool(`http://127.0.0.1:${order.port}`, { connections: 64, headersTimeout: 0, bodyTimeout: 0 });
  }

  async start(): Promise<void> {
    for (let i = 0; i < SESSIONS; i++) this.#headers.push(await this.#openSession(tokenOf(i % this.#order.clients)));
    this.#began = performance.now();
    this.#sendDue();
  }

  #sendDue(): void {
    const gapMs = 1_000 / this.#order.perSecond;
    let due = this.#began + this.#sent * gapMs;
    for (; due <= performance.now(); due += gapMs) void this.#call(due);
    this.#timer = setTimeout(() => this.#sendDue(), due - performance.now());
  }

  get state(): RateState {
    const { count } = this.#times;
    return {
      answered: count,
      failed: this.#failed,
      inFlight: this.#inFlight,
      problem: this.#problem,
      p50Ms: count === 0 ? 0 : this.#times.percentile(50) / 1_000,
      p99Ms: count === 0 ? 0 : this.#times.percentile(99) / 1_000,
    };
  }

  /** Sends no more, and resolves when the last one is answered or has failed. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#inFlight > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    await this.#pool.close();
  }

  async #openSession(token: string): Promise<Record<string, string>> {
    const { headers, body } = await this.#pool.request({
      method: 'POST',
      path: '/mcp',
      headers: headersOf(token),
      body: INITIALIZE,
    });
    await body.dump();
    const own = headersOf(token, String(headers['mcp-session-id']));
    const initialized = await this.#pool.request({ method: 'POST', path: '/mcp', headers: own, body: INITIALIZED });
    await initialized.body.dump();
    return own;
  }

  async #call(due: number): Promise<void> {
    // An id, and a progress token, is used once in a session.
    const id = ++this.#sent;
    this.#inFlight++;
    const problem = await this.#exchange(id).catch((error: unknown) => String(error));
    if (problem === undefined) this.#times.record(Math.max(1, Math.round((performance.now() - due) * 1_000)));
    else {
      this.#failed++;
      this.#problem ??= problem;
    }
    if (--this.#inFlight === 0) this.#idle();
  }

  /** Resolves with what is wrong with the answer. */
  async #exchange(id: number): Promise<string | undefined> {
    const { statusCode, body } = await this.#pool.request({
      method: 'POST',
      path: '/mcp',
      headers: this.#headers[id % SESSIONS] ?? {},
      body: BODY.replace('"id":1,', `"id":${id},`).replace('"progressToken":1}', `"progressToken":${id}}`),
      signal: AbortSignal.timeout(MAX_CALL_MS),
    });
    const text = await body.text();
    if (statusCode !== 200) return `HTTP ${statusCode}: ${text.slice(0, 300)}`;
    const isAnswer = text.includes(`"id":${id},"result"`) && !text.includes('"isError":true');
    return isAnswer ? undefined : `not an answer to ${id}: ${text.slice(0, 300)}`;
  }
}

let load: RateLoad | undefined;
process.on('message', (message: RateOrder | 'state' | 'stop') => {
  void answer(message).then((state) => process.send?.(state));
});

async function answer(message: RateOrder | 'state' | 'stop'): Promise<RateState | undefined> {
  if (message === 'stop') await load?.stop();
  else if (message !== 'state') {
    load = new RateLoad(message);
    await load.start();
  }
  return load?.state;
}
