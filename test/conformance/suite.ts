/** Runs the official conformance suite as its users do, and reads what it wrote down: every check of every scenario. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Check {
  readonly id: string;
  readonly status: string;
  readonly message: string | undefined;
}

export interface SuiteRun {
  /** 0 says that every scored scenario passed. */
  readonly exitCode: number | null;
  /** By scenario, in the order in which the checks were made. */
  readonly scenarios: ReadonlyMap<string, readonly Check[]>;
  /** What the suite printed, for whoever looks for the reason of a failure. */
  readonly output: string;
  readonly ms: number;
}

const SUITE = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'));
const LOOPBACK = join(import.meta.dirname, 'loopback.ts');
/** What the suite puts behind the name of a scenario in the name of its directory. */
const STAMP = /-\d{4}-\d\d-\d\dT[\d-]+Z$/;

/** `args` is the suite's own command line: `server --url …`, `client --command …`. */
export async function runSuite(args: readonly [mode: 'server' | 'client', ...rest: string[]]): Promise<SuiteRun> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-conformance-'));
  const started = performance.now();
  try {
    const suite = spawn(process.execPath, ['--import', LOOPBACK, SUITE, ...args, '-o', folder], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed: string[] = [];
    for (const stream of [suite.stdout, suite.stderr]) stream.on('data', (chunk) => printed.push(String(chunk)));
    await once(suite, 'close');
    const ms = performance.now() - started;
    return { exitCode: suite.exitCode, scenarios: readResults(folder, args[0]), output: printed.join(''), ms };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Names of scenarios may have a slash: a directory then is in another. */
function readResults(folder: string, mode: 'server' | 'client'): ReadonlyMap<string, readonly Check[]> {
  const scenarios = new Map<string, readonly Check[]>();
  for (const file of globSync('**/checks.json', { cwd: folder }).toSorted()) {
    const name = dirname(file).replace(STAMP, '');
    scenarios.set(mode === 'server' ? name.replace(/^server-/, '') : name, readChecks(join(folder, file)));
  }
  return scenarios;
}

function readChecks(file: string): Check[] {
  if (!existsSync(file)) return [];
  const checks = JSON.parse(readFileSync(file, 'utf8')) as { id: string; status: string; errorMessage?: string }[];
  return checks.map(({ id, status, errorMessage }) => ({ id, status, message: errorMessage }));
}
