/** The state of this repository that is upgraded from, taken out of git: its charts, and what its images are built from. */
import { join } from 'node:path';
import type { OtherTree } from '../images.ts';
import { run } from '../support/command.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** The last commit before a rollout lost nothing. To move it on, name a commit whose charts and images people may have. */
const COMMIT = '26ed7632';
const TAG = 'predecessor';
const FETCH_LIMIT_MS = 60_000;

export interface Predecessor extends OtherTree {
  /** The folder of its charts. */
  readonly charts: string;
  /** What its chart is told so that its own images are run. */
  readonly values: object;
}

/** Throws an Error with what to type where git does not know the commit, as in a shallow clone. */
export async function checkOutPredecessor(folder: string): Promise<Predecessor> {
  const git = (...args: string[]): Promise<string> => run('git', ['-C', ROOT, ...args], { timeoutMs: FETCH_LIMIT_MS });
  const isKnown = (): Promise<boolean> =>
    git('cat-file', '-e', `${COMMIT}^{commit}`).then(
      () => true,
      () => false,
    );
  // A clone of the last commit alone can be deepened where it came from somewhere.
  if (!(await isKnown())) await git('fetch', '--quiet', '--unshallow').catch(() => {});
  if (!(await isKnown())) {
    throw new Error(
      `the commit ${COMMIT}, from which an upgrade is tried, is not in this clone: git fetch --unshallow`,
    );
  }
  const archive = join(folder, 'predecessor.tar');
  await git('archive', '--format=tar', '-o', archive, COMMIT);
  await run('tar', ['-C', folder, '-xf', archive]);
  const image = { tag: TAG };
  return {
    root: folder,
    commit: COMMIT,
    tag: TAG,
    charts: join(folder, 'charts'),
    values: { image, sidecar: { image } },
  };
}
