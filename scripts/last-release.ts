/**
 * Writes the sidecar of the last release as its image runs it: `node scripts/last-release.ts`. Its gates stay in the pods of clusters
 * whose operator moves on, so tests hold this operator to them. It is kept in the repository, since a shallow clone or an archive has no
 * history to build it from. To move on to another release, change the commit and run this in a clone with its history.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type * as Compile from '../core/policy/compile.ts';
import type * as Gen from '../core/policy/testing/gen.ts';
import type * as Build from './build.ts';

const COMMIT = 'e26cf6d19ff74ced4e6231e3f665a2e6e2b7c9ec';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'test', 'fixtures', 'last-release');

function checkOut(target: string): void {
  try {
    const archive = execFileSync('git', ['archive', COMMIT], {
      cwd: root,
      maxBuffer: 1 << 30,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    execFileSync('tar', ['-x', '-C', target], { input: archive });
  } catch (error) {
    throw new Error(`commit ${COMMIT} is not here; run this in a full clone (git fetch --unshallow)`, { cause: error });
  }
  // The dependencies are those of package-lock.json then, as far as they have not changed since.
  const [then, now] = [join(target, 'package-lock.json'), join(root, 'package-lock.json')].map((file) =>
    readFileSync(file, 'utf8'),
  );
  if (then === now) symlinkSync(join(root, 'node_modules'), join(target, 'node_modules'));
  else execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: target, stdio: 'inherit' });
}

/** What the operator of then writes for a gate: the policy of a server `finance/ledger` that allows the tool `echo`. */
async function compiledThen(target: string): Promise<string> {
  const { compile } = (await import(join(target, 'core/policy/compile.ts'))) as typeof Compile;
  const gen = (await import(join(target, 'core/policy/testing/gen.ts'))) as typeof Gen;
  const server = gen.server();
  const access = { authorization: 'Gate', anonymous: true } as const;
  const pack = gen.pack({ tools: [{ names: ['echo'], effect: 'Allow' }] }, 'payments');
  return compile({ ...server, spec: { ...server.spec, access } }, [pack]).text;
}

const tree = mkdtempSync(join(tmpdir(), 'sallyport-last-release-'));
try {
  checkOut(tree);
  const { bundle, entries } = (await import(join(tree, 'scripts', 'build.ts'))) as typeof Build;
  // The build asks git for the commit where it is not told.
  process.env['SALLYPORT_COMMIT'] = COMMIT.slice(0, 12);
  const outdir = join(tree, 'dist');
  // In older trees the gate is in the bundle of its commands.
  const only = (['sidecar', 'gate'] as const).filter((name) => name in entries);
  const written = await bundle({ root: tree, outdir, only });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'ledger.bundle'), await compiledThen(tree));
  for (const path of written) {
    const zipped = gzipSync(readFileSync(path), { level: 9 });
    const file = join(folder, `${path.slice(outdir.length + 1)}.gz`);
    writeFileSync(file, zipped);
    console.log(`${file.slice(root.length + 1)} ${Math.ceil(zipped.length / 1024)} KiB`);
  }
} finally {
  rmSync(tree, { recursive: true });
}
