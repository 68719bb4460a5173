/** The matrix of docs/kubernetes.md has the versions that the tests build, and no others. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPage, root, tablesWith } from './pages.ts';

it('the matrix of Kubernetes has each version that is tested', () => {
  const [matrix] = tablesWith(
    readPage('docs/kubernetes.md'),
    'Kubernetes',
    'Votes by',
    'Tests on an API server',
    'Tests on a node',
  );
  const built = globSync('test/cluster/tools/kubernetes*/go.mod', { cwd: root }).map((file) => {
    const found = /^\s*(?:require )?k8s\.io\/kubernetes v(\S+)/m.exec(readFileSync(join(root, file), 'utf8'));
    return found?.[1];
  });
  expect(built.length).toBeGreaterThan(1);
  expect(matrix?.rows.map(([version]) => version)).toEqual(
    built.toSorted((a = '', b = '') => b.localeCompare(a, 'en', { numeric: true })),
  );
});
