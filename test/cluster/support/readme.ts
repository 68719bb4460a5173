/** The commands that the README, or another page, tells people to type, run as they would run them. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './command.ts';
import { tool } from '../tools.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The commands of all `sh` blocks of a section, block by block, without comments. */
export function readmeCommands(section: string, page = 'README.md'): string[][] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const [, after] = text.split(`\n## ${section}\n`);
  const body = after?.split('\n## ', 1)[0];
  if (body === undefined) throw new Error(`${page} has no section "${section}"`);
  return [...body.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) =>
    block
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, '').trim())
      .filter((line) => line !== ''),
  );
}

/** Runs one in the root of the repository, with the kubectl and helm of the tests, and gives what it printed. */
export async function asTyped(kubeconfig: string, command: string): Promise<string> {
  const home = join(dirname(kubeconfig), 'home');
  const tools = [dirname(await tool('kubectl')), dirname(await tool('helm'))];
  const env = { KUBECONFIG: kubeconfig, HOME: home, PATH: [...tools, process.env['PATH'] ?? ''].join(':') };
  return run('bash', ['-c', `cd ${JSON.stringify(ROOT)} && ${command}`], { env, timeoutMs: 3 * 60_000 });
}
