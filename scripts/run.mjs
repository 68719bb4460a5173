/**
 * Runs one of the repository's tasks: `node scripts/run.mjs <task> [arguments]`.
 * It first makes sure that the clone is set up (setup.mjs), then runs the steps of the task with Node 24 first in PATH.
 * Plain JavaScript, because it also has to start on the Node 20 of a fresh machine.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { root, setUp, SetupError, withNodeFirst } from './setup.mjs';
import { readTotals } from './test-results.mjs';

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {string[]} command  the script Node runs and its arguments; `bin:x` stands for the command x of package x
 * @property {boolean} [takesArguments]  gets the arguments given after the task
 * @property {boolean} [quiet]  prints no heading of its own
 * @property {string} [needs]  the level of test/cluster/machine.ts that this machine has to be able to run, or the step is skipped
 */

const machine = join(root, 'test', 'cluster', 'machine.ts');
/** Its exit code where this machine cannot run a step. */
const SKIPPED = 3;

// Folders that may not exist yet; dependency-cruiser refuses names of missing ones.
const sourceFolders = [
  ...['core', 'sidecar', 'operator', 'archive', 'telemetry', 'cli'],
  ...['examples', 'bench', 'test', 'scripts'],
];

/** @type {Step[]} */
const lint = [
  { title: 'formatting', command: ['bin:oxfmt', '--check', '.'] },
  { title: 'lint', command: ['bin:oxlint', '--type-aware', '--deny-warnings'] },
  { title: 'types', command: ['bin:typescript', '-p', '.'] },
  {
    title: 'dependency rules',
    command: [
      'bin:dependency-cruiser',
      '--config',
      '.dependency-cruiser.cjs',
      ...sourceFolders.filter((name) => existsSync(join(root, name))),
    ],
  },
  { title: 'unused code', command: ['bin:knip'] },
  { title: 'generated files', command: ['scripts/generate.ts', '--check'] },
];
/** @type {Step} */
const build = { title: 'build', command: ['scripts/build.ts'] };
const unitTests = vitest('unit tests', 'unit');
const e2eTests = vitest('end-to-end tests', 'e2e');
const wireTests = vitest('tests of the wire', 'wire');
const packageTests = vitest('package tests', 'package');
const apiTests = { ...vitest('tests on an API server', 'api'), needs: 'api' };
const rolloutTests = { ...vitest('rollouts under load', 'rollouts'), needs: 'node' };
const nodeTests = { ...vitest('tests on a node', 'node'), needs: 'node' };

/** @type {Record<string, Step[]>} */
const tasks = {
  start: [{ title: 'demo', command: ['examples/demo/demo.ts'], takesArguments: true, quiet: true }],
  // The command from source, for whoever has no Node 24 of their own.
  sallyport: [{ title: 'sallyport', command: ['cli/main.ts'], takesArguments: true, quiet: true }],
  test: [...lint, unitTests, build, e2eTests, wireTests, packageTests, apiTests, nodeTests],
  'test:unit': [unitTests],
  'test:e2e': [build, e2eTests, packageTests],
  'test:wire': [wireTests],
  'test:api': [apiTests],
  'test:node': [nodeTests],
  'test:versions': [
    { title: 'tests on older Kubernetes', command: ['test/cluster/versions.ts'], takesArguments: true, needs: 'api' },
  ],
  'test:rollouts': [rolloutTests],
  conformance: [{ title: 'conformance', command: ['test/conformance/main.ts'], takesArguments: true, quiet: true }],
  fuzz: [{ title: 'fuzz', command: ['test/fuzz/main.ts'], takesArguments: true, quiet: true }],
  chaos: [{ title: 'chaos', command: ['test/chaos/main.ts'], takesArguments: true, quiet: true, needs: 'node' }],
  cluster: [{ title: 'cluster', command: ['test/cluster/main.ts'], takesArguments: true, quiet: true }],
  lint,
  format: [{ title: 'formatting', command: ['bin:oxfmt', '.'] }],
  generate: [{ title: 'generated files', command: ['scripts/generate.ts'], takesArguments: true }],
  build: [{ ...build, takesArguments: true }],
  bench: [{ title: 'benchmark', command: ['bench/bench.ts'], takesArguments: true, quiet: true }],
  'bench:soak': [{ title: 'soak', command: ['bench/soak.ts'], takesArguments: true, quiet: true }],
  'bench:archive': [
    { title: 'benchmark of the archive', command: ['bench/archive/bench.ts'], takesArguments: true, quiet: true },
  ],
  'bench:operator': [
    { title: 'benchmark of the operator', command: ['bench/operator/bench.ts'], takesArguments: true, quiet: true },
  ],
};

/** @param {string} title @param {string} project @returns {Step} */
function vitest(title, project) {
  return { title, command: ['bin:vitest', 'run', '--project', project], takesArguments: true };
}

/** The file behind the command of a package, run by path: no shell, no PATH, the same on Windows. @param {string} name */
function binOf(name) {
  const folder = join(root, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : (bin[name] ?? Object.values(bin)[0]));
}

/** @param {Step} step @param {string[]} extra @param {string} results @returns {string[]} */
function commandLine(step, extra, results) {
  const [head = '', ...rest] = step.command;
  const isBin = head.startsWith('bin:');
  const command = [isBin ? binOf(head.slice(4)) : join(root, head), ...rest];
  if (head === 'bin:vitest') {
    const report = join(results, `${rest.at(-1)}.json`);
    command.push('--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
    // A filter may fit one kind of test only; that nothing at all ran is noticed by the sum.
    if (extra.length > 0) command.push('--passWithNoTests');
  }
  return step.takesArguments === true ? [...command, ...extra] : command;
}

/** @param {string} node @param {string[]} args @returns {Promise<number>} exit code */
function run(node, args) {
  const env = { ...process.env, PATH: withNodeFirst(node) };
  const child = spawn(node, args, { cwd: root, env, stdio: 'inherit' });
  let lastForward = 0;
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    // A terminal sends Ctrl-C to the child as well, and npm repeats it: a second one would cut its clean-up short.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    if (Date.now() - lastForward < 1000) return;
    lastForward = Date.now();
    child.kill(signal);
  };
  process.on('SIGINT', forward).on('SIGTERM', forward).on('SIGHUP', forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('SIGINT', forward).off('SIGTERM', forward).off('SIGHUP', forward);
      resolve(code ?? 128 + (signal === null ? 1 : constants.signals[signal]));
    });
  });
}

/** @param {number} started */
function since(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

/** @param {string} task @param {Step[]} steps @param {string[]} extra @returns {Promise<number>} exit code */
async function runTask(task, steps, extra) {
  const started = Date.now();
  const node = await setUp();
  // A folder of its own for each invocation, so that two of them at once do not read each other's reports.
  mkdirSync(join(root, '.cache'), { recursive: true });
  const results = mkdtempSync(join(root, '.cache', 'results-'));
  try {
    let code = 0;
    /** @type {string[]} */
    const skipped = [];
    for (const step of steps) {
      const stepStarted = Date.now();
      if (step.quiet !== true) console.log(`\n▶ ${step.title}`);
      code = step.needs === undefined ? 0 : await run(node, [machine, step.needs]);
      if (code === SKIPPED) {
        skipped.push(step.title);
        code = 0;
        continue;
      }
      if (code === 0) code = await run(node, commandLine(step, extra, results));
      if (code !== 0) {
        const verb = code === 128 + constants.signals.SIGINT ? 'stopped' : 'failed';
        console.log(`✖ ${step.title}: ${verb} after ${since(stepStarted)} (exit code ${code})`);
        break;
      }
      if (step.quiet !== true) console.log(`✔ ${step.title}: ${since(stepStarted)}`);
    }
    if (steps.some((step) => step.command[0] === 'bin:vitest')) code = summarise(task, code, results, started, skipped);
    return code;
  } finally {
    rmSync(results, { recursive: true, force: true });
  }
}

/**
 * @param {string} task @param {number} code @param {string} results @param {number} started
 * @param {string[]} skippedSteps @returns {number} exit code
 */
function summarise(task, code, results, started, skippedSteps) {
  const { passed, failed, skipped } = readTotals(results);
  const nothingRan = passed + failed === 0 && skippedSteps.length === 0;
  const words = code === 0 && nothingRan ? 'failed: no test was executed' : code === 0 ? 'succeeded' : 'failed';
  const left = [...(skipped === 0 ? [] : [`${skipped} tests`]), ...skippedSteps];
  console.log(`\n${task} ${words} in ${since(started)}${left.length === 0 ? '' : `, skipped: ${left.join(', ')}`}`);
  console.log(`${passed} passed, ${failed} failed`);
  return code === 0 && (nothingRan || failed > 0) ? 1 : code;
}

async function main() {
  const [task = '', ...extra] = process.argv.slice(2);
  const steps = tasks[task];
  if (steps === undefined) throw new SetupError(`Unknown task "${task}": one of ${Object.keys(tasks).join(', ')}.`);
  if (extra.length > 0 && !steps.some((step) => step.takesArguments === true)) {
    throw new SetupError(`The task ${task} takes no arguments.`);
  }
  process.exitCode = await runTask(task, steps, extra);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`✖ ${error.message}`);
  process.exitCode = 1;
}
