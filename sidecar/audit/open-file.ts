/** One open audit file: what may be one, its size, and a descriptor that is closed only when nothing of it is being synced. */
import { closeSync, constants, fdatasync, fstatSync, openSync, statSync } from 'node:fs';

/** There is something at the path, and lines cannot be kept in it. */
export class NotAFile extends Error {
  override readonly name = 'NotAFile';
}

export class OpenFile {
  readonly fd: number;
  readonly path: string;
  /** Bytes that are in it, as far as this process knows. */
  bytes: number;
  /** How many of them were seen to be in the file at its path. */
  confirmed: number;
  #syncing = 0;
  #closing = false;

  /** Opens or makes it, for nobody else to read. Throws the system's error, and NotAFile for a folder, a device, a pipe or a socket. */
  constructor(path: string) {
    // Before it is opened: the end of a pipe that nobody reads would be waited for, and a terminal taken.
    refuseSpecial(path, statSync(path, { throwIfNoEntry: false }));
    this.path = path;
    this.fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NONBLOCK, 0o600);
    try {
      const stats = fstatSync(this.fd);
      refuseSpecial(path, stats);
      this.bytes = stats.size;
      this.confirmed = stats.size;
    } catch (error) {
      closeSync(this.fd);
      throw error;
    }
  }

  /** As the system says it: others may have cut it. */
  sizeNow(): number {
    return fstatSync(this.fd).size;
  }

  /** Calls back once what was written before is on the disk, with the system's error if that cannot be said. */
  sync(done: (error: Error | null) => void): void {
    this.#syncing += 1;
    fdatasync(this.fd, (error) => {
      this.#syncing -= 1;
      this.#closeIfUnused();
      done(error);
    });
  }

  /** No write may follow. The number of a descriptor goes to the next file that is opened, so it is kept while a sync names it. */
  close(): void {
    this.#closing = true;
    this.#closeIfUnused();
  }

  #closeIfUnused(): void {
    if (this.#closing && this.#syncing === 0) closeSync(this.fd);
  }
}

type Kind = Pick<ReturnType<typeof fstatSync>, 'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket'>;

function refuseSpecial(path: string, stats: Kind | undefined): void {
  if (stats === undefined || stats.isFile()) return;
  const what = stats.isDirectory()
    ? 'a folder'
    : stats.isFIFO()
      ? 'a pipe'
      : stats.isSocket()
        ? 'a socket'
        : 'a device';
  throw new NotAFile(`${path} is ${what}, and lines are kept in a file`);
}
