/** An MCP server as a child process: one JSON message a line, both ways (MCP, stdio transport). */
import { type ChildProcess, spawn } from 'node:child_process';
import { fenced } from '../../core/fence.ts';
import { LineSplitter } from '../../core/line-splitter.ts';
import { LogLimit } from './stdio-log.ts';
import { UpstreamError } from './upstream.ts';

export interface StdioCommand {
  readonly command: readonly [string, ...string[]];
  readonly env: { readonly [name: string]: string };
  readonly cwd: string | undefined;
}

export interface ChildEvents {
  /** One line of its standard output, without the line break. */
  onLine(line: Buffer): void;
  /** One line of its standard error (free-form logs), or of ours about it. */
  onLog(line: string): void;
  /** Once, when it is gone; `why` is a clause such as "it exited with code 1". */
  onGone(why: string): void;
}

const MAX_LINE_BYTES = 16 * 1024 * 1024;
const MAX_LOG_LINE_BYTES = 8 * 1024;
/** A server that does not read must not fill our memory with what its clients send. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;
/** How long a server has after each step of being asked to stop. */
const STOP_STEP_MS = 2_000;

/** What still runs when this process ends at once, on a second Ctrl-C, is taken along. */
const running = new Set<StdioChild>();

export class StdioChild {
  readonly #process: ChildProcess;
  readonly #events: ChildEvents;
  readonly #log: LogLimit;
  readonly #gone = Promise.withResolvers<void>();
  #isGone = false;
  #stopping = false;
  /** Its output is read no more, only thrown away. */
  #deaf = false;

  constructor({ command, env, cwd }: StdioCommand, events: ChildEvents) {
    this.#events = events;
    this.#log = new LogLimit((line) => events.onLog(line));
    const [file, ...args] = command;
    this.#process = spawn(file, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      cwd,
      // A group of its own: what it starts itself (npx does) ends with it, and Ctrl-C reaches it through us, after its calls.
      detached: process.platform !== 'win32',
    });
    this.#process.once('error', (error: NodeJS.ErrnoException) => this.#onGone(`it could not be run (${error.code})`));
    // 'close' comes after the last line of output, 'exit' may come before.
    this.#process.once('close', (code, signal) => {
      this.#onGone(signal === null ? `it exited with code ${code}` : `it was ended by ${signal}`);
    });
    this.#readLines();
    // A child that closes its input while we write is about to exit; 'close' tells it better.
    this.#process.stdin?.on('error', () => {});
    if (running.size === 0) process.once('exit', killRunning);
    running.add(this);
  }

  /** One message; line breaks between its tokens are made blanks, because here a line is a message. */
  send(message: Buffer): void {
    if (this.#isGone) return;
    this.#process.stdin?.write(withoutLineBreaks(message));
    this.#process.stdin?.write('\n');
  }

  /** Throws when it has been sent more than it reads. */
  checkReads(): void {
    if ((this.#process.stdin?.writableLength ?? 0) > MAX_UNREAD_BYTES)
      throw new UpstreamError('upstream-broken', 'it does not read what it is sent');
  }

  /** Says something about it where its logs go, within the same limits. */
  remark(line: string): void {
    this.#log.push(line);
  }

  /** Lets it wait with its next output until it is resumed. */
  pause(): void {
    // Somebody who is to stop must be able to: 'close' comes only when all output was read.
    if (this.#stopping) this.#deaf = true;
    else this.#process.stdout?.pause();
  }

  resume(): void {
    this.#process.stdout?.resume();
  }

  /** Asks it to stop the way the specification says: close its input, then SIGTERM, then SIGKILL. */
  async stop(): Promise<void> {
    if (this.#isGone) return;
    this.#stopping = true;
    if (this.#process.stdout?.isPaused() === true) this.#deaf = true;
    this.resume();
    this.#process.stdin?.end();
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (await this.#goneWithin(STOP_STEP_MS)) return;
      this.kill(signal);
    }
    // Something that left the group may still hold the pipes; it is none of ours.
    if (!(await this.#goneWithin(STOP_STEP_MS))) this.#onGone('it was ended by SIGKILL');
  }

  kill(signal: NodeJS.Signals): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      this.#process.kill(signal);
    }
  }

  #readLines(): void {
    // Called by the pipe, with nobody above: what a server writes must not bring down whoever reads it.
    const onLine = fenced(
      (line: Buffer) => this.#events.onLine(line),
      (error) =>
        this.#log.push(`a line on its standard output could not be handled (${String(error)}); it was dropped`),
    );
    const out = new LineSplitter(MAX_LINE_BYTES, (line) => {
      if (!this.#deaf) onLine(line);
    });
    this.#process.stdout?.on('data', (chunk: Buffer) => {
      if (this.#deaf || out.push(chunk)) return;
      // A line without end is no message and may be an attack on our memory.
      this.#deaf = true;
      out.reset();
      this.kill('SIGKILL');
      this.#onGone(`it wrote a line of more than ${MAX_LINE_BYTES} bytes`);
    });
    const log = new LineSplitter(MAX_LOG_LINE_BYTES, (line) => this.#log.push(line.toString('utf8')));
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      if (log.push(chunk)) return;
      log.reset();
      this.#log.drop();
    });
  }

  #onGone(why: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    running.delete(this);
    if (running.size === 0) process.off('exit', killRunning);
    this.#log.flush();
    this.#gone.resolve();
    fenced(
      () => this.#events.onGone(why),
      (error) => this.#log.push(`its end could not be handled (${String(error)})`),
    )();
  }

  async #goneWithin(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ms);
    });
    const gone = await Promise.race([this.#gone.promise.then(() => true), late]);
    clearTimeout(timer);
    return gone;
  }
}

function killRunning(): void {
  for (const child of running) child.kill('SIGKILL');
}

function withoutLineBreaks(message: Buffer): Buffer {
  if (!message.includes(0x0a) && !message.includes(0x0d)) return message;
  const copy = Buffer.from(message);
  // In valid JSON they stand between tokens only; inside strings they are escaped.
  for (let i = 0; i < copy.length; i++) if (copy[i] === 0x0a || copy[i] === 0x0d) copy[i] = 0x20;
  return copy;
}
