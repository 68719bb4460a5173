/** A process of python/driver.py: many sessions of one Python SDK, told line by line what to do. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Json, Progress } from './shape.ts';

export const PYTHON_FOLDER = join(import.meta.dirname, '..', 'python');

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly failed: string; readonly code?: unknown; readonly message?: string };
  readonly progress?: Progress;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

interface Line extends Json {
  readonly op: string;
  readonly session: string;
}

/** Named as Python names it. */
class PythonError extends Error {
  override readonly name: string;
  readonly code: unknown;

  constructor({ failed, code, message }: NonNullable<Answer['error']>) {
    super(message);
    this.name = failed;
    this.code = code;
  }
}

export class PythonDriver {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(interpreter: string) {
    // What it says on standard error is for who reads the test.
    this.#child = spawn(interpreter, ['-B', join(PYTHON_FOLDER, 'driver.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdin.on('error', () => {});
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#onAnswer(JSON.parse(line) as Answer));
    this.#child.once('exit', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the Python driver ended with ${code}`));
    });
  }

  async ask(line: Line, onProgress?: (progress: Progress) => void, signal?: AbortSignal): Promise<unknown> {
    const id = ++this.#last;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onProgress });
    });
    this.#say({ ...line, id });
    signal?.addEventListener('abort', () => this.#say({ op: 'cancel', target: id }), { once: true });
    return answer;
  }

  async close(): Promise<void> {
    const closed = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await closed;
  }

  #say(line: Json): void {
    this.#child.stdin.write(`${JSON.stringify(line)}\n`);
  }

  #onAnswer({ id, result, error, progress }: Answer): void {
    const waiting = this.#waiting.get(id);
    if (progress !== undefined) {
      waiting?.onProgress?.(progress);
      return;
    }
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new PythonError(error));
  }
}
