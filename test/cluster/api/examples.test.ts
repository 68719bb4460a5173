/** The files of the Kubernetes quickstart are what an API server takes, field by field. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, inject, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { kubectl } from '../api-server.ts';

const EXAMPLES = join(import.meta.dirname, '../../../examples/kubernetes');
// The kinds of Argo CD are not there.
const files = readdirSync(EXAMPLES).filter((name) => name.endsWith('.yaml') && name !== 'argocd.yaml');

const ask = (args: readonly string[], input?: string): Promise<string> =>
  kubectl(inject('apiServerKubeconfig'), args, input);

beforeAll(async () => {
  await ask(['apply', '--server-side', '-f', join(EXAMPLES, 'namespace.yaml')]);
  // Made by a controller elsewhere; no pod is let in without.
  await ask(['create', 'serviceaccount', 'default', '-n', 'mcp-demo']);
});

it.each(files)('%s', async (file) => {
  const args = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', join(EXAMPLES, file)];
  expect(await ask(args)).toContain('serverside-applied');
});

it('the agents, which nothing but their ServiceAccounts lets in, are taken and meet the restricted standard', async () => {
  const folder = join(EXAMPLES, 'agents');
  await ask(['apply', '--server-side', '--validate=strict', '-f', join(folder, 'agents.yaml')]);
  const args = ['apply', '--server-side', '--dry-run=server', '--validate=strict'];
  expect(await ask([...args, '-f', join(folder, 'mcpserver.yaml')])).toContain('mcpserver.sallyport.dev/everything');
  const pods = ['-n', 'mcp-agents', 'get', 'pods', '-o', 'jsonpath={.items[*].metadata.name}'];
  expect(await ask(pods)).toBe('accountant writer');
});

it('the server of the example meets the restricted standard that its namespace enforces', async () => {
  const text = readFileSync(join(EXAMPLES, 'server.yaml'), 'utf8');
  const [deployment] = parseAllDocuments(text).map((document) => document.toJS() as { spec: { template: object } });
  const pod = { apiVersion: 'v1', kind: 'Pod', ...deployment?.spec.template };
  const metadata = { name: 'everything', namespace: 'mcp-demo', labels: { app: 'everything' } };
  const created = await ask(['create', '--dry-run=server', '-f', '-'], JSON.stringify({ ...pod, metadata }));
  expect(created).toContain('created (server dry run)');
});
