/**
 * Which era a stdio server speaks. It is asked on a process of its own that is thrown away afterwards: some servers of the handshake
 * revisions exit when they hear anything before `initialize`.
 */
import type { Clock } from '../../../core/clock.ts';
import { answeredId, viewOf } from '../../../core/mcp/message-form.ts';
import type { Era } from '../../../core/mcp/era.ts';
import { MODERN_VERSIONS } from '../../../core/mcp/revisions/index.ts';
import type { PartialLines } from '../../memory/partial-lines.ts';
import { type ChildEvents, StdioChild } from './child.ts';
import type { StdioCommand } from './process-group.ts';
import { discover } from './words.ts';

const ANSWER_WITHIN_MS = 5_000;
/** Silence may come from a slow start (npx fetches packages): it is not taken for an answer for ever. */
const SILENCE_COUNTS_MS = 10 * 60_000;
const PROBE_ID = 'sallyport-era';

export interface EraOptions {
  readonly command: StdioCommand;
  readonly clock: Clock;
  /** Counts the lines of all programs of a gate that have no end yet. Default: of this one. */
  readonly partial?: PartialLines;
  onLog(line: string): void;
}

export class StdioEra {
  readonly #options: EraOptions;
  #verdict: Era | undefined = undefined;
  /** Monotonic milliseconds. */
  #verdictUntil = 0;
  #asking: Promise<Era> | undefined = undefined;
  #probe: Probe | undefined = undefined;

  constructor(options: EraOptions) {
    this.#options = options;
  }

  /** Undefined while it is not known. */
  get verdict(): Era | undefined {
    return this.#options.clock.monotonic() < this.#verdictUntil ? this.#verdict : undefined;
  }

  /** Whoever asks while a process is being asked shares its answer. */
  async ask(): Promise<Era> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Resolves when no process of ours is left. */
  async close(): Promise<void> {
    await this.#probe?.stop();
  }

  async #ask(): Promise<Era> {
    const probe = new Probe(this.#options);
    this.#probe = probe;
    const { era, said } = await probe.answer;
    this.#verdict = era;
    this.#verdictUntil = said ? Number.POSITIVE_INFINITY : this.#options.clock.monotonic() + SILENCE_COUNTS_MS;
    void probe.stop().finally(() => {
      if (this.#probe === probe) this.#probe = undefined;
    });
    return era;
  }
}

interface Answer {
  readonly era: Era;
  /** The server said so itself. */
  readonly said: boolean;
}

class Probe implements ChildEvents {
  readonly #child: StdioChild;
  readonly #options: EraOptions;
  readonly #answer = Promise.withResolvers<Answer>();
  readonly #timer: NodeJS.Timeout;
  /** Answered, or no longer asked: what it does from now on says nothing. */
  #over = false;

  constructor(options: EraOptions) {
    this.#options = options;
    this.#timer = setTimeout(() => this.#silent('it did not answer'), ANSWER_WITHIN_MS);
    this.#child = new StdioChild(options.command, this, options.partial);
    this.#child.send(discover(PROBE_ID));
  }

  get answer(): Promise<Answer> {
    return this.#answer.promise;
  }

  async stop(): Promise<void> {
    this.#settle('legacy', false);
    await this.#child.stop();
  }

  onLine(line: Buffer): void {
    // A logger that names the request is no answer to it.
    if (answeredId(line) !== PROBE_ID) return;
    this.#settle(isModern(line) ? 'modern' : 'legacy', true);
  }

  onOverlong(): void {}

  /** Of a process that nobody speaks with; the one that is served says the same. */
  onLog(): void {}

  onGone(why: string): void {
    this.#silent(why);
  }

  #silent(why: string): void {
    if (this.#over) return;
    this.#options.onLog(`asked for its era, ${why}: it is taken for a server of the handshake revisions`);
    this.#settle('legacy', false);
  }

  #settle(era: Era, said: boolean): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#answer.resolve({ era, said });
  }
}

function isModern(answer: Buffer): boolean {
  const versions = viewOf(answer)?.view('result')?.value('supportedVersions');
  return Array.isArray(versions) && versions.some((version) => MODERN_VERSIONS.includes(version as string));
}
