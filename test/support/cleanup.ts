/** What a test opened is closed after it, last first, whether it passed or not. */
import { afterAll, afterEach } from 'vitest';

type Close = () => unknown;

export interface Cleanup {
  /** Closes it after the test. */
  readonly defer: (close: Close) => void;
  /** Opens something and closes it after the test. */
  readonly use: <T extends { close(): unknown }>(opened: T | Promise<T>) => Promise<T>;
}

export function cleanupAfterEach(): Cleanup {
  return collect(afterEach);
}

/** For what all tests of a file share. */
export function cleanupAfterAll(): Cleanup {
  return collect(afterAll);
}

function collect(after: (listener: () => Promise<void>) => void): Cleanup {
  const closers: Close[] = [];
  after(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });
  return {
    defer(close) {
      closers.push(close);
    },
    async use(opened) {
      const thing = await opened;
      closers.push(() => thing.close());
      return thing;
    },
  };
}
