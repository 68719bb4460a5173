/**
 * What this machine lacks for a level of the tests: `node test/cluster/machine.ts <api|node>` ends with 0 where they can run,
 * with 3 and one line where they are skipped. On CI nothing is skipped: there the line is an error.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CNI_PLUGINS } from './support/node/containerd.ts';
import { type ToolName, go, isBuilt } from './tools.ts';

const LEVELS = {
  api: 'an API server (etcd, kube-apiserver)',
  node: 'a Kubernetes node (kubelet, containerd)',
} as const;
type Level = keyof typeof LEVELS;

const API_TOOLS: readonly ToolName[] = ['etcd', 'kube-apiserver', 'kubectl'];
const NODE_TOOLS: readonly ToolName[] = [
  ...API_TOOLS,
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'coredns',
  'helm',
  'pause',
];

/** Programs of the machine and the Debian package that brings each. */
const PACKAGES = {
  containerd: 'containerd',
  runc: 'runc',
  iptables: 'iptables',
  ip: 'iproute2',
  sysctl: 'procps',
  conntrack: 'conntrack',
  ethtool: 'ethtool',
  debootstrap: 'debootstrap',
  docker: 'docker.io',
  dockerd: 'docker.io',
  unshare: 'util-linux',
  tar: 'tar',
} as const;

const SKIPPED = 3;

/** Each with what to do about it; none: the tests can run. */
export function lacks(level: Level): readonly string[] {
  if (isGiven('SALLYPORT_TEST_KUBECONFIG') && level === 'api') return [];
  return level === 'api' ? [...goLack(API_TOOLS), ...opensslLack()] : [...nodeLacks(), ...goLack(NODE_TOOLS)];
}

function nodeLacks(): string[] {
  if (process.platform !== 'linux') return [`Linux (this is ${process.platform})`];
  if (process.getuid?.() !== 0) return ['root (run it as root, for example with sudo)'];
  const missing = new Set<string>();
  for (const [program, name] of Object.entries(PACKAGES)) if (!isInPath(program)) missing.add(name);
  if (!existsSync(CNI_PLUGINS)) missing.add('containernetworking-plugins');
  const packages = missing.size === 0 ? [] : [`programs (apt-get install ${[...missing].join(' ')})`];
  return [...packages, ...opensslLack(), ...(missing.size === 0 ? kernelLacks() : [])];
}

/** A container without rights, or a kernel without these parts, says so here and not in the middle of a start. */
function kernelLacks(): string[] {
  if (!existsSync('/sys/fs/cgroup/cgroup.controllers') && !existsSync('/sys/fs/cgroup/memory/cgroup.procs')) {
    return ['control groups (mount them on /sys/fs/cgroup)'];
  }
  const namespaces = ['--net', '--mount', '--pid', '--fork', '--mount-proc'];
  const tried = spawnSync('unshare', [...namespaces, 'iptables', '-t', 'nat', '-S'], { encoding: 'utf8' });
  return tried.status === 0 ? [] : [`namespaces with iptables (${tried.stderr.trim()}; run it outside of a container)`];
}

function goLack(tools: readonly ToolName[]): string[] {
  if (tools.every(isBuilt)) return [];
  try {
    const version = spawnSync(go(), ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout.trim();
    // Since 1.21 Go fetches the version that a module asks for (https://go.dev/doc/toolchain).
    return Number(version.split('.')[1]) >= 21 ? [] : [`Go 1.26 (this is ${version}; https://go.dev/dl)`];
  } catch {
    return ['Go 1.26, which builds Kubernetes (https://go.dev/dl)'];
  }
}

function opensslLack(): string[] {
  const version = spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout ?? '';
  return version.startsWith('OpenSSL 3') ? [] : ['OpenSSL 3 (apt-get install openssl)'];
}

function isInPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

function isGiven(variable: string): boolean {
  return (process.env[variable] ?? '') !== '';
}

function isLevel(text: string | undefined): text is Level {
  return text !== undefined && text in LEVELS;
}

if (import.meta.main) {
  const [, , level] = process.argv;
  if (!isLevel(level)) throw new Error(`machine.ts wants one of ${Object.keys(LEVELS).join(', ')}`);
  const missing = lacks(level);
  if (missing.length > 0) {
    const onCi = isGiven('CI') && process.env['CI'] !== 'false';
    console.log(
      `${onCi ? '✖' : '⚠'} ${onCi ? 'cannot be skipped on CI' : 'skipped'}: the tests on ${LEVELS[level]} need ${missing.join('; ')}`,
    );
    process.exitCode = onCi ? 1 : SKIPPED;
  }
}
