/** An MCP server as a child process: one JSON message a line, both ways (MCP, stdio transport). */
import { type ChildProcess, spawn } from 'node:child_process';
import { LineSplitter } from '../../core/line-splitter.ts';

export interface StdioCommand {
  readonly command: readonly [string, ...string[]];
  readonly env: { readonly [name: string]: string };
  readonly cwd: string | undefined;
}

export interface ChildEvents {
  /** One line of its standard output, without the line break. */
  onLine(line: Buffer): void;
  /** One line of its standard error: free-form logs. */
  onLog(line: string): void;
  /** Once, when it is gone; `why` is a clause such as "it exited with code 1". */
  onGone(why: string): void;
}

const MAX_LINE_BYTES = 16 * 1024 * 1024;
const MAX_LOG_LINE_BYTES = 8 * 1024;
/** How long a server has after each step of being asked to stop. */
const STOP_STEP_MS = 2_000;

export class StdioChild {
  readonly #process: ChildProcess;
  readonly #events: ChildEvents;
  readonly #gone: Promise<void>;
  #isGone = false;

  constructor({ command, env, cwd }: StdioCommand, events: ChildEvents) {
    this.#events = events;
    const [file, ...args] = command;
    this.#process = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env }, cwd });
    this.#gone = new Promise((resolve) => {
      this.#process.once('error', (error: NodeJS.ErrnoException) =>
        this.#onGone(`it could not be run (${error.code})`, resolve),
      );
      // 'close' comes after the last line of output, 'exit' may come before.
      this.#process.once('close', (code, signal) => {
        this.#onGone(signal === null ? `it exited with code ${code}` : `it was ended by ${signal}`, resolve);
      });
    });
    this.#readLines();
    // A child that closes its input while we write is about to exit; 'close' tells it better.
    this.#process.stdin?.on('error', () => {});
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Bytes it has been sent and not read yet. */
  get unread(): number {
    return this.#process.stdin?.writableLength ?? 0;
  }

  /** One message; line breaks between its tokens are made blanks, because here a line is a message. */
  send(message: Buffer): void {
    if (this.#isGone) return;
    this.#process.stdin?.write(withoutLineBreaks(message));
    this.#process.stdin?.write('\n');
  }

  /** Asks it to stop the way the specification says: close its input, then SIGTERM, then SIGKILL. */
  async stop(): Promise<void> {
    if (this.#isGone) return;
    this.#process.stdin?.end();
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (await this.#goneWithin(STOP_STEP_MS)) return;
      this.#process.kill(signal);
    }
    await this.#gone;
  }

  #readLines(): void {
    const out = new LineSplitter(MAX_LINE_BYTES, (line) => this.#events.onLine(line));
    this.#process.stdout?.on('data', (chunk: Buffer) => {
      // A line without end is no message and may be an attack on our memory.
      if (!out.push(chunk)) this.#process.kill('SIGKILL');
    });
    const log = new LineSplitter(MAX_LOG_LINE_BYTES, (line) => this.#events.onLog(line.toString('utf8')));
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      if (!log.push(chunk)) log.reset();
    });
  }

  #onGone(why: string, resolve: () => void): void {
    if (this.#isGone) return;
    this.#isGone = true;
    resolve();
    this.#events.onGone(why);
  }

  async #goneWithin(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ms);
    });
    const gone = await Promise.race([this.#gone.then(() => true), late]);
    clearTimeout(timer);
    return gone;
  }
}

function withoutLineBreaks(message: Buffer): Buffer {
  if (!message.includes(0x0a) && !message.includes(0x0d)) return message;
  const copy = Buffer.from(message);
  // In valid JSON they stand between tokens only; inside strings they are escaped.
  for (let i = 0; i < copy.length; i++) if (copy[i] === 0x0a || copy[i] === 0x0d) copy[i] = 0x20;
  return copy;
}
