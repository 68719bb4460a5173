/** docs/rbac.md explains every rule that the chart gives the operator, and none that it does not. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { codeIn, headingsOf, readPage, root, tablesWith } from './pages.ts';

interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

interface Role {
  kind: string;
  metadata: { name: string };
  rules: Rule[];
}

/**
 * There is little logic in these files: the fixed name of the operator, labels, switches around whole documents and single rules, all of
 * which count as switched on, and the rules of the namespaces that are served, which stand where they are included.
 */
function rolesIn(file: string): Role[] {
  const written = readFileSync(join(root, 'charts/sallyport/templates', file), 'utf8');
  const watched = /^\{\{- define "sallyport.watchedRules" \}\}\n(.*?)^\{\{- end \}\}\n/ms.exec(written);
  const text = written
    .replace(watched?.[0] ?? '', '')
    .replaceAll(/^ +\{\{- include "sallyport.watchedRules" [.$] \}\}\n/gm, watched?.[1] ?? '')
    .replaceAll(/^ +resourceNames: \{\{ include "sallyport.watchedNamespaces" \. \}\}\n/gm, '')
    .replaceAll(/^ +\{\{-.*\}\}\n/gm, '')
    .replaceAll(/^\{\{-.*\}\}\n/gm, '')
    .replaceAll('{{ include "sallyport.name" . }}', 'sallyport-operator')
    .replaceAll('{{ include "sallyport.tlsSecret" . }}', 'tls.secretName')
    .replaceAll('{{ .Values.adapters | toJson }}', '[adapters]')
    .replaceAll(/\{\{[^}]*\}\}/g, 'x');
  return parseAllDocuments(text).map((document) => document.toJS() as Role);
}

const page = readPage('docs/rbac.md');
const tables = tablesWith(page, 'API group', 'Resources', 'Names', 'Verbs', 'Why');

describe.each(['ClusterRole', 'Role'])('the %s of the operator', (kind) => {
  const role = rolesIn('rbac.yaml').find((candidate) => candidate.kind === kind);

  it('is explained rule by rule', () => {
    const about = kind === 'ClusterRole' ? tables.slice(0, 2) : tables.slice(2, 3);
    const rows = about.flatMap((table) => table.rows);
    const explained = rows.map(([group = '', resources = '', names = '', verbs = '']) => {
      if (group === 'none') return { nonResourceURLs: codeIn(resources), verbs: codeIn(verbs) };
      return {
        apiGroups: group === 'core' ? [''] : codeIn(group),
        resources: codeIn(resources),
        ...(names === 'any' ? {} : { resourceNames: codeIn(names) }),
        verbs: codeIn(verbs),
      };
    });
    expect(explained).toEqual(role?.rules);
    for (const row of rows) expect(row[4], row.join(' ')).toMatch(/^[A-Z].*\.$/);
  });

  it('asks for nothing by a wildcard', () => expect(JSON.stringify(role?.rules)).not.toContain('*'));
});

it('the roles for people are all listed', () => {
  expect(headingsOf(page)).toContain('Roles for people');
  const listed = tablesWith(page, 'ClusterRole', 'Rights').flatMap(({ rows }) =>
    rows.map(([name = '']) => codeIn(name)[0]),
  );
  expect(listed).toEqual(rolesIn('roles-for-people.yaml').map(({ metadata }) => metadata.name));
});

it('says what each ValidatingAdmissionPolicy of the chart keeps from everybody', () => {
  const files = globSync('charts/sallyport/templates/*.yaml', { cwd: root });
  const text = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
  const policies = Array.from(
    text.matchAll(/^kind: ValidatingAdmissionPolicy\nmetadata:\n {2}name: (\S+)/gm),
    ([, name = '']) => name,
  );
  const [table] = tablesWith(page, 'Policy', 'What only the operator, or nobody, can do');
  expect(table?.rows.map(([name = '']) => codeIn(name)[0]).toSorted()).toEqual(policies.toSorted());
});
