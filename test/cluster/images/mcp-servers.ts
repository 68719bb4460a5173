/** What goes into the image with MCP servers: our fixture in one file, and server-everything with all it depends on. */
import { copyFileSync, cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { scratchFolder } from '../support/scratch.ts';

const NODE_MODULES = join(import.meta.dirname, '..', '..', '..', 'node_modules');
const EVERYTHING = '@modelcontextprotocol/server-everything';

/** A folder to build from; the caller removes it. */
export async function mcpServersContext(): Promise<string> {
  const context = scratchFolder();
  try {
    copyFileSync(join(import.meta.dirname, 'Dockerfile'), join(context, 'Dockerfile'));
    await build({
      entryPoints: [join(import.meta.dirname, 'fixture.ts')],
      outfile: join(context, 'fixture.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      logLevel: 'warning',
    });
    // Copied, not bundled: it reads files that lie beside its own.
    cpSync(join(NODE_MODULES, EVERYTHING), join(context, 'everything'), { recursive: true });
    for (const folder of dependenciesOf(join(NODE_MODULES, EVERYTHING))) {
      cpSync(folder, join(context, folder.slice(dirname(NODE_MODULES).length + 1)), { recursive: true });
    }
    return context;
  } catch (error) {
    rmSync(context, { recursive: true, force: true });
    throw error;
  }
}

/** The folders of all packages that one needs to run, found as Node finds them. */
function dependenciesOf(packageFolder: string, found = new Set<string>()): Set<string> {
  const { dependencies = {} } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) {
    const folder = [join(packageFolder, 'node_modules', name), join(NODE_MODULES, name)].find((path) =>
      existsSync(path),
    );
    if (folder === undefined) throw new Error(`${name}, which ${packageFolder} needs, is not installed`);
    if (found.has(folder)) continue;
    found.add(folder);
    dependenciesOf(folder, found);
  }
  return found;
}
