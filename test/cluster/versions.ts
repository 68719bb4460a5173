/**
 * `npm run test:versions [-- VERSION…]`: the tests on an API server again, on older ones, and once more those of votes on the newest with
 * the webhook that older ones need. The API server alone is old: everything else, kubectl too, is that of the other tests.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const FOLDER = 'test/cluster/api';

interface Run {
  readonly title: string;
  /** What the test of API servers is told: see tools.ts and api/chart/voter.ts. */
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly string[];
}

/**
 * What depends on the version: what the API server takes of the charts and kinds, what its rules and policies say, and who writes votes;
 * not the client library (`kit`), nor how pods get gates, nor what the operator makes of an API server that is disturbed.
 */
const OLDER_FILES = [
  'api-server.test.ts',
  'crds/rules.test.ts',
  'crds/approval-request.test.ts',
  'chart/template.test.ts',
  'chart/install.test.ts',
  'chart/approvals.test.ts',
  'chart/quorums.test.ts',
  'chart/hooks.test.ts',
  'operator/votes.test.ts',
  'operator/quorums.test.ts',
].map((name) => `${FOLDER}/${name}`);

const older = (version: string): Run => ({
  title: `Kubernetes ${version}`,
  env: { SALLYPORT_TEST_KUBERNETES: version },
  files: OLDER_FILES,
});

const RUNS = {
  '1.32': older('1.32'),
  '1.34': older('1.34'),
  newest: {
    title: 'the newest Kubernetes, votes by webhook',
    env: { SALLYPORT_TEST_VOTE_BY: 'Webhook' },
    files: ['chart/approvals.test.ts', 'chart/quorums.test.ts', 'chart/hooks.test.ts', 'operator/votes.test.ts'].map(
      (name) => `${FOLDER}/${name}`,
    ),
  },
} as const satisfies Record<string, Run>;

function isName(text: string): text is keyof typeof RUNS {
  return text in RUNS;
}

/** True where all of its tests passed. */
async function perform({ title, env, files }: Run): Promise<boolean> {
  console.log(`\n▶ ${title}`);
  const child = spawn(process.execPath, [VITEST, 'run', '--project', 'api', ...files], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0;
}

/** One after the other: a process knows one version. */
async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !isName(name));
  if (unknown.length > 0) {
    console.error(`✖ no such version: ${unknown.join(', ')}; there are ${Object.keys(RUNS).join(', ')}`);
    return 1;
  }
  const wanted = names.length === 0 ? Object.keys(RUNS).filter(isName) : names.filter(isName);
  const failed: string[] = [];
  for (const name of wanted) if (!(await perform(RUNS[name]))) failed.push(RUNS[name].title);
  console.log(
    failed.length === 0
      ? `\nAll passed: ${wanted.map((name) => RUNS[name].title).join(', ')}`
      : `\n✖ failed: ${failed.join(', ')}`,
  );
  return failed.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
