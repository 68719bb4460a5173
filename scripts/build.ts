/**
 * Bundles the processes: `node scripts/build.ts [--sourcemap]`.
 *
 * Each entry becomes one self-contained file in dist/, without shared chunks, so that an image holds exactly the code it
 * runs. The published package therefore has no dependencies, and dist/THIRD_PARTY_NOTICES.txt carries their licences.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Metafile, type Plugin, build } from 'esbuild';
import { bundledPackages, thirdPartyNotices } from './notices.ts';
import { provenanceOf } from './supply-chain/provenance.ts';
import { sbomOf } from './supply-chain/sbom.ts';

export const entries = {
  cli: 'cli/main.ts',
  sidecar: 'sidecar/main.ts',
  gate: 'sidecar/run.ts',
  operator: 'operator/main.ts',
  archive: 'archive/main.ts',
  hooks: 'operator/hooks/main.ts',
  telemetry: 'telemetry/start.ts',
  valkey: 'sidecar/memory/history/shared/link.ts',
};

/** What a bundle loads only when it is needed stays a file of its own beside it: read at start, it would take memory and time from everybody. */
const besides: Plugin = {
  name: 'besides',
  setup(bundling) {
    const beside = (filter: RegExp, path: string): void =>
      bundling.onResolve({ filter }, ({ kind }) => (kind === 'dynamic-import' ? { path, external: true } : undefined));
    beside(/\/telemetry\/start\.ts$/, './telemetry.mjs');
    beside(/^\.\/run\.ts$/, './gate.mjs');
    beside(/^\.\/link\.ts$/, './valkey.mjs');
  },
};

export interface BuildOptions {
  /** The repository, or a tree of the same layout. */
  root: string;
  /** Where the bundles go. */
  outdir: string;
  sourcemap?: boolean;
  /** Default: all entries. */
  only?: readonly (keyof typeof entries)[];
}

/**
 * pdfkit asks for the measures of its fonts by names that only Node resolves, beside its own files: in a bundle they become part of it. The
 * libraries for fonts to embed and for pictures stay out of it, being most of its size: nothing here has either.
 */
const ofPdfkit: Plugin = {
  name: 'of-pdfkit',
  setup(bundling) {
    bundling.onLoad({ filter: /pdfkit\.node\.mjs$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text
        .replaceAll("require$1('#standard-fonts/", "require('pdfkit/standard-fonts/")
        .replace('const require$1 = createRequire(import.meta.url);', '')
        .replace(
          "import { create } from 'fontkit';",
          "const create = () => { throw new Error('no font is embedded'); };",
        )
        .replace(
          "import PNG from 'png-js';",
          "const PNG = class { constructor() { throw new Error('no picture is drawn'); } };",
        );
      if (/require\$1|'fontkit'|'png-js'/.test(contents))
        throw new Error('pdfkit is written in another way now: mend scripts/build.ts');
      return { contents, loader: 'js' };
    });
  },
};

/** Builds every entry that exists and returns the paths written. */
export async function bundle({ root, outdir, sourcemap = false, only }: BuildOptions): Promise<string[]> {
  const wanted = only === undefined ? Object.entries(entries) : only.map((name) => [name, entries[name]] as const);
  const present = wanted.filter(([, path]) => existsSync(join(root, path)));
  if (present.length === 0) throw new Error(`nothing to build: none of ${Object.values(entries).join(', ')} exists`);
  rmSync(outdir, { recursive: true, force: true });
  const result = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(present),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    plugins: [besides, ofPdfkit],
    splitting: false,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    // Names stay as written, for stack traces. keepNames, which also keeps `X.name` where a class mentions itself, would
    // add a call to every closure that is made; errors therefore write their name as a literal.
    minifyIdentifiers: false,
    sourcemap: sourcemap ? 'linked' : false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    define: {
      __SALLYPORT_VERSION__: JSON.stringify(packageVersion(root)),
      __SALLYPORT_COMMIT__: JSON.stringify(commitOf(root)),
    },
    // CommonJS dependencies (pino) call `require`, which a module does not have.
    banner: {
      js: [
        '#!/usr/bin/env node',
        "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
      ].join('\n'),
    },
  });
  const notices = join(outdir, 'THIRD_PARTY_NOTICES.txt');
  writeFileSync(notices, thirdPartyNotices(bundledPackages(root, Object.keys(result.metafile.inputs))));
  const bundles = present.map(([name]) => join(outdir, `${name}.mjs`));
  for (const path of bundles) chmodSync(path, 0o755);
  const papers = writePapers(
    { root, outdir, names: present.map(([name]) => name), outputs: result.metafile.outputs },
    { sourcemap, ...(only === undefined ? {} : { only }) },
  );
  return [...bundles, notices, ...papers];
}

interface Built {
  readonly root: string;
  readonly outdir: string;
  readonly names: readonly string[];
  readonly outputs: Metafile['outputs'];
}

/** What is in each bundle, and how all of them came about. Returns the paths written. */
function writePapers({ root, outdir, names, outputs }: Built, parameters: Record<string, boolean | readonly string[]>) {
  const version = packageVersion(root);
  const lock = readFileSync(join(root, 'package-lock.json'));
  const { packages: locked = {} } = JSON.parse(lock.toString()) as {
    packages?: Record<string, { integrity?: string }>;
  };
  const files: Record<string, string> = {};
  const written: string[] = [];
  for (const name of names) {
    const sha256 = sha256Of(readFileSync(join(outdir, `${name}.mjs`)));
    const output = Object.entries(outputs).find(
      ([path]) => path.endsWith(`/${name}.mjs`) || path === `${name}.mjs`,
    )?.[1];
    const inputs = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    const packages = bundledPackages(
      root,
      inputs.map(([path]) => path),
    );
    const text = `${JSON.stringify(sbomOf({ name, version, sha256, packages, locked }), null, 2)}\n`;
    const path = join(outdir, `${name}.cdx.json`);
    writeFileSync(path, text);
    written.push(path);
    files[`${name}.mjs`] = sha256;
    files[`${name}.cdx.json`] = sha256Of(text);
  }
  const provenance = join(outdir, 'provenance.json');
  const statement = provenanceOf({
    ...{ files, version, parameters, commit: commitOf(root), lockSha256: sha256Of(lock), node: process.version },
    builder: process.env['SALLYPORT_BUILDER'] ?? `urn:sallyport:builder:unnamed`,
  });
  writeFileSync(provenance, `${JSON.stringify(statement, null, 2)}\n`);
  return [...written, provenance];
}

function sha256Of(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

function packageVersion(root: string): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

/** The commit, from the environment where there is no repository (an image build). */
function commitOf(root: string): string {
  const given = process.env['SALLYPORT_COMMIT'];
  if (given !== undefined && given !== '') return given;
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '-dirty');
  } catch {
    return 'unknown';
  }
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const written = await bundle({ root, outdir: join(root, 'dist'), sourcemap: process.argv.includes('--sourcemap') });
  for (const path of written) {
    console.log(`${path.slice(root.length + 1).padEnd(32)} ${Math.ceil(statSync(path).size / 1024)} KiB`);
  }
}
