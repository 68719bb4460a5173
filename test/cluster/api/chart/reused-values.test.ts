/**
 * An upgrade with the values that a release has (`helm upgrade --reuse-values`): Helm puts them in the place of the chart's own, so all
 * that came later is missing. The same where somebody writes null.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { helm } from '../../helm.ts';
import { tool } from '../../tools.ts';
import { BUILD_LIMIT_MS, CHART, NAMESPACE, RELEASE } from './release.ts';

const BEFORE = join(import.meta.dirname, 'values-before.yaml');
const TEMPLATES = join(CHART, 'templates');
/** Makes Helm render what it renders in a cluster with policies for votes. */
const APIS = ['--api-versions', 'admissionregistration.k8s.io/v1/MutatingAdmissionPolicy'];

interface Values {
  readonly [name: string]: unknown;
}

const read = (file: string): Values => parse(readFileSync(file, 'utf8')) as Values;
const before = read(BEFORE);

let folder: string;
beforeAll(async () => {
  await tool('helm');
  folder = mkdtempSync(join(tmpdir(), 'sallyport-values-'));
}, BUILD_LIMIT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function template(chart: string, values: Values = {}): Promise<string> {
  const args = ['template', RELEASE, chart, '--namespace', NAMESPACE, ...APIS, '--values', '-'];
  return helm(join(folder, 'kubeconfig'), args, JSON.stringify(values));
}

/** The chart as Helm has it then: with the values of the release in the place of its own. */
function chartOnValuesBefore(): string {
  const chart = join(folder, 'sallyport');
  cpSync(CHART, chart, { recursive: true });
  cpSync(BEFORE, join(chart, 'values.yaml'));
  return chart;
}

function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The paths of all that came later, of whole parts and of what is in them. */
function later(now: Values, then: unknown, prefix = ''): string[] {
  return Object.entries(now).flatMap(([name, value]) => {
    const path = `${prefix}${name}`;
    const below = isMap(value) ? later(value, isMap(then) ? then[name] : undefined, `${path}.`) : [];
    return isMap(then) && name in then ? below : [path].concat(below);
  });
}

const LATER = later(read(join(CHART, 'values.yaml')), before);

describe('with the values of the release before', () => {
  it('the chart renders what it does with its own', async () => {
    const { resources } = before;
    expect(await template(chartOnValuesBefore())).toBe(await template(CHART, { resources }));
  });

  it('what was set there and what is set now counts, off as much as on', async () => {
    const values = { replicas: 5, run: { enabled: false }, tls: { secretName: 'house' }, ports: { metrics: 18080 } };
    const { resources } = before;
    const rendered = await template(chartOnValuesBefore(), values);
    expect(rendered).toBe(await template(CHART, { ...values, resources }));
    expect(rendered).toContain('run: {enabled: false}');
    expect(rendered).toContain('ports: {"metrics":18080,"sidecars":9444,"webhook":9443}');
  });
});

describe('without a value that came later', () => {
  let whole: string;
  beforeAll(async () => {
    whole = await template(CHART);
  });

  it('there are some', () => {
    expect(LATER).toEqual(
      expect.arrayContaining(['run', 'run.enabled', 'sidecar.imagePullSecrets', 'tls.certManager.issuer.kind']),
    );
  });

  it.each(LATER)('%s: null is its default', async (path) => {
    const values = path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), null) as Values;
    expect(await template(CHART, values)).toBe(whole);
  });
});

it('every template adds what is missing before it reads a value', () => {
  for (const file of readdirSync(TEMPLATES).filter((name) => !name.endsWith('.tpl'))) {
    const text = readFileSync(join(TEMPLATES, file), 'utf8');
    expect(text.startsWith('{{- include "sallyport.complete" . -}}\n'), file).toBe(true);
  }
});
