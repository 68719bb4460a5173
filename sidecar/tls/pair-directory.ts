/**
 * The certificate as a Secret of type kubernetes.io/tls is mounted (`tls.crt`, `tls.key`), watched as the bundle is: who renews it, such as
 * cert-manager, need not restart anything.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { DirectoryWatch } from '../files/directory-watch.ts';
import { CERTIFICATE_ENTRY, KEY_ENTRY, MAX_ENTRY_BYTES, type Pair, readPair, type Unfit } from './pair.ts';

type Texts = readonly [cert: string | undefined, key: string | undefined];

export class PairDirectory {
  readonly #directory: string;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #onRead: (read: Pair | Unfit) => void;
  readonly #watch: DirectoryWatch;
  /** Of which the last pair was made; undefined: there was none, or what was there was unfit. */
  #taken: Texts | undefined = undefined;

  /** `onRead` is called now, and whenever there is something else. Throws the system's error where there is no such directory. */
  constructor(directory: string, clock: Pick<Clock, 'now'>, onRead: (read: Pair | Unfit) => void) {
    this.#directory = directory;
    this.#clock = clock;
    this.#onRead = onRead;
    this.#watch = new DirectoryWatch(
      directory,
      () => this.#reload(),
      (error) => this.#fail(error),
    );
    try {
      this.#reload();
    } catch (error) {
      this.#fail(error);
    }
  }

  close(): void {
    this.#watch.close();
  }

  #reload(): void {
    const texts = textsIn(this.#directory);
    // What was unfit may come right by itself: a certificate that is not valid yet.
    if (this.#taken?.[0] === texts[0] && this.#taken?.[1] === texts[1] && this.#taken !== undefined) return;
    const read = readPair(...texts, this.#clock.now());
    this.#taken = 'problem' in read ? undefined : texts;
    this.#onRead(read);
  }

  #fail(error: unknown): void {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    this.#onRead({ problem: `the files of the certificate cannot be read (${why})` });
  }
}

/** Behind the link that the kubelet swaps, so that both are of one pair. */
function textsIn(directory: string): Texts {
  let content = directory;
  try {
    content = realpathSync(join(directory, '..data'));
  } catch {
    // No Secret: the files are in the directory itself.
  }
  return [textOf(join(content, CERTIFICATE_ENTRY)), textOf(join(content, KEY_ENTRY))];
}

/** What is no such text counts as missing: nothing, or far more than a chain takes. */
function textOf(file: string): string | undefined {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return size === 0 || size > MAX_ENTRY_BYTES ? undefined : readFileSync(file, 'utf8');
}
