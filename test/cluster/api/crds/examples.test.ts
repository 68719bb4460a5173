/** That every example is accepted by the API server as it is written. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, inject, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { API_VERSION } from '../../../../core/api/common.ts';
import { starterFiles } from '../../../../cli/starter.ts';
import { cleanupAfterAll } from '../../../support/cleanup.ts';
import { type CustomObject, messageOf, RawApi } from './raw-api.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const { use } = cleanupAfterAll();
let api: RawApi;
let namespace: string;

beforeAll(async () => {
  api = await use(new RawApi(inject('apiServerKubeconfig')));
  namespace = await api.namespace();
});

const files = globSync('examples/**/*.yaml', { cwd: root, exclude: ['**/*.test.yaml'] }).map(
  (file): [string, string] => [file, readFileSync(join(root, file), 'utf8')],
);

it.each([...files, ...Object.entries(starterFiles)])('%s is accepted', async (file, text) => {
  const objects = parseAllDocuments(text)
    .map((document) => document.toJS() as CustomObject & { apiVersion: string })
    .filter(({ apiVersion }) => apiVersion === API_VERSION);
  expect(objects.length > 0 || !file.startsWith('examples/policies/')).toBe(true);
  for (const { kind, metadata, ...rest } of objects) {
    const object = { kind, metadata: { ...metadata, namespace }, ...rest };
    expect(messageOf(await api.dryRun(namespace, object))).toBe('accepted');
  }
});
