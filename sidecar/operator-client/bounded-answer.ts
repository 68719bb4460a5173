/** One answer of the operator as undici delivers it, of bounded size. */
import type { Dispatcher } from 'undici';

/** An ApprovalRequest with its preview is some 40 KB at most; an answer never repeats the preview. */
const MAX_ANSWER_BYTES = 64 * 1024;

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

export class BoundedAnswer implements Dispatcher.DispatchHandler {
  readonly whole: Promise<RawAnswer>;
  readonly #chunks: Buffer[] = [];
  readonly #maxBytes: number;
  #controller: Dispatcher.DispatchController | undefined = undefined;
  #length = 0;
  #status = 0;
  #resolve: (answer: RawAnswer) => void = () => {};
  #reject: (error: Error) => void = () => {};
  #failed: Error | undefined = undefined;

  constructor(maxBytes = MAX_ANSWER_BYTES) {
    this.#maxBytes = maxBytes;
    this.whole = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failed !== undefined) controller.abort(this.#failed);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > this.#maxBytes) this.fail(new Error(`the answer is larger than ${this.#maxBytes} bytes`));
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#resolve({ status: this.#status, body: Buffer.concat(this.#chunks, this.#length).toString('utf8') });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(this.#failed ?? error);
  }

  /** Gives up, also while the request still waits for a connection. */
  fail(error: Error): void {
    if (this.#failed !== undefined) return;
    this.#failed = error;
    this.#reject(error);
    this.#controller?.abort(error);
  }
}
