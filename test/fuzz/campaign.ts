/** A run of the fuzz: what was ever found first, then new inputs until the time is over or something is found. */
import { AnswerLayer } from './layers/answer-layer.ts';
import { HttpLayer } from './layers/http-layer.ts';
import { JsonLayer } from './layers/json-layer.ts';
import { type Counts, type Finding, type Layer, type LayerName, addCounts } from './layers/layer.ts';
import { ListenerLayer } from './layers/listener-layer.ts';
import { SseLayer } from './layers/sse-layer.ts';
import { type Regression, isKnown, readRegressions } from './regressions.ts';

/** Shares of the time. */
const SHARES: Readonly<Record<LayerName, number>> = { json: 6, http: 3, sse: 1, answer: 1, listeners: 2 };
const PROGRESS_MS = 1_000;

export interface CampaignOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly layers: readonly LayerName[];
  /** Told the state of things every second. */
  readonly onProgress: (progress: Progress) => void;
  /** What a person should know, such as a server that is left out. */
  readonly say: (line: string) => void;
}

export interface LayerTotals {
  inputs: number;
  letThrough: number;
  executed: Counts;
  /** Findings of rows that are not mended yet. */
  known: number;
  spentMs: number;
}

export interface Progress {
  readonly elapsedMs: number;
  readonly totals: Readonly<Partial<Record<LayerName, LayerTotals>>>;
}

export interface Outcome extends Progress {
  /** Made as small as it could be. */
  readonly finding: Finding | undefined;
}

interface Running {
  readonly layer: Layer;
  readonly totals: LayerTotals;
  batches: number;
}

export async function fuzz(options: CampaignOptions): Promise<Outcome> {
  const started = performance.now();
  const running: Running[] = [];
  try {
    for (const name of options.layers) {
      const layer = await startLayer(name, options.say);
      running.push({ layer, totals: { inputs: 0, letThrough: 0, executed: {}, known: 0, spentMs: 0 }, batches: 0 });
    }
    const rows = readRegressions();
    const progress = (): Progress => ({
      elapsedMs: performance.now() - started,
      totals: Object.fromEntries(running.map(({ layer, totals }) => [layer.name, totals])),
    });
    const again = await runRows(running, rows);
    if (again !== undefined) return { ...progress(), finding: again };
    const deadline = performance.now() + options.seconds * 1000;
    let nextProgress = performance.now() + PROGRESS_MS;
    while (performance.now() < deadline) {
      const next = leastServed(running);
      const finding = await runBatch(next, options.seed, rows);
      if (finding !== undefined) {
        options.say(`${finding.by} in the layer ${finding.layer}: ${finding.why}; making it smaller`);
        return { ...progress(), finding: await next.layer.minimise(finding) };
      }
      if (performance.now() < nextProgress) continue;
      nextProgress = performance.now() + PROGRESS_MS;
      options.onProgress(progress());
    }
    return { ...progress(), finding: undefined };
  } finally {
    await Promise.all(running.map(({ layer }) => layer.close()));
  }
}

async function startLayer(name: LayerName, say: (line: string) => void): Promise<Layer> {
  switch (name) {
    case 'json':
      return JsonLayer.start(say);
    case 'http':
      return HttpLayer.start(say);
    case 'sse':
      return new SseLayer();
    case 'answer':
      return new AnswerLayer();
    case 'listeners':
      return ListenerLayer.start();
  }
}

/** A row that was mended must stay so; one that is open must say so as long as it is. */
async function runRows(running: readonly Running[], rows: readonly Regression[]): Promise<Finding | undefined> {
  for (const { layer } of running) {
    for (const row of rows.filter((one) => one.layer === layer.name && one.open === undefined)) {
      const finding = await layer.check(row.input);
      if (finding !== undefined) return { ...finding, row: row.id };
    }
  }
  return undefined;
}

async function runBatch(running: Running, seed: number, rows: readonly Regression[]): Promise<Finding | undefined> {
  const { layer, totals } = running;
  const started = performance.now();
  const tally = await layer.batch(seed, running.batches++);
  totals.spentMs += performance.now() - started;
  totals.inputs += tally.inputs;
  totals.letThrough += tally.letThrough;
  totals.executed = addCounts(totals.executed, tally.executed);
  for (const finding of tally.findings) {
    if (!isKnown(finding, rows)) return finding;
    totals.known++;
  }
  return undefined;
}

function leastServed(running: readonly Running[]): Running {
  const used = ({ layer, totals }: Running): number => totals.spentMs / SHARES[layer.name];
  return running.reduce((least, one) => (used(one) < used(least) ? one : least));
}
