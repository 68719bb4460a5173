/** `npm run conformance`: the official suite, directly and through Sallyport, compared check by check. */
import { ALLOW_ALL } from '../support/policy.ts';
import { type Comparison, compare, compareAuthorization } from './comparison.ts';
import { expectedDifferences } from './expected-differences.ts';
import { startFilteringGate } from './filtering-gate.ts';
import { startConformanceServer } from './fixture/server.ts';
import { startGateProcess } from './gate-process.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { onlyScenario } from './one-scenario.ts';
import { summary, table } from './report.ts';
import { RUNS, type Run, againstServer, withClient } from './runs.ts';
import type { SuiteRun } from './suite.ts';

type Opened = { close(): Promise<void> };

async function main(options: Options): Promise<readonly Comparison[]> {
  const comparisons: Comparison[] = [];
  const report = (comparison: Comparison): void => {
    comparisons.push(reported(comparison, options));
  };
  if (options.parts.includes('server') || options.parts.includes('filtered')) await compareServers(options, report);
  if (options.parts.includes('client') || options.parts.includes('resource')) await compareClients(options, report);
  return comparisons;
}

async function compareClients(options: Options, report: (comparison: Comparison) => void): Promise<void> {
  for (const run of chosen('client', options)) {
    const direct = await shown(run, 'direct', () => withClient(run, 'direct'));
    if (isLeftOut(direct, options)) continue;
    if (options.parts.includes('client')) {
      report(compare(run, direct, await shown(run, 'through', () => withClient(run, 'through'))));
    }
    if (options.parts.includes('resource')) {
      const resource = await shown(run, 'resource', () => withClient(run, 'resource'));
      report(compareAuthorization(run, direct, resource, expectedDifferences('resource', run.spec, options.scenario)));
    }
  }
}

async function compareServers(options: Options, report: (comparison: Comparison) => void): Promise<void> {
  const opened: Opened[] = [];
  const use = async <T extends Opened>(opening: Promise<T>): Promise<T> => {
    const thing = await opening;
    opened.push(thing);
    return thing;
  };
  try {
    const { url } = await use(startConformanceServer());
    const open = options.parts.includes('server') ? await use(startGateProcess(url, ALLOW_ALL)) : undefined;
    const filtering = options.parts.includes('filtered') ? await use(startFilteringGate(url)) : undefined;
    for (const run of chosen('server', options)) {
      const direct = await shown(run, 'direct', () => againstServer(run, url));
      if (isLeftOut(direct, options)) continue;
      if (open !== undefined) {
        report(compare(run, direct, await shown(run, 'through', () => againstServer(run, open.url))));
      }
      if (filtering !== undefined) {
        const filtered = await shown(run, 'filtered', () => againstServer(run, filtering.url));
        report(compare(run, direct, filtered, expectedDifferences('filtered', run.spec, options.scenario)));
      }
    }
  } finally {
    for (const thing of opened.toReversed()) await thing.close();
  }
}

function chosen(mode: Run['mode'], { spec, scenario }: Options): readonly Run[] {
  const runs = RUNS.filter((run) => run.mode === mode && (spec === undefined || run.spec === spec));
  return scenario === undefined ? runs : runs.flatMap((run) => onlyScenario(run, scenario) ?? []);
}

/** The revision does not have the one scenario that was asked for. */
function isLeftOut({ scenarios }: SuiteRun, { scenario }: Options): boolean {
  return scenario !== undefined && scenarios.size === 0;
}

async function shown(run: Run, way: string, start: () => Promise<SuiteRun>): Promise<SuiteRun> {
  process.stdout.write(`${run.mode} ${run.spec} ${way.padEnd(8)} `);
  const result = await start();
  process.stdout.write(`${summary(result)}\n`);
  return result;
}

function reported(comparison: Comparison, { verbose }: Options): Comparison {
  if (verbose) console.log(table(comparison));
  for (const fault of comparison.faults) console.log(`  ✖ ${fault}`);
  if (verbose && comparison.faults.length > 0) console.log(comparison.through.output);
  return comparison;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    console.log(HELP);
  } else {
    const comparisons = await main(options);
    const faults = comparisons.flatMap((comparison) => comparison.faults);
    const scenarios = comparisons.reduce((sum, { direct }) => sum + direct.scenarios.size, 0);
    if (scenarios === 0) throw new Error('no scenario was run: --spec and --scenario name nothing that the suite has');
    console.log(
      faults.length === 0
        ? `✔ ${comparisons.length} comparisons, ${scenarios} scenarios: every verdict is what it has to be`
        : `✖ ${faults.length} faults in ${comparisons.length} comparisons`,
    );
    if (faults.length > 0) process.exitCode = 1;
  }
} catch (error) {
  console.error(`✖ ${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  process.exitCode = 2;
}
