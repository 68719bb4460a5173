import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../../test/support/cleanup.ts';
import { stepsOf } from './sign.ts';

const { defer } = cleanupAfterEach();
const DIGEST = `sha256:${'a'.repeat(64)}`;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'sallyport-sign-'));
  defer(() => rmSync(path, { recursive: true }));
  return path;
}

function hasCosign(): boolean {
  try {
    execFileSync('cosign', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('signing', { tags: ['supply-chain'] }, () => {
  it('covers the bundles, what is in them and how they came about, and nothing else', () => {
    const files = [
      'operator.mjs',
      'operator.cdx.json',
      'provenance.json',
      'kubectl-sallyport.tar.gz',
      'operator.mjs.map',
      'operator.mjs.sigstore.json',
    ];
    const steps = stepsOf('k.key', 'dist', files, []);
    expect(steps.map(({ args }) => args.at(-1))).toEqual(files.slice(0, 4).map((name) => join('dist', name)));
    for (const { args } of steps)
      expect(args).toEqual(expect.arrayContaining(['--key', 'k.key', '--tlog-upload=false']));
  });

  it('takes images by digest alone', () => {
    const image = `registry.example.com/operator@${DIGEST}`;
    expect(stepsOf('k', 'dist', [], [`${image}=operator`]).map(({ args }) => [args[0], args.at(-1)])).toEqual([
      ['sign', image],
      ['attest', image],
    ]);
    expect(() => stepsOf('k', 'dist', [], ['registry.example.com/operator:1=operator'])).toThrow(
      'a tag may be another',
    );
  });

  it('without a key signs nothing and says so', () => {
    const { COSIGN_KEY: _, ...env } = process.env;
    const said = execFileSync(process.execPath, [join(import.meta.dirname, 'sign.ts')], { env, encoding: 'utf8' });
    expect(said).toContain('Nothing was signed: COSIGN_KEY names no key.');
  });

  // Building cosign takes longer than all the other tests together: it is tried where it is installed.
  it.skipIf(!hasCosign())('is verified by cosign with the public key', { timeout: 60_000 }, () => {
    const root = folder();
    const [scripts, dist] = [join(root, 'scripts/supply-chain'), join(root, 'dist')];
    mkdirSync(scripts, { recursive: true });
    mkdirSync(dist);
    copyFileSync(join(import.meta.dirname, 'sign.ts'), join(scripts, 'sign.ts'));
    writeFileSync(join(root, 'package.json'), '{"type":"module"}');
    writeFileSync(join(dist, 'operator.mjs'), 'export {};');
    const env = { ...process.env, COSIGN_PASSWORD: '', COSIGN_KEY: join(root, 'cosign.key') };
    execFileSync('cosign', ['generate-key-pair'], { cwd: root, env, stdio: 'ignore' });
    const said = execFileSync(process.execPath, [join(scripts, 'sign.ts')], { env, encoding: 'utf8' });
    expect(said).toBe('operator.mjs is signed: operator.mjs.sigstore.json\n');
    const bundle = ['--bundle', join(dist, 'operator.mjs.sigstore.json')];
    const verify = ['verify-blob', '--key', join(root, 'cosign.pub'), '--insecure-ignore-tlog', ...bundle];
    execFileSync('cosign', [...verify, join(dist, 'operator.mjs')], { stdio: 'ignore' });
    writeFileSync(join(dist, 'operator.mjs'), 'export { other };');
    expect(() => execFileSync('cosign', [...verify, join(dist, 'operator.mjs')], { stdio: 'ignore' })).toThrow();
  });
});
