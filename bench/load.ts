/** The load, in a process of its own: sends one body again and again over a fixed number of connections. */
import { Client, type Dispatcher } from 'undici';
import { quantileOf } from './statistics.ts';

export interface LoadRequest {
  readonly origin: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  /** Tokens, of which each request shows the next one; default: that of `headers`. */
  readonly tokens?: readonly string[] | undefined;
  /** How the gate is known, and what the client shows of itself, in PEM; default: no TLS. */
  readonly tls?: Tls | undefined;
  readonly body: string;
  readonly connections: number;
  readonly requests: number;
  /** Ends the load however few requests were completed. */
  readonly maxMs: number;
}

export interface Tls {
  readonly ca: string;
  readonly servername?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface LoadAnswer {
  readonly completed: number;
  /** Answers that were not 200, and requests that got none. */
  readonly failed: number;
  /** Of what was completed. */
  readonly p50Ms: number;
  /** From the time that an event of the answer says it was written at until it came; NaN where no answer says one. */
  readonly stampedP50Ms: number;
  /** That the last answer has opened. */
  readonly session?: string | undefined;
}

/** A request id and a progress token belong to one call at a time (JSON-RPC 2.0; MCP, Progress), and each connection has one. */
const FIRST_ID = 10;
/** A stamped event is small; to look for a stamp in a megabyte would slow the load down. */
const MAX_STAMPED_BYTES = 2_048;
const STAMP = /"at (\d+)"/;

class Load {
  readonly #request: LoadRequest;
  readonly #deadline: number;
  readonly #latencies: number[] = [];
  readonly #stamped: number[] = [];
  readonly #done: (answer: LoadAnswer) => void;
  #started = 0;
  #failed = 0;
  #session: string | undefined;
  #running: number;

  constructor(request: LoadRequest, done: (answer: LoadAnswer) => void) {
    this.#request = request;
    this.#deadline = performance.now() + request.maxMs;
    this.#running = request.connections;
    this.#done = done;
  }

  run(): void {
    const connect = { ...this.#request.tls };
    const options: Client.Options = { connect, pipelining: 1, allowH2: false, headersTimeout: 0, bodyTimeout: 0 };
    for (let i = 0; i < this.#request.connections; i++) {
      this.#next(new Client(this.#request.origin, options), this.#callOf(FIRST_ID + i));
    }
  }

  #callOf(id: number): Dispatcher.DispatchOptions {
    const { path, headers, body } = this.#request;
    const own = body.replace('"id":1,', `"id":${id},`).replace('"progressToken":1}', `"progressToken":${id}}`);
    return { method: 'POST', path, headers: { ...headers }, body: Buffer.from(own) };
  }

  #next(client: Client, call: Dispatcher.DispatchOptions): void {
    if (this.#started >= this.#request.requests || performance.now() > this.#deadline) {
      void client.close();
      if (--this.#running === 0) this.#end();
      return;
    }
    const { tokens } = this.#request;
    if (tokens !== undefined) {
      Object.assign(call.headers ?? {}, { authorization: `Bearer ${tokens[this.#started % tokens.length]}` });
    }
    this.#started++;
    const sent = performance.now();
    let ok = false;
    client.dispatch(call, {
      onRequestStart() {},
      onResponseStart: (_controller, status, headers) => {
        ok = status === 200;
        this.#session = headers['mcp-session-id']?.toString();
      },
      onResponseData: (_controller, chunk) => {
        if (chunk.length < MAX_STAMPED_BYTES) this.#noteStamp(chunk);
      },
      onResponseEnd: () => {
        if (ok) this.#latencies.push(performance.now() - sent);
        else this.#failed++;
        this.#next(client, call);
      },
      onResponseError: () => {
        this.#failed++;
        this.#next(client, call);
      },
    });
  }

  #noteStamp(chunk: Buffer): void {
    const [, written] = STAMP.exec(chunk.toString('latin1')) ?? [];
    // One clock for all processes of a machine.
    if (written !== undefined) this.#stamped.push(Number(process.hrtime.bigint() - BigInt(written)) / 1e6);
  }

  #end(): void {
    const { length } = this.#latencies;
    this.#done({
      completed: length,
      failed: this.#failed,
      p50Ms: medianOf(this.#latencies),
      stampedP50Ms: medianOf(this.#stamped),
      session: this.#session,
    });
  }
}

function medianOf(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : quantileOf(values, 0.5);
}

process.on('message', (request: LoadRequest) => {
  new Load(request, (answer) => process.send?.(answer)).run();
});
