/**
 * The benchmark: `npm run bench [-- --quick] [-- --audit | --telemetry | --hop | --identity | --history]`. Prints a table, writes results.json and docs/images/bench.svg.
 * What each row means and how far to trust it: README.md beside this file.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAudit } from './audit.ts';
import { CallBench } from './calls.ts';
import { renderChart } from './chart.ts';
import { stopAll } from './children.ts';
import { measureDecisions } from './decisions.ts';
import { measureDetectors } from './detectors.ts';
import { measureMemory, measureStart } from './footprint.ts';
import { buildGate, type GateFiles, removeScratch } from './gate.ts';
import { measureHistory } from './history.ts';
import { measureHop } from './hop.ts';
import { measureIdentity } from './identity.ts';
import { measurePlans } from './plans.ts';
import { renderTable, type Row, writeResults } from './results.ts';
import { measureStreams } from './streams.ts';
import { measureTelemetry } from './telemetry.ts';
import { Ways } from './ways.ts';

const COMMAND = 'npm run bench';
const IDENTITY = `${COMMAND} -- --identity`;
const BASELINE = join(import.meta.dirname, '..', 'examples', 'policies', 'baseline.yaml');
const RESULTS = join(import.meta.dirname, 'results.json');
const CHART = join(import.meta.dirname, '..', 'docs', 'images', 'bench.svg');

/** `quick` shows in a third of the time whether something is far off. Its numbers are too rough to keep. */
const EFFORTS = {
  full: { rounds: 9, requests: 6_000, starts: 11, decisions: 200_000, calls: 20_000, records: 60_000 },
  quick: { rounds: 5, requests: 2_000, starts: 5, decisions: 50_000, calls: 5_000, records: 30_000 },
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      audit: { type: 'boolean', default: false },
      telemetry: { type: 'boolean', default: false },
      hop: { type: 'boolean', default: false },
      history: { type: 'boolean', default: false },
      identity: { type: 'boolean', default: false },
    },
  });
  const effort = values.quick ? EFFORTS.quick : EFFORTS.full;
  if (values.identity) return measureProofs(values.quick);
  const part = values.audit
    ? measureEvidence
    : values.telemetry
      ? measureOtlp
      : values.hop
        ? measureHops
        : values.history
          ? measurePast
          : undefined;
  const rows = await (part ?? measure)(effort);
  console.log(`\n${renderTable(rows)}\n`);
  if (values.quick || part !== undefined) {
    console.log(part === undefined ? 'A quick look: nothing was written.' : 'Only a part: nothing was written.');
    return;
  }
  const results = rows.map(({ result }) => result);
  writeResults(RESULTS, COMMAND, results);
  mkdirSync(dirname(CHART), { recursive: true });
  writeFileSync(CHART, renderChart(results));
  console.log('Written: bench/results.json, docs/images/bench.svg');
}

async function measure(effort: (typeof EFFORTS)['full']): Promise<Row[]> {
  say('building the sidecar');
  const files = await buildGate();
  say('start to ready');
  const start = await measureStart(files, effort.starts, COMMAND);
  say('memory');
  const memory = await measureMemory(files, effort.requests, COMMAND);
  say('CPU per call');
  const ways = await Ways.start(files);
  const calls = new CallBench(ways, effort, COMMAND);
  const cpu = await calls.measureCpu();
  say('CPU per answer');
  const answers = await calls.measureAnswers();
  say('latency');
  const latency = [...(await calls.measureLatency()), ...(await calls.measureFirstEvent())];
  await ways.stop();
  say('CPU per call with the baseline tier');
  const tier = await Ways.start(files, { packs: [BASELINE] });
  const baseline = await new CallBench(tier, effort, COMMAND).measureBaseline();
  await tier.stop();
  say('open streams');
  const streams = await measureStreams(files, COMMAND);
  say('decisions');
  const decisions = measureDecisions(effort.rounds, effort.decisions, COMMAND);
  say('detectors');
  const detectors = measureDetectors(effort.rounds, COMMAND);
  say('plans');
  const plans = measurePlans(effort, COMMAND);
  const history = await measurePast(effort);
  const audit = await measureEvidence(effort);
  const otlp = await measureOtlp(effort, files);
  return [
    ...[...cpu, ...baseline, ...answers, ...latency],
    ...[...decisions, ...detectors, ...plans, ...history, ...audit, ...otlp, ...start, ...memory, ...streams],
  ];
}

async function measurePast({ rounds, decisions }: (typeof EFFORTS)['full']): Promise<Row[]> {
  say('what came before');
  return measureHistory(rounds, decisions, COMMAND);
}

function measureEvidence({ rounds, records }: (typeof EFFORTS)['full']): Promise<Row[]> {
  say('audit log');
  return measureAudit({ rounds, calls: records }, COMMAND);
}

async function measureOtlp(effort: (typeof EFFORTS)['full'], files?: GateFiles): Promise<Row[]> {
  say('telemetry');
  return measureTelemetry(files ?? (await buildGate()), effort, COMMAND);
}

async function measureHops({ requests }: (typeof EFFORTS)['full']): Promise<Row[]> {
  say('calls to another replica');
  return measureHop(await buildGate(), requests, `${COMMAND} -- --hop`);
}

/** Its rows have a command of their own, so that they can be measured and kept without all others. */
async function measureProofs(quick: boolean): Promise<void> {
  say('ways to prove who one is');
  const rows = await measureIdentity(await buildGate(), quick ? EFFORTS.quick : EFFORTS.full, IDENTITY);
  console.log(`\n${renderTable(rows)}\n`);
  if (quick) return;
  const results = rows.map(({ result }) => result);
  writeResults(RESULTS, IDENTITY, results);
  console.log('Written: bench/results.json');
}

/** Progress goes to stderr, so that the table alone can be piped. */
function say(what: string): void {
  process.stderr.write(`… ${what}\n`);
}

process.once('SIGINT', () => void stopAll().then(() => process.exit(130)));
try {
  await main();
} finally {
  await stopAll();
  removeScratch();
}
