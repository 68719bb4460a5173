/** Whoever judges the health of custom resources in clusters, as a program: see test/support/health. Built once, and kept in the cache. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { cached } from '../cluster/support/cache.ts';
import { run } from '../cluster/support/command.ts';
import { go } from '../cluster/tools.ts';

const SOURCE = join(import.meta.dirname, 'health');
const INTEGRATIONS = join(import.meta.dirname, '../../integrations');
const BUILD_LIMIT_MS = 15 * 60_000;

export interface HealthVerdict {
  readonly kstatus: string;
  readonly flux: string;
  readonly argoCD: string;
  readonly argoMessage: string;
}

/** The scripts for Argo CD, by kind. */
export function healthScripts(): Record<string, string> {
  const files = globSync('argocd/sallyport.dev/*/health.lua', { cwd: INTEGRATIONS });
  return Object.fromEntries(
    files.map((file) => [file.split('/').at(-2) ?? '', readFileSync(join(INTEGRATIONS, file), 'utf8')]),
  );
}

export function fluxExpressions(): object[] {
  const text = readFileSync(join(INTEGRATIONS, 'flux/health-check-exprs.yaml'), 'utf8');
  return (parse(text) as { healthCheckExprs: object[] }).healthCheckExprs;
}

export async function buildJudges(): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(SOURCE, file)));
  const key = join('tools', `health-judges-${hash.digest('hex').slice(0, 12)}`);
  const folder = await cached(key, 'Building kstatus, Flux and the Lua of Argo CD (once)', async (draft) => {
    await run(go(), ['build', '-trimpath', '-ldflags', '-s -w', '-o', join(draft, 'judges'), '.'], {
      cwd: SOURCE,
      env: { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-buildvcs=false' },
      timeoutMs: BUILD_LIMIT_MS,
    });
  });
  return join(folder, 'judges');
}

/** What each of them makes of each object, in their order. */
export function judgeHealth(program: string, objects: readonly object[], lua = healthScripts()): HealthVerdict[] {
  const input = JSON.stringify({ lua, flux: fluxExpressions(), objects });
  const { status, stdout, stderr } = spawnSync(program, { input, encoding: 'utf8', timeout: 30_000 });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as HealthVerdict[];
}
