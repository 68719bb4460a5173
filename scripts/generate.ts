/**
 * Writes the generated files: `node scripts/generate.ts [--check]`.
 * With `--check` nothing is written, and a file that differs from what its source says is a failure.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CRD_KINDS } from '../core/api/crd/kinds.ts';
import { type CrdKindName, crdName } from '../core/api/crd/crd.ts';
import { crdManifest, crdTemplate } from '../core/api/crd/manifest.ts';
import { apiReference } from '../core/api/reference.ts';
import { auditJsonSchema } from '../core/audit/schema/json-schema.ts';
import { DASHBOARDS, dashboardFile } from './monitoring/dashboards.ts';
import { rulesFile } from './monitoring/rules.ts';
import { threatsPage } from './threats/page.ts';
import { taggedTests } from './threats/tagged-tests.ts';

const root = join(import.meta.dirname, '..');
const files: Record<string, () => string> = {
  'docs/reference.md': apiReference,
  'docs/audit-record.schema.json': auditJsonSchema,
  'docs/threats.md': () => threatsPage(taggedTests(root)),
};
for (const kind of Object.keys(CRD_KINDS) as CrdKindName[]) {
  files[`crds/${crdName(kind)}.yaml`] = () => crdManifest(kind);
  files[`charts/sallyport-crds/templates/${crdName(kind)}.yaml`] = () => crdTemplate(kind);
}
for (const spec of DASHBOARDS) files[`charts/sallyport/dashboards/${spec.name}.json`] = () => dashboardFile(spec);
files['charts/sallyport/alerts/rules.yaml'] = rulesFile;

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
