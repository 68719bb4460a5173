import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { hasTerminal, onceAskedToStop, type StopSignals } from './stop-signals.ts';

const NAMES = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let before: Map<string, NodeJS.SignalsListener[]>;
let exit: MockInstance<typeof process.exit>;
let signals: StopSignals;
let asked: boolean;
beforeEach(() => {
  vi.useFakeTimers();
  before = new Map(NAMES.map((name) => [name, process.listeners(name)]));
  exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  signals = onceAskedToStop();
  asked = false;
  void signals.asked.then(() => (asked = true));
});
afterEach(() => {
  for (const [name, listeners] of before) {
    for (const listener of process.listeners(name as NodeJS.Signals)) {
      if (!listeners.includes(listener)) process.removeListener(name, listener);
    }
  }
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** As if the system had sent it, to ours alone: the runner of the tests has handlers of its own. */
async function send(name: (typeof NAMES)[number]): Promise<void> {
  const own = new EventEmitter();
  for (const listener of process.listeners(name)) {
    if (!before.get(name)?.includes(listener)) own.on(name, listener);
  }
  own.emit(name, name);
  await vi.advanceTimersByTimeAsync(0);
}

describe('asked to stop', () => {
  test.each(NAMES)('%s is the end', async (name) => {
    expect(asked).toBe(false);
    await send(name);
    expect(asked).toBe(true);
    expect(exit).not.toHaveBeenCalled();
  });

  test('a second signal ends the process at once', async () => {
    await send('SIGTERM');
    await send('SIGINT');
    expect(exit).toHaveBeenCalledExactlyOnceWith(130);
  });

  test('whatever hangs, half a minute is enough', async () => {
    await send('SIGTERM');
    await vi.advanceTimersByTimeAsync(29_999);
    expect(exit).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(exit).toHaveBeenCalledExactlyOnceWith(1);
  });
});

describe('SIGHUP', () => {
  test('is not the end where it was for the log', async () => {
    signals.onHangup = async () => true;
    await send('SIGHUP');
    expect(asked).toBe(false);
  });

  test('is the end where it was not', async () => {
    signals.onHangup = async () => false;
    await send('SIGHUP');
    expect(asked).toBe(true);
  });

  test('is the end where nobody can say, since the log could not be looked at', async () => {
    signals.onHangup = async () => {
      throw new Error('no file descriptor');
    };
    await send('SIGHUP');
    expect(asked).toBe(true);
  });

  test('while it ends already ends it at once, whatever the log says', async () => {
    signals.onHangup = async () => true;
    await send('SIGTERM');
    await send('SIGHUP');
    expect(exit).toHaveBeenCalledExactlyOnceWith(130);
  });
});

test('a terminal is there when any end of the process is one', () => {
  const ends = [process.stdin, process.stdout, process.stderr];
  const were = ends.map(({ isTTY }) => isTTY);
  const set = (values: boolean[]): void => ends.forEach((end, i) => (end.isTTY = values[i] ?? false));
  try {
    set([false, false, false]);
    expect(hasTerminal()).toBe(false);
    set([false, false, true]);
    expect(hasTerminal()).toBe(true);
  } finally {
    set(were);
  }
});
