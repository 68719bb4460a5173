/**
 * Gives memory back that is held no more. Large buffers lie outside of the heap and are freed when the small objects that stand for them
 * are collected, which V8 sees little reason for: 64 MiB of them may pile up before it looks, as much as the gate may have in all.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const MIB = 1024 * 1024;
/** So much may lie about. A collection takes some 20 ms. */
const MAX_LEFT_BYTES = 32 * MIB;
/** What is left when nothing is going on is given back a little later. */
const MIN_LEFT_BYTES = 4 * MIB;
const QUIET_MS = 5_000;
/**
 * Of less, the young generation takes care by itself, thousands of times a second: a collection of everything for it would hold up
 * all calls.
 */
const LARGE_BYTES = 256 * 1024;

export class GiveBack {
  readonly #collect: () => void;
  #left = 0;
  #isDue = false;
  #quiet: NodeJS.Timeout | undefined = undefined;

  constructor(collect: () => void = collector()) {
    this.#collect = collect;
  }

  /** So many bytes are needed no more by whoever held them. */
  released(bytes: number): void {
    if (bytes < LARGE_BYTES) return;
    this.#left += bytes;
    if (this.#left >= MAX_LEFT_BYTES) this.#soon();
    else if (this.#left >= MIN_LEFT_BYTES && this.#quiet === undefined) {
      this.#quiet = setTimeout(() => this.#run(), QUIET_MS).unref();
    }
  }

  /** In a turn of its own, when nothing on the stack refers to it any more. */
  #soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => this.#run());
  }

  #run(): void {
    clearTimeout(this.#quiet);
    this.#quiet = undefined;
    this.#isDue = false;
    this.#left = 0;
    this.#collect();
  }
}

/** One for all gates of a process: a context takes milliseconds, and 150 KB for as long as somebody has what was got from it. */
let gc: (() => void) | undefined;

/** V8's own, without a flag on the command line, which `npx` could not pass. */
function collector(): () => void {
  if (gc !== undefined) return gc;
  setFlagsFromString('--expose-gc');
  gc = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return gc;
}
