/** That the chart renders the CRDs of crds/, as the real helm does it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { run } from '../../support/command.ts';
import { tool } from '../../tools.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const chart = join(root, 'charts', 'sallyport-crds');

interface Crd {
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string> };
  spec: object;
}

async function rendered(...options: string[]): Promise<Crd[]> {
  const text = await run(await tool('helm'), ['template', 'crds', chart, ...options]);
  // Of a template that renders nothing, helm leaves an empty document.
  return parseAllDocuments(text).flatMap((document) => (document.toJS() as Crd | null) ?? []);
}

const plain = readdirSync(join(root, 'crds')).map(
  (file) => parse(readFileSync(join(root, 'crds', file), 'utf8')) as Crd,
);

it('renders the same CRDs, kept on uninstall', async () => {
  const crds = await rendered();
  const byName = (list: Crd[]) => Object.fromEntries(list.map(({ metadata, spec }) => [metadata.name, spec]));
  expect(byName(crds)).toEqual(byName(plain));
  for (const { metadata } of crds) expect(metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
});

it('lets them go where that is wanted', async () => {
  for (const { metadata } of await rendered('--set', 'keep=false')) expect(metadata).not.toHaveProperty('annotations');
});

it('renders nothing where it is disabled', async () => {
  expect(await rendered('--set', 'enabled=false')).toEqual([]);
});

it('adds labels and annotations', async () => {
  for (const { metadata } of await rendered('--set', 'labels.team=a', '--set', 'annotations.note=b')) {
    expect(metadata.labels).toMatchObject({ team: 'a', 'app.kubernetes.io/managed-by': 'Helm' });
    expect(metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep', note: 'b' });
  }
});

it('refuses a value it does not know', async () => {
  await expect(rendered('--set', 'kep=false')).rejects.toThrow(/kep/);
});

it('has the version of the package', () => {
  const { version } = parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8'))).toMatchObject({ version, appVersion: version });
});
