/** The dashboard of the chart shows metrics that exist, with labels they have. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { ControllerMetrics } from '../../operator/kit/metrics.ts';
import { Metrics } from '../../sidecar/telemetry/metrics.ts';
import { root } from './pages.ts';

interface Panel {
  title: string;
  description?: string;
  type: string;
  targets?: { expr: string; legendFormat: string }[];
}

const text = readFileSync(join(root, 'charts/sallyport/dashboards/sallyport.json'), 'utf8');
const { panels, templating } = JSON.parse(text) as { panels: Panel[]; templating: { list: { query: unknown }[] } };
const drawn = panels.filter(({ type }) => type !== 'row');

const registries = [new Metrics('finance/ledger').registry, new ControllerMetrics(new Registry()).registry];
const labelsOf = new Map(
  registries
    .flatMap((registry) => registry.getMetricsAsArray() as unknown as { name: string; labelNames: string[] }[])
    .map(({ name, labelNames }) => [name, labelNames] as const),
);

const METRIC =
  /\b((?:sallyport|controller_runtime|workqueue|rest_client|leader_election)_\w+?)(?:_bucket)?\b(?=[{[)\s,]|$)/g;
const metricsIn = (expr: string): string[] => Array.from(expr.matchAll(METRIC), ([, name = '']) => name);

describe('the dashboard', () => {
  it.each(drawn.map((panel) => [panel.title, panel] as const))('%s', (_, { description, targets = [] }) => {
    expect(description).toMatch(/\.$/);
    expect(targets).not.toEqual([]);
    for (const { expr, legendFormat } of targets) {
      const names = metricsIn(expr);
      expect(names, expr).toHaveLength(1);
      const own = labelsOf.get(names[0] ?? '') ?? expect.fail(`${names[0]} does not exist`);
      const labels = new Set([...own, 'le', 'job']);
      const used = [
        ...Array.from(expr.matchAll(/by \(([^)]*)\)/g), ([, list = '']) => list.split(', ')).flat(),
        ...Array.from(expr.matchAll(/(\w+)(?:=~|!=|=)"/g), ([, label = '']) => label),
        ...Array.from(legendFormat.matchAll(/\{\{(\w+)\}\}/g), ([, label = '']) => label),
      ];
      expect(
        used.filter((label) => !labels.has(label)),
        expr,
      ).toEqual([]);
    }
  });

  it('offers values of labels that exist', () => {
    for (const name of metricsIn(JSON.stringify(templating.list.map(({ query }) => query)))) {
      expect(labelsOf.has(name), name).toBe(true);
    }
  });
});
