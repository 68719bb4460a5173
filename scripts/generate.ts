/**
 * Writes the generated files: `node scripts/generate.ts [--check]`.
 * With `--check` nothing is written, and a file that differs from what its source says is a failure.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { apiReference } from '../core/api/reference.ts';

const root = join(import.meta.dirname, '..');
const files: Record<string, () => string> = { 'docs/reference.md': apiReference };

const isCheck = process.argv.includes('--check');
for (const [path, generate] of Object.entries(files)) {
  const wanted = `${generate().trimEnd()}\n`;
  const target = join(root, path);
  if (wanted === readIfPresent(target)) {
    console.log(`${path} is up to date`);
  } else if (isCheck) {
    console.error(`${path} does not say what its source says: run "npm run generate" and commit the result.`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, wanted);
    console.log(`${path} written`);
  }
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
