/**
 * The programs of a real Kubernetes, built from the Go module proxy on first use. The modules in tools/ pin their versions;
 * a prebuilt release would need a download page for each platform, and this works wherever Go does.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, cached } from './support/cache.ts';
import { run } from './support/command.ts';

const MODULES = join(import.meta.dirname, 'tools');
const BUILD_LIMIT_MS = 20 * 60_000;

/** `1.32`: the API server is of that version, built by the module kubernetes-1.32; all else stays as it is. Default: the newest. */
const OLDER = process.env['SALLYPORT_TEST_KUBERNETES'] ?? '';

interface Tool {
  /** The folder of tools/ with the go.mod that it is built by. */
  readonly module: string;
  readonly package: string;
  /** The required module that carries its version; one of our own has none. */
  readonly versionOf?: string;
}

const kubernetes = (command: string, module = 'kubernetes'): Tool => ({
  module,
  package: `k8s.io/kubernetes/cmd/${command}`,
  versionOf: 'k8s.io/kubernetes',
});

const TOOLS = {
  etcd: { module: 'kubernetes', package: 'go.etcd.io/etcd/server/v3', versionOf: 'go.etcd.io/etcd/server/v3' },
  kubectl: kubernetes('kubectl'),
  'kube-apiserver': kubernetes('kube-apiserver', OLDER === '' ? 'kubernetes' : `kubernetes-${OLDER}`),
  'kube-controller-manager': kubernetes('kube-controller-manager'),
  'kube-scheduler': kubernetes('kube-scheduler'),
  'kube-proxy': kubernetes('kube-proxy'),
  kubelet: kubernetes('kubelet'),
  helm: { module: 'helm', package: 'helm.sh/helm/v4/cmd/helm', versionOf: 'helm.sh/helm/v4' },
  krew: { module: 'krew', package: 'sigs.k8s.io/krew/cmd/krew', versionOf: 'sigs.k8s.io/krew' },
  coredns: { module: 'coredns', package: 'github.com/coredns/coredns', versionOf: 'github.com/coredns/coredns' },
  pause: { module: 'pause', package: '.' },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof TOOLS;

/** The path of the program, which is built first if the cache lacks it. */
export async function tool(name: ToolName): Promise<string> {
  const { module, package: source }: Tool = TOOLS[name];
  const folder = await cached(
    cacheKey(name),
    `Building ${name} ${toolVersion(name)} from source (once)`,
    async (draft) => {
      await run(go(), ['build', ...buildFlags(name), '-o', join(draft, name), source], {
        cwd: join(MODULES, module),
        env: { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-buildvcs=false' },
        timeoutMs: BUILD_LIMIT_MS,
      });
    },
  );
  return join(folder, name);
}

export function isBuilt(name: ToolName): boolean {
  return existsSync(join(cacheFolder(), cacheKey(name)));
}

/** As the module names it: `v1.36.3`. */
export function toolVersion(name: ToolName): string {
  const { module, versionOf }: Tool = TOOLS[name];
  if (versionOf === undefined) return 'v0';
  const line = readFileSync(join(MODULES, module, 'go.mod'), 'utf8')
    .split('\n')
    .map((text) => text.trim().split(/\s+/))
    .find(([path, second]) => path === versionOf && second?.startsWith('v'));
  if (line?.[1] === undefined) throw new Error(`tools/${module}/go.mod does not require ${versionOf}`);
  return line[1];
}

/** Whether the API server is of the version that everything else is of. */
export function isNewest(): boolean {
  return OLDER === '';
}

/** The Go that builds them; a sentence with the mend where there is none. */
export function go(): string {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/local/go/bin'];
  const found = folders.map((folder) => join(folder, 'go')).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error('Go is not installed, which builds Kubernetes for the tests: install Go 1.26 (https://go.dev/dl)');
}

/** Version, and a digest of all that the binary is made of. */
function cacheKey(name: ToolName): string {
  const folder = join(MODULES, TOOLS[name].module);
  const hash = createHash('sha256').update(JSON.stringify([process.platform, process.arch, buildFlags(name)]));
  for (const file of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, file)));
  return join('tools', `${name}-${toolVersion(name)}-${hash.digest('hex').slice(0, 12)}`);
}

/** Without its version kube-apiserver calls itself v0.0.0, and what a chart demands of `kubeVersion` is never met. */
function buildFlags(name: ToolName): string[] {
  const version = toolVersion(name);
  const [major = '', minor = ''] = version.slice(1).split('.');
  const facts: Record<string, string> =
    TOOLS[name].module === 'helm'
      ? { 'helm.sh/helm/v4/internal/version.version': version }
      : {
          'k8s.io/component-base/version.gitVersion': version,
          'k8s.io/component-base/version.gitMajor': major,
          'k8s.io/component-base/version.gitMinor': minor,
          'k8s.io/component-base/version.gitTreeState': 'clean',
        };
  const set = Object.entries(facts).map(([variable, value]) => `-X ${variable}=${value}`);
  return ['-trimpath', '-ldflags', ['-s', '-w', ...set].join(' ')];
}
