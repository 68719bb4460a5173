/** Helm against the cluster of a kubeconfig, without the settings of whoever runs the tests. */
import { dirname, join } from 'node:path';
import { run } from './support/command.ts';
import { tool } from './tools.ts';

const LIMIT_MS = 3 * 60_000;

export async function helm(kubeconfig: string, args: readonly string[], input?: string): Promise<string> {
  const home = join(dirname(kubeconfig), 'helm');
  const env = { KUBECONFIG: kubeconfig, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
  return run(await tool('helm'), args, { env, timeoutMs: LIMIT_MS, ...(input === undefined ? {} : { input }) });
}
