/**
 * The fuzz: `npm run fuzz -- [--seconds N] [--seed S] [--layer json|http|sse|answer|listeners] [--workers N] [--record]`.
 * What it compares and what a finding is: docs/fuzzing.md.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Progress } from './campaign.ts';
import { LAYERS, type LayerName, sumOfCounts } from './layers/layer.ts';
import { recordRun } from './ledger.ts';
import { addRegression } from './regressions.ts';
import { fuzzWithWorkers } from './workers.ts';

const DEFAULT_SECONDS = 600;
const MAX_SEED = 2 ** 47;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: String(DEFAULT_SECONDS) },
      seed: { type: 'string' },
      layer: { type: 'string' },
      workers: { type: 'string', default: '1' },
      record: { type: 'boolean', default: false },
    },
  });
  const seconds = wholeNumber('--seconds', values.seconds);
  const seed = values.seed === undefined ? randomInt(MAX_SEED) : wholeNumber('--seed', values.seed);
  const layers = layersOf(values.layer);
  const workers = wholeNumber('--workers', values.workers);
  console.log(`Fuzzing ${layers.join(', ')} for ${seconds} s. Seed ${seed}.`);
  const say = (line: string): void => console.log(line);
  const onProgress = (progress: Progress): void => say(progressLine(progress));
  const outcome = await fuzzWithWorkers({ seconds, seed, layers, say, onProgress }, workers);
  const inputs = Object.fromEntries(Object.entries(outcome.totals).map(([name, totals]) => [name, totals.inputs]));
  if (values.record) {
    const date = new Date().toISOString().slice(0, 10);
    const total = recordRun({ date, seconds: Math.round(outcome.elapsedMs / 1000), inputs });
    say(`Recorded in test/fuzz/ledger.json: ${count(total)} inputs over all recorded runs.`);
  }
  say(`${count(sumOf(outcome, 'inputs'))} inputs were run: ${totalsOf(outcome)}. Seed ${seed}.`);
  for (const [name, { executed }] of Object.entries(outcome.totals)) {
    say(
      `${name}, executed by ${Object.entries(executed)
        .map(([server, times]) => `${server} ${count(times)}`)
        .join(', ')}`,
    );
  }
  const known = sumOf(outcome, 'known');
  if (known > 0) say(`${count(known)} of them were findings of open rows in test/fuzz/regressions.json.`);
  if (outcome.finding === undefined) {
    say('Nothing was read in two ways, and nothing ended or stopped answering.');
    return 0;
  }
  const id = outcome.finding.row ?? addRegression(outcome.finding);
  say(`FOUND: ${outcome.finding.by}: ${outcome.finding.why}`);
  say(`Reproduced by row ${id} in test/fuzz/regressions.json: ${JSON.stringify(outcome.finding.input)}`);
  return 1;
}

function layersOf(name: string | undefined): readonly LayerName[] {
  if (name === undefined) return LAYERS;
  const layer = LAYERS.find((one) => one === name);
  if (layer === undefined) throw new UsageError(`--layer is one of ${LAYERS.join(', ')}`);
  return [layer];
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new UsageError(`${option} takes a whole number, not ${text}`);
  return value;
}

function progressLine(progress: Progress): string {
  const seconds = progress.elapsedMs / 1000;
  const rate = Math.round(sumOf(progress, 'inputs') / seconds);
  return `${seconds.toFixed(0).padStart(5)} s  ${count(rate).padStart(7)}/s  ${totalsOf(progress)}`;
}

function totalsOf({ totals }: Progress): string {
  return Object.entries(totals)
    .map(([name, { inputs, letThrough, executed }]) => {
      return `${name} ${count(inputs)} (${count(letThrough)} let through, ${count(sumOfCounts(executed))} executed)`;
    })
    .join(', ');
}

function sumOf({ totals }: Progress, field: 'inputs' | 'known'): number {
  return Object.values(totals).reduce((sum, one) => sum + one[field], 0);
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

class UsageError extends Error {}

try {
  // A gate that crashed in the run may have left sockets behind that keep the process alive.
  process.exit(await main());
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`✖ ${error.message}`);
  process.exitCode = 2;
}
