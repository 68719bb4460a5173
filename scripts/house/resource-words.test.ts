/** Commands in messages and documents name our kinds so that kubectl finds ours, whoever else has an MCPServer in the cluster. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ambiguousIn, resourceWordsIn } from './resource-words.ts';

const root = join(import.meta.dirname, '../..');

test.each([
  ['kubectl get mcpservers', ['get mcpservers']],
  ['see kubectl -n ${namespace} describe mcpserver ${name}.', ['describe mcpserver']],
  ['kubectl describe mcpserver says why', ['describe mcpserver']],
  ['kubectl -n a get -o wide pods,smcp', ['get smcp']],
  ['kubectl -n a wait --for=condition=Ready pod/a mcpserver/everything --timeout=2m', ['wait mcpserver']],
  ["kubectl patch approvalrequest ' + name", ['patch approvalrequest']],
  ['kubectl get nodes; kubectl get packs', ['get packs']],
])('%s', (text, found) => expect(ambiguousIn(text)).toEqual(found));

test.each([
  'kubectl -n a get mcpservers.sallyport.dev,policypacks.sallyport.dev -o wide',
  'kubectl -n a get sallyport',
  'kubectl apply -f examples/kubernetes/mcpserver.yaml',
  'kubectl delete pod a; the policypack stays',
  'kubectl label namespace approvals sallyport.dev/injection=enabled',
  'An mcpserver that kubectl knows',
])('has nothing against: %s', (text) => expect(ambiguousIn(text)).toEqual([]));

test('resources are found with their verb', () => {
  expect(
    resourceWordsIn('`kubectl -n x get pods,services -l a=b` and kubectl delete mcpserver.sallyport.dev/a'),
  ).toEqual([
    { verb: 'get', resource: 'pods' },
    { verb: 'get', resource: 'services' },
    { verb: 'delete', resource: 'mcpserver.sallyport.dev' },
  ]);
});

test('no message and no document has a command that may find the kind of another project', () => {
  const files = globSync(
    '{README.md,CONTRIBUTING.md,docs/**/*.md,charts/**/*.{yaml,txt,tpl,json},examples/**/*.{yaml,md,ts},{core,sidecar,operator,archive,cli,scripts}/**/*.ts}',
    { cwd: root },
  ).filter((path) => !path.startsWith('scripts/house/'));
  expect(files.length).toBeGreaterThan(800);
  const found = files.flatMap((path) =>
    ambiguousIn(readFileSync(join(root, path), 'utf8')).map(
      (command) => `${path}: kubectl … ${command}: write the group behind it, as in mcpservers.sallyport.dev`,
    ),
  );
  expect(found).toEqual([]);
});
