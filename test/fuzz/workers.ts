/** The fuzz in several processes: each is a run of its own, their numbers are added up. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type CampaignOptions, type LayerTotals, type Outcome, type Progress, fuzz } from './campaign.ts';
import { type LayerName, addCounts } from './layers/layer.ts';

const WORKER = join(import.meta.dirname, 'worker.ts');

/** What a worker is sent; the rest of the options stay here. */
export type Task = Pick<CampaignOptions, 'seconds' | 'seed' | 'layers'>;
export type Report = { readonly progress: Progress } | { readonly outcome: Outcome } | { readonly line: string };

/** Worker `i` has the seed `seed + i`; the first one is this process. */
export async function fuzzWithWorkers(options: CampaignOptions, count: number): Promise<Outcome> {
  if (count <= 1) return fuzz(options);
  const latest = new Map<number, Progress>();
  const workers = Array.from({ length: count - 1 }, (_, i) =>
    startWorker({ ...options, seed: options.seed + i + 1 }, (progress) => latest.set(i + 1, progress)),
  );
  try {
    const own = fuzz({
      ...options,
      onProgress(progress) {
        latest.set(0, progress);
        options.onProgress(addUp([...latest.values()]));
      },
    });
    const outcomes = await Promise.all([own, ...workers.map(({ outcome }) => outcome)]);
    return { ...addUp(outcomes), finding: outcomes.find(({ finding }) => finding !== undefined)?.finding };
  } finally {
    for (const { child } of workers) child.kill();
  }
}

function startWorker(
  { seconds, seed, layers, say }: CampaignOptions,
  onProgress: (progress: Progress) => void,
): { readonly child: ChildProcess; readonly outcome: Promise<Outcome> } {
  const child = fork(WORKER);
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('message', (report: Report) => {
      if ('progress' in report) onProgress(report.progress);
      else if ('line' in report) say(report.line);
      else resolve(report.outcome);
    });
    once(child, 'close').then(([code]) => reject(new Error(`a worker ended with ${String(code)}`)), reject);
  });
  child.send({ seconds, seed, layers } satisfies Task);
  return { child, outcome };
}

function addUp(all: readonly Progress[]): Progress {
  const totals: Partial<Record<LayerName, LayerTotals>> = {};
  for (const one of all) {
    for (const [name, more] of Object.entries(one.totals) as [LayerName, LayerTotals][]) {
      const sum = totals[name];
      totals[name] =
        sum === undefined
          ? { ...more }
          : {
              inputs: sum.inputs + more.inputs,
              letThrough: sum.letThrough + more.letThrough,
              executed: addCounts(sum.executed, more.executed),
              known: sum.known + more.known,
              spentMs: sum.spentMs + more.spentMs,
            };
    }
  }
  return { elapsedMs: Math.max(...all.map(({ elapsedMs }) => elapsedMs)), totals };
}
