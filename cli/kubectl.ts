/** A cluster through kubectl, which knows how this user gets in; what they may do there is what Kubernetes lets them. */
import { spawnSync } from 'node:child_process';
import { type Command, Option } from 'commander';
import { UserError } from './errors.ts';

export interface ClusterOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly operatorNamespace: string;
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
export function kubectl({ kubeconfig, context }: ClusterOptions, args: readonly string[]): string {
  const where = [
    ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    ...(context === undefined ? [] : [`--context=${context}`]),
  ];
  const { error, status, stdout, stderr } = spawnSync('kubectl', [...where, ...args], {
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  if (error !== undefined)
    throw new UserError(`kubectl does not run: ${error.message}`, 'install it, and put it into the PATH');
  if (status !== 0)
    throw new UserError(
      `kubectl says: ${stderr.trim()}`,
      'check --kubeconfig, --context, --operator-namespace and your rights',
    );
  return stdout;
}
