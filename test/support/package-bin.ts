/** The program of an installed package. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const MODULES = join(import.meta.dirname, '..', '..', 'node_modules');

export function packageBin(name: string): string {
  const root = join(MODULES, name);
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { bin: Record<string, string> };
  const [path] = Object.values(bin);
  if (path === undefined) throw new Error(`${name} has no program`);
  return join(root, path);
}
