/** `kubectl sallyport` as a user types it: the real kubectl, which finds the plugin in the PATH. */
import { execFile } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { tool } from '../tools.ts';

const MAIN = join(import.meta.dirname, '../../../cli/main.ts');

export interface PluginRan {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Plugin = (kubeconfig: string, ...args: string[]) => Promise<PluginRan>;

/** `folder`: empty, and there for as long as the plugin is. */
export async function kubectlPlugin(folder: string): Promise<Plugin> {
  const kubectl = await tool('kubectl');
  symlinkSync(kubectl, join(folder, 'kubectl'));
  const plugin = join(folder, 'kubectl-sallyport');
  writeFileSync(plugin, `#!${process.execPath}\nimport(${JSON.stringify(MAIN)});\n`);
  chmodSync(plugin, 0o755);
  return (kubeconfig, ...args) =>
    new Promise((resolve) => {
      const env = {
        ...process.env,
        PATH: [folder, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
        KUBECONFIG: kubeconfig,
        KUBECACHEDIR: join(dirname(kubeconfig), 'cache'),
      };
      execFile(kubectl, ['sallyport', ...args], { env, timeout: 60_000 }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }),
      );
    });
}
