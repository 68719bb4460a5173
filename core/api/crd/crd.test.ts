import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type CrdKindName, crdName, crdSchema, crdSpec } from './crd.ts';
import { CRD_KINDS } from './kinds.ts';
import { crdManifest, crdTemplate } from './manifest.ts';
import type { SchemaNode } from './structural.ts';

const kinds = Object.keys(CRD_KINDS) as CrdKindName[];

interface Visited {
  path: string;
  node: SchemaNode;
}

/** Every node but those inside of anyOf, which hold nothing but a type. */
function nodesOf(node: SchemaNode, path: string): Visited[] {
  const below = Object.entries(node.properties ?? {}).flatMap(([key, field]) => nodesOf(field, `${path}.${key}`));
  if (node.items !== undefined) below.push(...nodesOf(node.items, `${path}[]`));
  if (typeof node.additionalProperties === 'object') below.push(...nodesOf(node.additionalProperties, `${path}.*`));
  return [{ path, node }, ...below];
}

/** What the API server calls structural, and what it wants to know of every value before it takes a rule in CEL. */
describe.each(kinds)('the CRD schema of %s', (kind) => {
  const nodes = nodesOf(crdSchema(kind), '');
  const paths = (wrong: (node: SchemaNode) => boolean): string[] =>
    nodes.filter(({ node }) => wrong(node)).map(({ path }) => path);
  const isIntOrString = (node: SchemaNode): boolean => node['x-kubernetes-int-or-string'] === true;
  const isOpen = (node: SchemaNode): boolean => node['x-kubernetes-preserve-unknown-fields'] === true;

  it('has a type at every node', () => {
    expect(paths((node) => node.type === undefined && !isIntOrString(node) && !isOpen(node))).toEqual([]);
    expect(paths((node) => node.type !== undefined && isIntOrString(node))).toEqual([]);
  });

  it('has no keyword that is not structural', () => {
    const keywords = ['allOf', 'oneOf', 'not', '$ref', '$schema', 'prefixItems', 'propertyNames', 'const'];
    expect(paths((node) => keywords.some((keyword) => keyword in node))).toEqual([]);
    expect(paths((node) => 'anyOf' in node && !isIntOrString(node))).toEqual([]);
    expect(paths((node) => typeof node.additionalProperties === 'boolean')).toEqual([]);
    expect(paths((node) => 'properties' in node && 'additionalProperties' in node)).toEqual([]);
  });

  it('bounds every string, list and mapping', () => {
    const own = nodes.filter(({ path }) => /^\.(spec|status)/.test(path));
    const unbounded = own.filter(({ node }) => {
      if (node.type === 'string') return node.enum === undefined && node['maxLength'] === undefined;
      if (node.type === 'array') return node['maxItems'] === undefined;
      if (isIntOrString(node)) return node['maxLength'] === undefined;
      return node.type === 'object' && node.properties === undefined && node['maxProperties'] === undefined;
    });
    expect(unbounded.map(({ path }) => path)).toEqual([]);
  });

  it('describes every field', () => {
    const fields = nodes.filter(({ path }) => /\.(spec|status)\b/.test(path) && /\.[a-zA-Z]+$/.test(path));
    expect(fields.filter(({ node }) => !node.description).map(({ path }) => path)).toEqual([]);
  });

  it('says of every list how it is merged, by a field that every entry has where by a field', () => {
    const lists = nodes.filter(({ node }) => node.type === 'array');
    for (const { path, node } of lists) {
      const keys = (node['x-kubernetes-list-map-keys'] ?? []) as string[];
      expect([path, node['x-kubernetes-list-type']]).toEqual([path, keys.length > 0 ? 'map' : 'atomic']);
      expect([path, node.items?.required ?? []]).toEqual([path, expect.arrayContaining(keys)]);
    }
  });

  it('keeps every null in the spec that may stand there, to be refused, and none that a program writes', () => {
    const nullable = nodes.filter(({ node }) => node['nullable'] === true).map(({ path }) => path);
    const optional = nodes.flatMap(({ path, node }) => [
      ...Object.keys(node.properties ?? {}).flatMap((key) => (node.required?.includes(key) ? [] : [`${path}.${key}`])),
      ...(typeof node.additionalProperties === 'object' ? [`${path}.*`] : []),
    ]);
    expect(nullable.toSorted()).toEqual(optional.filter((path) => path.startsWith('.spec.')).toSorted());
  });

  it('has patterns that RE2 knows: no lookaround, no backreference', () => {
    const patterns = nodes.flatMap(({ node }) => (typeof node['pattern'] === 'string' ? [node['pattern']] : []));
    expect(patterns.length).toBeGreaterThan(0);
    for (const pattern of patterns) expect(pattern).not.toMatch(/\(\?[=!<]|\\[1-9]|\\k</);
  });

  it('says in every rule what is wrong and how to mend it', () => {
    const rules = nodes.flatMap(
      ({ node }) => (node['x-kubernetes-validations'] ?? []) as { rule: string; message: string }[],
    );
    expect(rules.length).toBeGreaterThan(1);
    for (const { message } of rules) expect(message).toMatch(/^[a-z].*; [a-z]/);
  });

  it('prints and selects fields that there are', () => {
    const { columns, selectable } = CRD_KINDS[kind];
    const known = new Set(nodes.map(({ path }) => path));
    const wanted = [...columns.map(({ jsonPath }) => jsonPath), ...selectable]
      .filter((path) => path !== '.metadata.creationTimestamp')
      .map((path) => path.replace(/\[\?.*\]/, '[]'));
    expect(wanted.filter((path) => !known.has(path))).toEqual([]);
  });
});

describe.each(kinds)('the files of %s', (kind) => {
  it('hold the same CRD, once as it is and once as a template', () => {
    const [manifest, ...others] = parseAllDocuments(crdManifest(kind)).map((document) => document.toJS() as object);
    expect(others).toEqual([]);
    expect(manifest).toMatchObject({ metadata: { name: crdName(kind) }, spec: crdSpec(kind) });
    const [, spec] = crdManifest(kind).split(/^(?=spec:)/m);
    expect(crdTemplate(kind)).toContain(spec);
  });

  it('say the same to kubectl and Helm, which read YAML 1.1: Off is a boolean there', () => {
    const [read] = parseAllDocuments(crdManifest(kind), { version: '1.1' });
    expect(read?.toJS()).toMatchObject({ spec: crdSpec(kind) });
  });
});
