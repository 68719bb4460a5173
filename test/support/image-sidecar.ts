/** The sidecar as its image runs it: the bundle of the working tree, with Node's flags and the environment of the Dockerfile. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../scripts/build.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MIB = 1024 * 1024;

export interface ImageSidecar {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  close(): void;
}

export async function buildSidecar(): Promise<ImageSidecar> {
  const outdir = mkdtempSync(join(tmpdir(), 'sallyport-image-'));
  await bundle({ root: ROOT, outdir, only: ['sidecar', 'gate'] });
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile.sidecar'), 'utf8');
  const entrypoint = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
  const flags = entrypoint.filter((word) => word.startsWith('--'));
  if (flags.length === 0) throw new Error('Dockerfile.sidecar does not read as expected');
  const malloc = [...dockerfile.matchAll(/\b(MALLOC_\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]);
  return {
    command: [process.execPath, ...flags, join(outdir, 'sidecar.mjs')],
    env: { NODE_ENV: 'production', ...(Object.fromEntries(malloc) as Record<string, string>) },
    close: () => rmSync(outdir, { recursive: true }),
  };
}

/** What the chart gives the sidecar at most, in bytes. */
export function chartLimit(): number {
  const values = readFileSync(join(ROOT, 'charts', 'sallyport', 'values.yaml'), 'utf8');
  const limit = /limits:\s+memory: (\d+)Mi/.exec(values)?.[1];
  if (limit === undefined) throw new Error('charts/sallyport/values.yaml does not read as expected');
  return Number(limit) * MIB;
}
