/** Waiting for the person, or the system, to say that it is over. */

/** Resolves on the first SIGINT, SIGTERM or SIGHUP; a second one ends the process at once. */
export function onceAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve();
      });
    }
  });
}
