/** `kubectl sallyport` as a user types it: the real kubectl, which finds the plugin in the PATH. */
import { execFile, spawn } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { tool } from '../tools.ts';

const MAIN = join(import.meta.dirname, '../../../cli/main.ts');

export interface PluginRan {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Plugin {
  readonly run: (kubeconfig: string, ...args: string[]) => Promise<PluginRan>;
  /** Until the signal, which is Ctrl-C to it; its exit code. */
  readonly follow: (kubeconfig: string, args: readonly string[], following: Following) => Promise<number | null>;
}

interface Following {
  readonly signal: AbortSignal;
  readonly line: (text: string) => void;
}

/** `folder`: empty, and there for as long as the plugin is. */
export async function kubectlPlugin(folder: string): Promise<Plugin> {
  const kubectl = await tool('kubectl');
  symlinkSync(kubectl, join(folder, 'kubectl'));
  const plugin = join(folder, 'kubectl-sallyport');
  writeFileSync(plugin, `#!${process.execPath}\nimport(${JSON.stringify(MAIN)});\n`);
  chmodSync(plugin, 0o755);
  const envOf = (kubeconfig: string) => ({
    ...process.env,
    PATH: [folder, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    KUBECONFIG: kubeconfig,
    KUBECACHEDIR: join(dirname(kubeconfig), 'cache'),
  });
  return {
    run: (kubeconfig, ...args) =>
      new Promise((resolve) => {
        const options = { env: envOf(kubeconfig), timeout: 60_000 };
        execFile(kubectl, ['sallyport', ...args], options, (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }),
        );
      }),
    follow: (kubeconfig, args, { signal, line }) => {
      // kubectl becomes the plugin, so this is its process.
      const child = spawn(kubectl, ['sallyport', ...args], {
        env: envOf(kubeconfig),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      createInterface({ input: child.stdout }).on('line', line);
      signal.addEventListener('abort', () => child.kill('SIGINT'));
      return new Promise((resolve) => child.once('close', (code) => resolve(code)));
    },
  };
}
