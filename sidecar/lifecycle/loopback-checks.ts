/** The same for every MCP port of the pod: the server is up when all of them are, and listens on loopback only when all of them do. */
import { LoopbackCheck, type LoopbackEvents } from '../upstream/http/loopback-check.ts';

export class LoopbackChecks {
  readonly #checks: readonly LoopbackCheck[];

  /** Undefined where there is nothing to check at the first of them, as LoopbackCheck says. */
  static of(
    upstreams: readonly string[],
    podIps: readonly string[],
    events: LoopbackEvents,
  ): LoopbackChecks | undefined {
    const checks = new LoopbackChecks(upstreams, podIps, events);
    return checks.#checks.length === 0 ? undefined : checks;
  }

  private constructor(upstreams: readonly string[], podIps: readonly string[], events: LoopbackEvents) {
    const results = new Map<string, boolean | null>();
    const down = new Set<string>();
    this.#checks = upstreams.flatMap((upstream) => {
      const check = LoopbackCheck.of(upstream, podIps, {
        onUp() {
          down.delete(upstream);
          if (down.size === 0) events.onUp();
        },
        onResult(loopbackOnly) {
          results.set(upstream, loopbackOnly);
          events.onResult(together([...results.values()]));
        },
      });
      if (check === undefined) return [];
      down.add(upstream);
      results.set(upstream, null);
      return [check];
    });
  }

  start(): void {
    for (const check of this.#checks) check.start();
  }

  stop(): void {
    for (const check of this.#checks) check.stop();
  }
}

/** One that is open is what counts; beside it, what is not known. */
function together(results: readonly (boolean | null)[]): boolean | null {
  if (results.includes(false)) return false;
  return results.includes(null) ? null : true;
}
