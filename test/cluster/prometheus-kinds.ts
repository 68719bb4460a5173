/** The kinds of the Prometheus Operator that the chart uses, as its module carries them; from the Go module proxy, checked by their sum. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiServer } from './api-server.ts';
import { run } from './support/command.ts';
import { go } from './tools.ts';

const MODULE = 'github.com/prometheus-operator/prometheus-operator';
const VERSION = 'v0.82.2';
/** As in a go.sum. */
const SUM = 'h1:qalPLM8wkvCtu9aHcoSKGDpCZR3aWRMKeHev5WomTBQ=';
const KINDS = ['podmonitors', 'prometheusrules', 'servicemonitors'];
const LIMIT_MS = 3 * 60_000;

export async function installPrometheusKinds(server: Pick<ApiServer, 'kubectl'>): Promise<void> {
  const folder = await moduleFolder();
  const files = KINDS.map((kind) =>
    join(folder, 'example', 'prometheus-operator-crd', `monitoring.coreos.com_${kind}.yaml`),
  );
  await server.kubectl(['apply', '--server-side', ...files.flatMap((file) => ['-f', file])]);
  const names = KINDS.map((kind) => `crd/${kind}.monitoring.coreos.com`);
  await server.kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...names]);
}

async function moduleFolder(): Promise<string> {
  // Outside of any module: nothing of ours depends on it.
  const cwd = mkdtempSync(join(tmpdir(), 'sallyport-module-'));
  try {
    const options = { cwd, env: { GOWORK: 'off' }, timeoutMs: LIMIT_MS };
    const answer = JSON.parse(await run(go(), ['mod', 'download', '-json', `${MODULE}@${VERSION}`], options)) as {
      Dir: string;
      Sum: string;
    };
    if (answer.Sum !== SUM) throw new Error(`${MODULE} ${VERSION} has the sum ${answer.Sum}, and should have ${SUM}`);
    return answer.Dir;
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
