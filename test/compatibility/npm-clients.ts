/** Clients from the npm registry, in exact versions, kept in the cache of this machine: they are too large for node_modules. */
import { join } from 'node:path';
import { cached } from '../cluster/support/cache.ts';
import { run } from '../cluster/support/command.ts';

/** As docs/clients.md names them. */
export const NPM = { 'mcp-remote': '0.15.1', '@modelcontextprotocol/inspector': '2.12.0' } as const;
export const INSTALL_MS = 10 * 60_000;

/** The folder of the package. */
export async function installed(name: keyof typeof NPM): Promise<string> {
  const wanted = `${name}@${NPM[name]}`;
  const key = join('npm', wanted.replaceAll(/[^\w.]+/g, '-'));
  const folder = await cached(key, `Installing ${wanted} (once)`, async (draft) => {
    const options = ['--prefix', draft, '--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
    await run('npm', ['install', ...options, wanted], { timeoutMs: INSTALL_MS });
  });
  return join(folder, 'node_modules', name);
}
