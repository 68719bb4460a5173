/**
 * After SIGTERM connections may still come: endpoints are taken out of a cluster one node after the other, and nobody says when the last
 * one has heard of it. They are served until none has come for a moment, so that none is refused that somebody was led here with.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';

/** Longer than those who open connections without pause take from one to the next. */
const QUIET_MS = 500;
const LOOK_MS = 50;

/**
 * Resolves when no connection has come for half a second, at once where that is so already, and after `maxMs` at the latest.
 * `connectedAt`: monotonic milliseconds of the last one, -Infinity before the first.
 */
export async function linger(connectedAt: () => number, maxMs: number, clock: Pick<Clock, 'monotonic'>): Promise<void> {
  const until = clock.monotonic() + maxMs;
  while (clock.monotonic() < until && clock.monotonic() - connectedAt() < QUIET_MS) await sleep(LOOK_MS);
}
