/** An MCP server as a child process: one JSON message a line, both ways (MCP, stdio transport). */
import { fenced } from '../../../core/fence.ts';
import { LineSplitter } from '../../../core/line-splitter.ts';
import { MessageLines } from '../../../core/mcp/message-lines.ts';
import { oneLine } from '../../../core/mcp/one-line.ts';
import type { Overlong } from '../../../core/mcp/overlong-message.ts';
import { PartialLines } from '../../memory/partial-lines.ts';
import { LogLimit } from './log.ts';
import { ProcessGroup, type StdioCommand } from './process-group.ts';
import { UpstreamError } from '../upstream.ts';

export interface ChildEvents {
  /** One line of its standard output, without the line break. */
  onLine(line: Buffer): void;
  /** In the place of a line that is too long to be held, or (`isGivenUp`) for which others left no room. */
  onOverlong(message: Overlong, isGivenUp: boolean): void;
  /** One line of its standard error (free-form logs), or of ours about it. */
  onLog(line: string): void;
  /** Once, when it is gone; `why` is a clause such as "it exited with code 1". */
  onGone(why: string): void;
}

/** Of one message. A longer one fails what it is about, and nothing else. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const MAX_LOG_LINE_BYTES = 8 * 1024;
/** A server that does not read must not fill our memory with what its clients send. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;
/** How long a server has after each step of being asked to stop. */
const STOP_STEP_MS = 2_000;
/** How long the last output of a process that has exited may still be on its way. */
const LAST_OUTPUT_MS = 2_000;

export class StdioChild {
  readonly #group: ProcessGroup;
  readonly #events: ChildEvents;
  readonly #log: LogLimit;
  readonly #gone = Promise.withResolvers<void>();
  #isGone = false;
  /** Resolves when nothing of its group is left. */
  #rest: Promise<void> | undefined = undefined;
  #stopping = false;
  /** Its output is read no more, only thrown away. */
  #deaf = false;
  readonly #out: MessageLines;

  /** `partial` counts the lines of all programs of a gate that have no end yet. */
  constructor(command: StdioCommand, events: ChildEvents, partial: PartialLines = new PartialLines()) {
    this.#events = events;
    this.#log = new LogLimit((line) => events.onLog(line));
    this.#group = new ProcessGroup(command);
    const { first } = this.#group;
    first.once('error', (error: NodeJS.ErrnoException) => this.#onGone(`it could not be run (${error.code})`));
    // 'close' comes after the last line of output, 'exit' may come before.
    first.once('close', (code, signal) => this.#onGone(endOf(code, signal)));
    first.once('exit', (code, signal) => this.#onExit(endOf(code, signal)));
    this.#out = this.#readLines(partial);
    // A child that closes its input while we write is about to exit; 'close' tells it better.
    first.stdin?.on('error', () => {});
  }

  /** One message; whatever a server could take for the end of a line is written otherwise, because here a line is a message. */
  send(message: Buffer): void {
    if (this.#isGone) return;
    this.#group.first.stdin?.write(oneLine(message));
    this.#group.first.stdin?.write('\n');
  }

  /** Throws when it has been sent more than it reads. */
  checkReads(): void {
    if ((this.#group.first.stdin?.writableLength ?? 0) > MAX_UNREAD_BYTES)
      throw new UpstreamError('upstream-broken', 'it does not read what it is sent');
  }

  /** Says something about it where its logs go, within the same limits. */
  remark(line: string): void {
    this.#log.push(line);
  }

  /** Lets it wait with its next output until it is resumed. */
  pause(): void {
    // Somebody who is to stop must be able to: 'close' comes only when all output was read.
    if (this.#stopping) this.#goDeaf();
    else this.#group.first.stdout?.pause();
  }

  resume(): void {
    this.#group.first.stdout?.resume();
  }

  /** Asks it to stop the way the specification says: close its input, then SIGTERM, then SIGKILL. */
  async stop(): Promise<void> {
    if (this.#isGone) return this.#rest;
    this.#stopping = true;
    if (this.#group.first.stdout?.isPaused() === true) this.#goDeaf();
    this.resume();
    this.#group.first.stdin?.end();
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (await this.#goneWithin(STOP_STEP_MS)) return this.#rest;
      this.kill(signal);
    }
    // Something that left the group may still hold the pipes; it is none of ours.
    if (!(await this.#goneWithin(STOP_STEP_MS))) this.#onGone('it was ended by SIGKILL');
    return this.#rest;
  }

  kill(signal: NodeJS.Signals): void {
    this.#group.kill(signal);
  }

  #readLines(partial: PartialLines): MessageLines {
    // Called by the pipe, with nobody above: what a server writes must not bring down whoever reads it.
    const dropped = (error: unknown): void =>
      this.#log.push(`a line on its standard output could not be handled (${String(error)}); it was dropped`);
    const onLine = fenced((line: Buffer) => this.#events.onLine(line), dropped);
    const onOverlong = fenced(
      (message: Overlong, isGivenUp: boolean) => this.#events.onOverlong(message, isGivenUp),
      dropped,
    );
    const out = new MessageLines(MAX_LINE_BYTES, {
      onLine: (line) => {
        if (!this.#deaf) onLine(line);
      },
      onOverlong: (message, isGivenUp) => {
        if (!this.#deaf) onOverlong(message, isGivenUp);
      },
      onHeld: (bytes) => partial.changed(out, bytes),
      onEndless: () => {
        // It is no message, may be an attack on our memory, and nothing can come behind it.
        this.#deaf = true;
        this.kill('SIGKILL');
        this.#onGone(`it wrote a line of more than ${MAX_LINE_BYTES} bytes`);
      },
    });
    this.#group.first.stdout?.on('data', (chunk: Buffer) => {
      if (!this.#deaf) out.push(chunk);
    });
    const log = new LineSplitter(MAX_LOG_LINE_BYTES, (line) => this.#log.push(line.toString('utf8')));
    this.#group.first.stderr?.on('data', (chunk: Buffer) => {
      if (log.push(chunk)) return;
      log.reset();
      this.#log.drop();
    });
    return out;
  }

  #goDeaf(): void {
    this.#deaf = true;
    this.#out.close();
  }

  /** What it has started itself may hold its pipes, and 'close' never come: whoever waits for an answer would wait for ever. */
  #onExit(why: string): void {
    const timer = setTimeout(() => {
      this.#goDeaf();
      this.#onGone(why);
    }, LAST_OUTPUT_MS);
    void this.#gone.promise.then(() => clearTimeout(timer));
  }

  #onGone(why: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#out.close();
    // A server that ends may leave behind what it has started, with other pipes than ours.
    this.#rest = this.#group.endRest();
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

function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `it exited with code ${code}` : `it was ended by ${signal}`;
}
