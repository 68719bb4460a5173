/** Follows the requests of a cluster until it is told to stop, over whatever breaks in between. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { accessArgs, noKubectl } from '../kubectl.ts';
import { Cluster, type Where } from './cluster.ts';
import { refusalOf } from './refusal.ts';
import { Seen, type WatchEvent, WatchEvents } from './watch-events.ts';

export interface Watcher {
  readonly where: Where;
  /** Also those that are settled. */
  readonly all: boolean;
  readonly signal: AbortSignal;
  /** What is there now; the events that made it so. */
  readonly told: (seen: Seen, events: readonly WatchEvent[]) => void;
  /** That it breaks, in words. */
  readonly warn: (message: string) => void;
  /** Milliseconds before the first try again; doubled up to 30 s. */
  readonly againMs?: number;
}

const LONGEST_PAUSE_MS = 30_000;
const WHAT = 'what waits';

/** Throws a UserError where it cannot even begin. */
export async function watch({ where, all, signal, told, warn, againMs = 1_000 }: Watcher): Promise<void> {
  const cluster = new Cluster(where);
  const seen = new Seen();
  told(seen, seen.catchUp(cluster.list(all)));
  const args = [
    ...accessArgs(where),
    'get',
    ...cluster.listArgs(all),
    '--watch',
    '--output-watch-events',
    '-o',
    'json',
  ];
  for (let pause = againMs; !signal.aborted;) {
    const started = Date.now();
    const said = await once(args, signal, (events) => {
      const news = events.filter((event) => seen.take(event));
      if (news.length > 0) told(seen, news);
    });
    if (signal.aborted) return;
    // An API server ends a watch after some time, which is no fault.
    if (said !== '') warn(refusalOf(said, WHAT).message);
    pause = Date.now() - started > LONGEST_PAUSE_MS ? againMs : Math.min(2 * pause, LONGEST_PAUSE_MS);
    await sleep(pause, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    try {
      const events = seen.catchUp(cluster.list(all));
      if (events.length > 0) told(seen, events);
    } catch (error) {
      warn(error instanceof Error ? error.message : String(error));
    }
  }
}

/** One kubectl to its end; what it said against it. */
async function once(
  args: readonly string[],
  signal: AbortSignal,
  take: (events: readonly WatchEvent[]) => void,
): Promise<string> {
  const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
  const events = new WatchEvents();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4096)));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    try {
      take(events.push(text));
    } catch (error) {
      said = String(error);
      child.kill();
    }
  });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => (signal.aborted ? resolve('') : reject(noKubectl(error))));
    child.once('close', () => resolve(said));
  });
}
