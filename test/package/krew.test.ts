/** The plugin of kubectl as krew installs it: its archive and manifest by the real krew, offline. */
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { writeKrew } from '../../scripts/supply-chain/krew.ts';
import { go, tool } from '../cluster/tools.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const BUILD_LIMIT_MS = 10 * 60_000;

/** On CI it is an error that there is none. */
function lacksGo(): boolean {
  try {
    if (spawnSync(go(), ['version']).status === 0) return false;
  } catch {
    // Said below.
  }
  if (process.env['CI'] === 'true') throw new Error('Go is not installed, by which krew is built');
  return true;
}

const [archive = '', manifest = ''] = writeKrew(root);

it('the manifest names the archive that was written', () => {
  const { spec } = parse(readFileSync(manifest, 'utf8')) as {
    spec: { version: string; platforms: { uri: string; sha256: string }[] };
  };
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(spec.version).toBe(`v${version}`);
  expect(spec.platforms).toMatchObject([
    {
      uri: expect.stringMatching(/\/v\d+\.\d+\.\d+\/kubectl-sallyport\.tar\.gz$/) as string,
      sha256: createHash('sha256').update(readFileSync(archive)).digest('hex'),
    },
  ]);
});

describe.skipIf(lacksGo())('krew', () => {
  const home = mkdtempSync(join(tmpdir(), 'sallyport-krew-'));
  const env = {
    ...process.env,
    HOME: home,
    KREW_ROOT: home,
    NO_COLOR: '1',
    PATH: [join(home, 'bin'), dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
  };
  beforeAll(() => tool('krew'), BUILD_LIMIT_MS);
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('takes the manifest, and installs what kubectl then finds', async () => {
    const krew = await tool('krew');
    const { stderr } = await run(krew, ['install', `--manifest=${manifest}`, `--archive=${archive}`], { env });
    expect(stderr).toContain('Installed plugin: sallyport');
    expect(stderr).toContain('Node 24.15');
    const kubectl = await tool('kubectl');
    const { stdout } = await run(kubectl, ['sallyport', '--help'], { env });
    expect(stdout).toContain('Usage: kubectl sallyport');
    const { stdout: listed } = await run(kubectl, ['plugin', 'list', '--name-only'], { env });
    expect(listed.split('\n')).toContain('kubectl-sallyport');
  });
});
