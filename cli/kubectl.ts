/** A cluster through kubectl, which knows how this user gets in; what they may do there is what Kubernetes lets them. */
import { spawnSync } from 'node:child_process';
import { type Command, Option } from 'commander';
import { UserError } from './errors.ts';

/** Who asks which cluster, in kubectl's own options. */
export interface Access {
  readonly kubeconfig?: string;
  readonly context?: string;
  /** In whose name, where this user may impersonate. */
  readonly as?: string;
  readonly asGroup?: readonly string[];
}

export interface ClusterOptions extends Access {
  readonly operatorNamespace: string;
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `only`: words that say when the options count. */
export function addClusterOptions(command: Command, only = ''): void {
  command
    .addOption(new Option('--kubeconfig <file>', `${only}as for kubectl`))
    .addOption(new Option('--context <name>', `${only}as for kubectl`))
    .addOption(new Option('--operator-namespace <name>', `${only}where the operator is`).default('sallyport-system'));
}

/** `args`: what follows on `kubectl get`. */
export function listOf(options: ClusterOptions, args: readonly string[]): unknown {
  return (JSON.parse(kubectl(options, ['get', ...args, '-o', 'json'])) as { items: unknown }).items;
}

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** What it prints. Throws a UserError with what it says where it fails. */
export function kubectl(options: ClusterOptions, args: readonly string[]): string {
  const { status, stdout, stderr } = runKubectl(options, args);
  if (status !== 0)
    throw new UserError(
      `kubectl says: ${stderr.trim()}`,
      'check --kubeconfig, --context, --operator-namespace and your rights',
    );
  return stdout;
}

/** Throws a UserError where there is no kubectl; what one says in the end is for the caller to read. */
export function runKubectl(access: Access, args: readonly string[], input = ''): Ran {
  const { error, status, stdout, stderr } = spawnSync('kubectl', [...accessArgs(access), ...args], {
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT_BYTES,
    input,
  });
  if (error !== undefined) throw noKubectl(error);
  return { status, stdout, stderr };
}

export function noKubectl({ message }: Error): UserError {
  return new UserError(`kubectl does not run: ${message}`, 'install it, and put it into the PATH');
}

export function accessArgs({ kubeconfig, context, as, asGroup = [] }: Access): string[] {
  return [
    ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    ...(context === undefined ? [] : [`--context=${context}`]),
    ...(as === undefined ? [] : [`--as=${as}`]),
    ...asGroup.map((group) => `--as-group=${group}`),
  ];
}
