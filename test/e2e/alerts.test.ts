/** The rules of the chart under promtool: they are sound, each alert fires when it should and says so in words, and keeps still otherwise. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ALERTS } from '../../scripts/monitoring/rules.ts';
import { ALERT_CASES, type Case, type Firing } from '../support/alert-cases.ts';
import { promtool, whyNoPrometheus } from '../support/prometheus.ts';

const RULES = join(import.meta.dirname, '../../charts/sallyport/alerts/rules.yaml');
const missing = whyNoPrometheus();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const folder = mkdtempSync(join(tmpdir(), 'sallyport-alerts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('every alert has a case in which it fires, and one in which it does not', () => {
  expect(Object.keys(ALERT_CASES).toSorted()).toEqual(ALERTS.map(({ name }) => name).toSorted());
  for (const [name, { quiet }] of Object.entries(ALERT_CASES)) expect(Object.keys(quiet), name).not.toEqual([]);
});

describe.skipIf(missing !== undefined)('promtool', () => {
  it('finds the rules sound', async () => {
    const { code, output } = await promtool(['check', 'rules', '--lint=all', '--lint-fatal', RULES]);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/SUCCESS: \d+ rules found/) as string });
  });

  it('sees each alert fire, with its words', async () => {
    const tests = ALERTS.map(({ name }) => asTest(name, ALERT_CASES[name]?.fires as Firing, true));
    expect(await run('fires', tests)).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') as string });
  });

  it('sees each alert keep still', async () => {
    const tests = ALERTS.flatMap(({ name }) =>
      Object.values(ALERT_CASES[name]?.quiet ?? {}).map((one) => asTest(name, one, false)),
    );
    expect(await run('quiet', tests)).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') as string });
  });

  it('would see one that does not', async () => {
    const one = asTest('SallyportNoPolicy', ALERT_CASES['SallyportNoPolicy']?.fires as Case, false);
    expect(await run('wrong', [one])).toMatchObject({ code: 1 });
  });
});

function run(name: string, tests: readonly object[]): Promise<{ code: number | null; output: string }> {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, stringify({ rule_files: [RULES], evaluation_interval: '1m', tests }, { lineWidth: 0 }));
  return promtool(['test', 'rules', file]);
}

function asTest(alertname: string, one: Case | Firing, fires: boolean): object {
  const { name, severity, description } = ALERTS.find((alert) => alert.name === alertname) ?? expect.fail(alertname);
  const { labels = {}, summary = '' } = fires ? (one as Firing) : {};
  // Values in a description would have to be rounded as Prometheus does it; only labels stand in those.
  const said = description.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? '');
  expect(said, name).not.toContain('{{');
  const [, runbooks = ''] = /runbook_url: (\S+)#/.exec(readFileSync(RULES, 'utf8')) ?? [];
  const annotations = { summary, description: said, runbook_url: `${runbooks}#${name.toLowerCase()}` };
  const expected = fires ? [{ exp_labels: { severity, ...labels }, exp_annotations: annotations }] : [];
  return {
    interval: '1m',
    input_series: Object.entries(one.series).map(([series, values]) => ({ series, values })),
    alert_rule_test: [{ eval_time: `${one.at}m`, alertname, exp_alerts: expected }],
  };
}
