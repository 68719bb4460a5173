import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');

let tree = '';
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'sallyport-rules-'));
  // A missing node_modules would make every package unresolvable, which is another rule.
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'), 'dir');
  write('package.json', JSON.stringify({ type: 'module', devDependencies: { vitest: '*', yaml: '*' } }));
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(join(tree, dirname(path)), { recursive: true });
  writeFileSync(join(tree, path), text);
}

/** The rules that a tree with these files breaks. */
function brokenRules(files: Record<string, string>): string[] {
  for (const [path, text] of Object.entries(files)) write(path, text);
  const args = [depcruise, '--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', '.'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: tree, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return [...new Set(summary.violations.map(({ rule }) => rule.name))].toSorted();
}

const leaf = 'export const x = 1;\n';
const forbidden: Record<string, { from: string; to: string; rule: string }> = {
  'core imports the sidecar': { from: 'core/a.ts', to: 'sidecar/b.ts', rule: 'core-stands-alone' },
  'core imports the cli': { from: 'core/a.ts', to: 'cli/b.ts', rule: 'core-stands-alone' },
  'api imports policy': { from: 'core/api/a.ts', to: 'core/policy/b.ts', rule: 'policy-is-on-top-of-core' },
  'audit imports policy': { from: 'core/audit/a.ts', to: 'core/policy/b.ts', rule: 'policy-is-on-top-of-core' },
  'the sidecar imports the operator': { from: 'sidecar/a.ts', to: 'operator/b.ts', rule: 'sidecar-is-not-an-operator' },
  'an answer imports the path': {
    from: 'sidecar/answer/a.ts',
    to: 'sidecar/path/steps/b.ts',
    rule: 'arrows-of-the-sidecar-run-downward',
  },
  'the path imports the gate': {
    from: 'sidecar/path/a.ts',
    to: 'sidecar/gate.ts',
    rule: 'arrows-of-the-sidecar-run-downward',
  },
  'a room of the sidecar has no place': {
    from: 'sidecar/attic/a.ts',
    to: 'sidecar/clock.ts',
    rule: 'sidecar-has-no-other-rooms',
  },
  'the sidecar imports the cli': { from: 'sidecar/a.ts', to: 'cli/b.ts', rule: 'sidecar-is-not-an-operator' },
  'the sidecar imports what is loaded on demand': {
    from: 'sidecar/a.ts',
    to: 'telemetry/b.ts',
    rule: 'telemetry-is-loaded-on-demand',
  },
  'telemetry imports the sidecar': { from: 'telemetry/a.ts', to: 'sidecar/b.ts', rule: 'telemetry-knows-no-process' },
  'the operator imports the sidecar': { from: 'operator/a.ts', to: 'sidecar/b.ts', rule: 'operator-is-not-a-sidecar' },
  'the hooks import the operator': {
    from: 'operator/hooks/a.ts',
    to: 'operator/b.ts',
    rule: 'hooks-are-their-own-process',
  },
  'the operator imports the hooks': {
    from: 'operator/a.ts',
    to: 'operator/hooks/b.ts',
    rule: 'the-operator-has-no-hooks',
  },
  'the archive imports the operator': { from: 'archive/a.ts', to: 'operator/b.ts', rule: 'archive-is-its-own-process' },
  'the kit imports the operator': { from: 'operator/kit/a.ts', to: 'operator/b.ts', rule: 'kit-knows-no-product' },
  'the kit imports the custom resources': {
    from: 'operator/kit/a.ts',
    to: 'core/api/b.ts',
    rule: 'kit-knows-no-product',
  },
  'the product imports a test': { from: 'cli/a.ts', to: 'cli/b.test.ts', rule: 'product-without-tests' },
};

describe('the dependency check fails when', () => {
  for (const [name, { from, to, rule }] of Object.entries(forbidden)) {
    test(name, { timeout: 30_000 }, () => {
      const path = `${'../'.repeat(from.split('/').length - 1)}${to}`;
      expect(brokenRules({ [from]: `import { x } from '${path}';\nexport const y = x;\n`, [to]: leaf })).toContain(
        rule,
      );
    });
  }

  const texts: Record<string, { file: string; text: string; rule: string }> = {
    'core imports no more than a type of the sidecar': {
      file: 'core/a.ts',
      text: "import type { x } from '../sidecar/b.ts';\nexport type Y = typeof x;\n",
      rule: 'core-stands-alone',
    },
    'core imports the sidecar when it runs': {
      file: 'core/a.ts',
      text: "export const y = await import('../sidecar/b.ts');\n",
      rule: 'core-stands-alone',
    },
    'core reads files': {
      file: 'core/a.ts',
      text: "export { readFileSync } from 'node:fs';\n",
      rule: 'core-does-no-io',
    },
    'the sidecar imports a Kubernetes client': {
      file: 'sidecar/a.ts',
      text: "export * from '@kubernetes/client-node';\n",
      rule: 'sidecar-is-not-an-operator',
    },
    'a controller imports the Kubernetes client': {
      file: 'operator/a.ts',
      text: "export * from '@kubernetes/client-node';\n",
      rule: 'one-door-to-client-node',
    },
    'the product imports a test tool': {
      file: 'cli/a.ts',
      text: "export { test } from 'vitest';\n",
      rule: 'product-without-tests',
    },
    'two files import each other': {
      file: 'sidecar/b.ts',
      text: "import '../cli/c.ts';\nexport const x = 1;\n",
      rule: 'no-cycles',
    },
  };
  for (const [name, { file, text, rule }] of Object.entries(texts)) {
    test(name, { timeout: 30_000 }, () => {
      const rest = { 'sidecar/b.ts': leaf, 'cli/c.ts': "export { x } from '../sidecar/b.ts';\n" };
      expect(brokenRules({ ...rest, [file]: text })).toContain(rule);
    });
  }
});

test('a tree that keeps to the layout breaks no rule', { timeout: 30_000 }, () => {
  const files = {
    'core/api/a.ts': "import { createHash } from 'node:crypto';\nexport const x = createHash;\n",
    'core/policy/b.ts':
      "import { parse } from 'yaml';\nimport { x } from '../api/a.ts';\nexport const y = [parse, x];\n",
    'core/policy/b.test.ts': "import { test } from 'vitest';\nimport { y } from './b.ts';\ntest('y', () => void y);\n",
    'sidecar/path/c.ts':
      "import { readFileSync } from 'node:fs';\nimport { y } from '../../core/policy/b.ts';\nexport const z = [readFileSync, y];\n",
    'sidecar/downstream/http/d.ts': "export { z } from '../../path/c.ts';\n",
    'cli/d.ts': "export { z } from '../sidecar/path/c.ts';\n",
  };
  expect(brokenRules(files)).toEqual([]);
});
