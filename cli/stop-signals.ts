/** Waiting for the person, or the system, to say that it is over. */

/** Longer than all that is waited for when a gate ends: calls, approvals, children, the disk. */
const END_WITHIN_MS = 30_000;

export interface StopSignals {
  /** Resolves with the name of the first SIGINT, SIGTERM, or SIGHUP that means the end. */
  readonly asked: Promise<string>;
  /** Who takes SIGHUP for what logrotate sends; true: it was, so it does not mean the end. Until it is set SIGHUP is the end. */
  onHangup: (() => Promise<boolean>) | undefined;
}

/** From now on. A second signal ends the process at once, and so does time, whatever hangs. */
export function onceAskedToStop(): StopSignals {
  const { promise, resolve } = Promise.withResolvers<string>();
  let asked = false;
  const stop = (signal: string): void => {
    if (asked) process.exit(130);
    asked = true;
    setTimeout(() => process.exit(1), END_WITHIN_MS).unref();
    resolve(signal);
  };
  const signals: StopSignals = { asked: promise, onHangup: undefined };
  const hungUp = async (): Promise<void> => {
    if (asked || !(await isTaken(signals))) stop('SIGHUP');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', () => {
    void hungUp();
  });
  return signals;
}

async function isTaken({ onHangup }: StopSignals): Promise<boolean> {
  try {
    return (await onHangup?.()) === true;
  } catch {
    // Who cannot tell what it was for does not keep a process that was asked to go.
    return false;
  }
}

/**
 * Whether a terminal is at one of our ends, which goes with SIGHUP when it is closed. To be asked at the start: of one that is gone the
 * system no longer says so.
 */
export function hasTerminal(): boolean {
  return process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
}
