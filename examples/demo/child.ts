/** A process that goes on in the background, what it prints, and its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Mismatch } from './story.ts';

export interface ChildOptions {
  readonly title: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Waiter {
  readonly pattern: RegExp;
  take(found: RegExpExecArray): void;
  fail(error: Error): void;
}

const SEEN_WITHIN_MS = 15_000;
/** The gate gives calls in flight 5 seconds, and its children two more after each request to stop. */
const GONE_WITHIN_MS = 12_000;
const TAIL_LINES = 15;
const isPosix = process.platform !== 'win32';

export class Child {
  readonly title: string;
  readonly gone: Promise<number>;
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];
  readonly #waiters = new Set<Waiter>();
  #exitCode: number | undefined = undefined;

  /** Starts Node with `args`. */
  constructor({ title, args, cwd, env }: ChildOptions) {
    this.title = title;
    // In a group of its own: Ctrl-C is for the demo, which then stops its children in order, and their children with them.
    this.#process = spawn(process.execPath, args, { cwd, env, detached: isPosix, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#onLine(line));
    }
    this.gone = new Promise((resolve) => {
      this.#process.once('error', () => resolve(this.#onGone(127)));
      this.#process.once('close', (code) => resolve(this.#onGone(code ?? 1)));
    });
  }

  /** How many lines it has printed: a mark, after which `seen` can look for the next. */
  get printed(): number {
    return this.#lines.length;
  }

  /** The first line from the mark `since` on that fits, now or soon. */
  seen(pattern: RegExp, since = 0): Promise<RegExpExecArray> {
    for (const line of this.#lines.slice(since)) {
      const found = pattern.exec(line);
      if (found !== null) return Promise.resolve(found);
    }
    const expected = `the ${this.title} prints ${pattern.source}`;
    if (this.#exitCode !== undefined) return Promise.reject(new Mismatch(expected, this.#end()));
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        act();
      };
      const waiter: Waiter = {
        pattern,
        take: (found) => settle(() => resolve(found)),
        fail: (error) => settle(() => reject(error)),
      };
      const late = (): void => waiter.fail(new Mismatch(expected, `nothing like it in ${SEEN_WITHIN_MS / 1000} s`));
      const timer = setTimeout(late, SEEN_WITHIN_MS);
      this.#waiters.add(waiter);
    });
  }

  linesSince(mark: number): readonly string[] {
    return this.#lines.slice(mark);
  }

  /** Its last lines, for the report of a failure. */
  tail(): string {
    return this.#lines.slice(-TAIL_LINES).join('\n');
  }

  /** Asks it to stop, and after a while makes it. Resolves with its exit code. */
  async stop(signal: 'SIGINT' | 'SIGTERM'): Promise<number> {
    if (this.#exitCode === undefined) this.#process.kill(signal);
    const timer = setTimeout(() => this.kill(), GONE_WITHIN_MS);
    const code = await this.gone;
    clearTimeout(timer);
    return code;
  }

  /** Ends it and whatever it has started, at once. */
  kill(): void {
    const { pid } = this.#process;
    if (pid === undefined || this.#exitCode !== undefined) return;
    try {
      process.kill(isPosix ? -pid : pid, 'SIGKILL');
    } catch {
      // Gone in this very moment.
    }
  }

  #onLine(line: string): void {
    this.#lines.push(line);
    for (const waiter of this.#waiters) {
      const found = waiter.pattern.exec(line);
      if (found !== null) waiter.take(found);
    }
  }

  #onGone(code: number): number {
    this.#exitCode = code;
    for (const waiter of this.#waiters) {
      waiter.fail(new Mismatch(`the ${this.title} prints ${waiter.pattern.source}`, this.#end()));
    }
    return code;
  }

  #end(): string {
    return `it ended with exit code ${this.#exitCode}`;
  }
}

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Node with `args` to its end. */
export function run({ args, cwd, env }: Omit<ChildOptions, 'title'>): Promise<Finished> {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: SEEN_WITHIN_MS });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => (text[name] += chunk));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, ...text }));
  });
}
