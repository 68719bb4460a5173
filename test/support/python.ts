/**
 * Python with packages from PyPI, in a virtual environment that is made on first use and kept in the cache of this machine. What the
 * machine lacks is one line; on CI it is an error, because there nothing is skipped.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cached } from '../cluster/support/cache.ts';
import { run } from '../cluster/support/command.ts';

const PYTHON = 'python3';
const INSTALL_LIMIT_MS = 5 * 60_000;

/** Prints its version when it is new enough for the official SDK and can make environments. */
const PROBE = `import sys, venv, ensurepip
assert sys.version_info >= (3, 11), "it is Python %d.%d" % sys.version_info[:2]
print(sys.version)`;

/** The version of the Python there is; undefined, and the line is printed, where what needs one is to be skipped. */
export function findPython(what: string): string | undefined {
  const { status, stdout, stderr, error } = spawnSync(PYTHON, ['-c', PROBE], { encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  const why = error === undefined ? stderr.trim().split('\n').at(-1) : 'it is not there';
  const line = `${what} needs Python 3.11 or newer with venv (apt-get install python3 python3-venv): ${why}`;
  if (process.env['CI'] === 'true') throw new Error(`cannot be skipped on CI: ${line}`);
  console.log(`⚠ skipped: ${line}`);
  return undefined;
}

/** The interpreter of an environment with what the requirements file pins. `version`: of the Python that makes it. */
export async function pythonWith(requirements: string, version: string): Promise<string> {
  const content = readFileSync(requirements, 'utf8');
  const hash = createHash('sha256').update(content).update(version).digest('hex').slice(0, 12);
  const name = basename(requirements, '.txt');
  const folder = await cached(
    join('python', `${name}-${hash}`),
    `Installing ${name} from PyPI (once)`,
    async (draft) => {
      await run(PYTHON, ['-m', 'venv', draft], { timeoutMs: INSTALL_LIMIT_MS });
      const install = [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--no-deps',
        '-r',
        requirements,
      ];
      await run(join(draft, 'bin', 'python'), install, { timeoutMs: INSTALL_LIMIT_MS });
    },
  );
  // Its own scripts name the folder it was made in; the interpreter finds its packages wherever it lies.
  return join(folder, 'bin', 'python');
}

/** The version that a requirements file pins of a package. */
export function pinned(requirements: string, name: string): string {
  const line = readFileSync(requirements, 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${name}==`));
  if (line === undefined) throw new Error(`${requirements} pins no ${name}`);
  return line.slice(name.length + 2);
}
