/**
 * Every kind of rule can be tried out by itself: it has a mode, `Shadow` takes it out of what is enforced, and what it would have decided
 * is on record, each on a gate. The table is held against the schema, so that a kind that is new or has no mode fails here.
 */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inputJsonSchema, resourceSchemas, type FieldSchema } from '../../core/api/kinds.ts';
import type { Mode } from '../../core/api/modes.ts';
import { pack, policyOf } from '../../core/policy/testing/gen.ts';
import { rehearse } from './rehearse-case.ts';

type Spec = Parameters<typeof pack>[0];
type Case = Omit<Parameters<typeof rehearse>[0], 'name' | 'expect'>;

const CARD = '4111 1111 1111 1111';
const ALL: Spec = {
  tools: [{ names: ['*'], effect: 'Allow' }],
  resources: [{ uris: ['**'], effect: 'Allow' }],
  prompts: [{ names: ['*'], effect: 'Allow' }],
  methods: [{ names: ['*'], effect: 'Allow' }],
};

interface Kind {
  /** Of a pack that denies by it. */
  readonly spec: (mode: Mode) => Spec;
  readonly played: Case;
}

/** By path in the schema of a pack. */
const KINDS: Readonly<Record<string, Kind>> = {
  'tools[]': {
    spec: (mode) => ({ tools: [{ names: ['t'], effect: 'Deny', mode }] }),
    played: { tool: 't' },
  },
  'tools[].arguments.*': {
    spec: (mode) => ({
      tools: [{ names: ['t'], effect: 'Allow', arguments: { n: { type: 'number', max: 1, mode } } }],
    }),
    played: { tool: 't', arguments: { n: 2 } },
  },
  'resources[]': {
    spec: (mode) => ({ resources: [{ uris: ['file:///a'], effect: 'Deny', mode }] }),
    played: { resource: 'file:///a' },
  },
  'prompts[]': {
    spec: (mode) => ({ prompts: [{ names: ['p'], effect: 'Deny', mode }] }),
    played: { prompt: 'p' },
  },
  'methods[]': {
    spec: (mode) => ({ methods: [{ names: ['vendor/x'], effect: 'Deny', mode }] }),
    played: { method: 'vendor/x' },
  },
  'clientRequests.sampling': {
    spec: (mode) => ({ clientRequests: { sampling: { effect: 'Deny', mode } } }),
    played: { asks: 'sampling' },
  },
  'clientRequests.elicitation': {
    spec: (mode) => ({ clientRequests: { elicitation: { effect: 'Deny', mode } } }),
    played: { asks: 'elicitation' },
  },
  'clientRequests.urlElicitation': {
    spec: (mode) => ({ clientRequests: { urlElicitation: { effect: 'Deny', mode } } }),
    played: { asks: 'urlElicitation', url: 'https://a.example/' },
  },
  'clientRequests.roots': {
    spec: (mode) => ({ clientRequests: { roots: { effect: 'Deny', mode } } }),
    played: { asks: 'roots' },
  },
  detectors: {
    spec: (mode) => ({ detectors: { use: 'Default', mode } }),
    played: { tool: 't', arguments: { url: 'http://169.254.169.254/latest/meta-data/' } },
  },
  'arguments.limits': {
    spec: (mode) => ({ arguments: { limits: { maxItems: 1, mode } } }),
    played: { tool: 't', arguments: { rows: [1, 2] } },
  },
  'dlp[]': {
    spec: (mode) => ({ dlp: [{ detect: ['creditCard'], effect: 'Deny', mode }] }),
    played: { tool: 't', arguments: { text: CARD } },
  },
  'sequences[]': {
    spec: (mode) => ({
      sequences: [{ require: { tools: ['first'] }, before: { tools: ['t'] }, within: '1m', mode }],
    }),
    played: { tool: 't' },
  },
  'limits.budget[]': {
    spec: (mode) => ({
      limits: { budget: [{ credits: 1, window: '1h', costs: [{ tools: ['t'], cost: 'arguments.n * 2' }], mode }] },
    }),
    played: { tool: 't', arguments: { n: 1 } },
  },
  definitions: {
    spec: (mode) => ({ definitions: { pin: 'Required', mode } }),
    played: { tool: 't', lists: { tools: [{ name: 't', inputSchema: { type: 'object' } }] } },
  },
  risk: {
    spec: (mode) => ({ risk: { denyAt: 10, learn: 0, mode } }),
    played: { tool: 't' },
  },
  'arguments.schema': {
    spec: (schema) => ({ arguments: { schema } }),
    played: { tool: 't', lists: { tools: [{ name: 't', inputSchema: { type: 'object', required: ['a'] } }] } },
  },
};

/** What decides nothing by itself, so that there is nothing to try out. */
const SETTINGS = new Set([
  'mode',
  'targets',
  'namespaceSelector',
  'limits',
  'wire',
  'audit',
  'grants',
  'requesters',
  'halt',
  'cache',
  'labels',
]);

/** What takes several calls to deny anything, and where its mode is tried out. */
const OF_THE_PAST: ReadonlyMap<string, string> = new Map([
  ...['rate', 'concurrent', 'resultBytes', 'loops'].map(
    (list) => [`limits.${list}[]`, 'core/policy/history/limits/limits.test.ts'] as const,
  ),
  ['taint[]', 'core/policy/history/taint-rules.test.ts'],
]);

const spec = inputJsonSchema(resourceSchemas.PolicyPack).properties?.['spec'] ?? {};

/** Paths of what has a mode, or an effect and so should have one. */
function deciding(schema: FieldSchema, path: string): string[] {
  const { properties = {}, items, additionalProperties } = schema;
  const isOne = path !== '' && ('mode' in properties || 'effect' in properties);
  const below = Object.entries(properties).flatMap(([name, inner]) =>
    deciding(inner, path === '' ? name : `${path}.${name}`),
  );
  const inItems = items === undefined ? [] : deciding(items, `${path}[]`);
  const inMap = typeof additionalProperties === 'object' ? deciding(additionalProperties, `${path}.*`) : [];
  return [...(isOne ? [path] : []), ...below, ...inItems, ...inMap];
}

describe('the table', () => {
  it('has every kind of rule in the schema of a pack', () => {
    const known = [...Object.keys(KINDS), ...OF_THE_PAST.keys()];
    expect([...deciding(spec, ''), 'arguments.schema'].toSorted(byName)).toEqual(known.toSorted(byName));
  });

  it('names tests that are there, of what takes several calls', () => {
    for (const test of OF_THE_PAST.values()) expect(existsSync(test), test).toBe(true);
  });

  it('knows of every field of a pack whether it decides something', () => {
    const fields = Object.keys(spec.properties ?? {}).filter((field) => !SETTINGS.has(field));
    const known = [...Object.keys(KINDS), ...OF_THE_PAST.keys()];
    expect(fields.filter((field) => !known.some((kind) => kind.startsWith(field)))).toEqual([]);
  });
});

function byName(a: string, b: string): number {
  return a < b ? -1 : 1;
}

describe.each(Object.entries(KINDS))('%s', (_, { spec: said, played }) => {
  const effectOf = async (mode: Mode, ofPack: Mode = 'Enforce') => {
    const policy = policyOf(pack(ALL, 'allowing'), pack({ ...said(mode), mode: ofPack }, 'tried'));
    const { verdict } = await rehearse({ name: 'a', expect: 'Allow', ...played }, policy, { name: 'ada' });
    return [verdict.effect, verdict.would?.effect];
  };

  it('denies where it is enforced', async () => {
    expect(await effectOf('Enforce')).toEqual(['Deny', undefined]);
  });

  it('in shadow denies nothing, and what it would have denied is on record', async () => {
    expect(await effectOf('Shadow')).toEqual(['Allow', 'Deny']);
  });

  it('is in shadow where its pack is', async () => {
    expect(await effectOf('Enforce', 'Shadow')).toEqual(['Allow', 'Deny']);
  });
});
