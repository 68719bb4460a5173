/** The load, in a process of its own: sends one body again and again over a fixed number of connections. */
import { Client, type Dispatcher } from 'undici';

export interface LoadRequest {
  readonly origin: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  readonly connections: number;
  readonly requests: number;
  /** Ends the load however few requests were completed. */
  readonly maxMs: number;
}

export interface LoadAnswer {
  readonly completed: number;
  /** Answers that were not 200, and requests that got none. */
  readonly failed: number;
  /** Of what was completed. */
  readonly p50Ms: number;
}

class Load {
  readonly #request: LoadRequest;
  readonly #options: Dispatcher.DispatchOptions;
  readonly #deadline: number;
  readonly #latencies: number[] = [];
  readonly #done: (answer: LoadAnswer) => void;
  #started = 0;
  #failed = 0;
  #running: number;

  constructor(request: LoadRequest, done: (answer: LoadAnswer) => void) {
    this.#request = request;
    this.#options = {
      method: 'POST',
      path: request.path,
      headers: { ...request.headers },
      body: Buffer.from(request.body),
    };
    this.#deadline = performance.now() + request.maxMs;
    this.#running = request.connections;
    this.#done = done;
  }

  run(): void {
    const options: Client.Options = { pipelining: 1, allowH2: false, headersTimeout: 0, bodyTimeout: 0 };
    for (let i = 0; i < this.#request.connections; i++) this.#next(new Client(this.#request.origin, options));
  }

  #next(client: Client): void {
    if (this.#started >= this.#request.requests || performance.now() > this.#deadline) {
      void client.close();
      if (--this.#running === 0) this.#end();
      return;
    }
    this.#started++;
    const sent = performance.now();
    let ok = false;
    client.dispatch(this.#options, {
      onRequestStart() {},
      onResponseStart(_controller, status) {
        ok = status === 200;
      },
      onResponseData() {},
      onResponseEnd: () => {
        if (ok) this.#latencies.push(performance.now() - sent);
        else this.#failed++;
        this.#next(client);
      },
      onResponseError: () => {
        this.#failed++;
        this.#next(client);
      },
    });
  }

  #end(): void {
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    const p50Ms = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
    this.#done({ completed: sorted.length, failed: this.#failed, p50Ms });
  }
}

process.on('message', (request: LoadRequest) => {
  new Load(request, (answer) => process.send?.(answer)).run();
});
