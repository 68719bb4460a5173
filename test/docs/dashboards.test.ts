/** Dashboards and rules of the chart speak of metrics that exist, with labels and reasons they have; every alert has a runbook. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { LEASE } from '../../operator/names.ts';
import { DASHBOARDS } from '../../scripts/monitoring/dashboards.ts';
import { CONTROLLERS } from '../../scripts/monitoring/queries.ts';
import { GROUPS, RUNBOOKS } from '../../scripts/monitoring/rules.ts';
import { metricsIn, labelsIn } from '../support/promql.ts';
import { allRegistered, archiveRegistry, gateRegistry, operatorRegistry } from './own-metrics.ts';
import { anchorOf, headingsOf, readPage, root } from './pages.ts';

interface Grid {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly description?: string;
  readonly type: string;
  readonly gridPos: Grid;
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface File {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}

interface RuleFile {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly {
      readonly record?: string;
      readonly alert?: string;
      readonly expr: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly annotations?: Readonly<Record<string, string>>;
    }[];
  }[];
}

const files = DASHBOARDS.map(({ name }) => {
  const text = readFileSync(join(root, `charts/sallyport/dashboards/${name}.json`), 'utf8');
  return { name, file: JSON.parse(text) as File };
});
const ruleFile = parse(readFileSync(join(root, 'charts/sallyport/alerts/rules.yaml'), 'utf8')) as RuleFile;
const rules = ruleFile.groups.flatMap((group) => group.rules);
const alerts = rules.filter((rule) => rule.alert !== undefined);

/** Those that Prometheus makes itself, and the defaults of the metrics library in the operator. */
const OTHERS: readonly (readonly [string, readonly string[]])[] = [
  ['up', ['job', 'instance']],
  ['scrape_samples_scraped', ['job', 'instance']],
  ['ALERTS', ['alertname', 'alertstate', 'severity']],
  ['nodejs_eventloop_lag_p99_seconds', []],
];
/** Of the scrape, on every series. */
const OF_THE_SCRAPE = ['job', 'instance', 'namespace', 'pod'];

const registered = await allRegistered();
const labelsOf = new Map<string, readonly string[]>([
  ...registered.map(({ name, labels }) => [name, labels] as const),
  ...OTHERS,
  ...rules.flatMap(({ record }) =>
    record === undefined ? [] : [[record, record.startsWith('webhook') ? ['webhook'] : ['server']] as const],
  ),
]);

/** By metric and label, where all values are known before anything has happened. */
const valuesOf = new Map<string, Set<string>>();
for (const registry of [gateRegistry(), operatorRegistry(), archiveRegistry()]) {
  for (const { name, values } of await registry.getMetricsAsJSON()) {
    for (const { labels } of values) {
      for (const label of ['reason', 'mode', 'state'] as const) {
        const value = (labels as Readonly<Record<string, string | undefined>>)[label];
        if (value === undefined) continue;
        const known = valuesOf.get(`${name} ${label}`) ?? new Set();
        valuesOf.set(`${name} ${label}`, known.add(value));
      }
    }
  }
}

function check(expr: string, alsoUsed: readonly string[] = []): void {
  const names = metricsIn(expr);
  expect(names, expr).not.toEqual([]);
  expect(
    names.filter((name) => !labelsOf.has(name)),
    expr,
  ).toEqual([]);
  const labels = new Set(['le', ...OF_THE_SCRAPE, ...names.flatMap((name) => labelsOf.get(name) ?? [])]);
  expect(
    [...labelsIn(expr), ...alsoUsed].filter((label) => !labels.has(label)),
    expr,
  ).toEqual([]);
  // What exists from the start, at 0, is all that there is.
  for (const [, name = '', matchers = ''] of expr.matchAll(/(\w+)\{([^}]*)\}/g)) {
    for (const [, label = '', list = ''] of matchers.matchAll(/(\w+)=~?"([\w|-]+)"/g)) {
      const known = valuesOf.get(`${name} ${label}`);
      if (known !== undefined)
        expect(
          list.split('|').filter((value) => !known.has(value)),
          expr,
        ).toEqual([]);
    }
  }
}

describe.each(files)('the dashboard $name', ({ file }) => {
  const drawn = file.panels.filter(({ type }) => type !== 'row');
  const variables = file.templating.list.map(({ name }) => name);

  it.each(drawn.map((panel) => [panel.title, panel] as const))('%s', (_, panel) => {
    expect(panel.description).toMatch(/^[A-Z0-9].*\.$/);
    expect(panel.fieldConfig.defaults.unit).toMatch(/^(short|s|bytes|Bps|ops|reqps|percentunit)$/);
    expect(panel.targets?.length ?? 0).toBeGreaterThan(0);
    for (const { expr, legendFormat } of panel.targets ?? []) {
      expect(legendFormat, expr).not.toBe('');
      check(
        expr,
        Array.from(legendFormat.matchAll(/\{\{(\w+)\}\}/g), ([, label = '']) => label),
      );
      for (const [, name = ''] of expr.matchAll(/\$(\w+)/g)) {
        expect(['__rate_interval', ...variables], expr).toContain(name);
      }
    }
  });

  it('has panels that do not overlap, within the width of a screen', () => {
    const taken = new Set<string>();
    for (const { gridPos, title } of file.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x} ${y}`), title).toBe(false);
          taken.add(`${x} ${y}`);
        }
      }
    }
    expect(new Set(file.panels.map(({ id }) => id)).size).toBe(file.panels.length);
  });

  it('offers values of labels that exist', () => {
    for (const [, metric = '', label = ''] of JSON.stringify(file.templating).matchAll(
      /label_values\((\w+), (\w+)\)/g,
    )) {
      expect(labelsOf.get(metric), metric).toContain(label);
    }
  });
});

it('dashboards have names of their own', () => {
  expect(new Set(files.map(({ file }) => file.uid)).size).toBe(files.length);
  expect(new Set(files.map(({ file }) => file.title)).size).toBe(files.length);
});

it('knows the reasons that a metric can have', () => {
  expect(valuesOf.get('sallyport_refusals_total reason')).toContain('denied');
  expect(valuesOf.get('sallyport_archive_refused_total reason')).toContain('fork');
});

describe('rules', () => {
  it.each(rules.map((rule) => [rule.alert ?? rule.record ?? '', rule] as const))('%s', (_, { expr, annotations }) => {
    const words = Object.values(annotations ?? {}).join(' ');
    check(
      expr,
      Array.from(words.matchAll(/\$labels\.(\w+)/g), ([, label = '']) => label),
    );
  });

  it.each(alerts.map((rule) => [rule.alert ?? '', rule] as const))(
    '%s says what is so and what to do',
    (name, rule) => {
      expect(name).toMatch(/^Sallyport[A-Z][A-Za-z]+$/);
      expect(rule.labels).toEqual({ severity: expect.stringMatching(/^(critical|warning|info)$/) as string });
      const { summary = '', description = '', runbook_url: runbook = '' } = rule.annotations ?? {};
      expect(summary).toMatch(/\.$/);
      expect(description).toMatch(/\.$/);
      expect(runbook).toBe(`${RUNBOOKS}#${anchorOf(name)}`);
    },
  );

  it('are named once', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    expect(ruleFile.groups.map(({ name }) => name)).toEqual(GROUPS.map(({ name }) => `sallyport-${name}`));
  });
});

it('what queries choose by is what chart and operator are called', () => {
  const text = JSON.stringify([files, rules]);
  const monitors = readFileSync(join(root, 'charts/sallyport/templates/monitoring.yaml'), 'utf8');
  // The Prometheus Operator calls a job by the namespace and the name of its PodMonitor.
  expect(monitors).toContain('kind: PodMonitor\nmetadata:\n  name: sallyport-sidecars\n');
  expect(text).toContain('sallyport-sidecars');
  const archive = readFileSync(join(root, 'charts/sallyport/templates/archive.yaml'), 'utf8');
  expect(archive).toContain('kind: Service\nmetadata:\n  name: sallyport-archive\n');
  const leaders = new Set(
    Array.from(text.matchAll(/leader_election_master_status\{name=\\+"([\w-]+)/g), ([, name]) => name),
  );
  expect([...leaders]).toEqual([LEASE]);
  const source = readFileSync(join(root, 'operator/controllers.ts'), 'utf8');
  const controllers = Array.from(source.matchAll(/controller\('(\w+)'/g), ([, name = '']) => name);
  expect(CONTROLLERS).toBe(`controller=~"${controllers.join('|')}"`);
});

describe('runbooks.md', () => {
  const page = readPage('docs/runbooks.md');
  const sections = new Map(
    page.text
      .split(/^### /m)
      .slice(1)
      .map((section) => [section.split('\n')[0] ?? '', section.split(/^## /m)[0] ?? '']),
  );

  it('has a section for every alert, and for no other', () => {
    expect([...sections.keys()].toSorted()).toEqual(alerts.map(({ alert = '' }) => alert).toSorted());
    expect(headingsOf(page).filter((heading) => heading.startsWith('Sallyport')).length).toBe(alerts.length);
  });

  it.each(alerts.map((rule) => [rule.alert ?? '', rule] as const))(
    '%s: what it means, who notices, what to look at, the mend',
    (name, rule) => {
      const section = sections.get(name) ?? '';
      expect(section).toContain(`**Severity:** ${rule.labels?.['severity']}`);
      for (const part of ['Meaning', 'Users notice', 'Check', 'Mend']) {
        expect(section, part).toMatch(new RegExp(`^\\*\\*${part}:\\*\\* .+`, 'm'));
      }
      expect(section).toMatch(/```sh\n[^`]+```/);
    },
  );
});
