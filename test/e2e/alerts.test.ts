/** The rules of the chart under promtool: they are sound, each alert fires when it should and says so in words, and keeps still otherwise. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { ALERTS, GROUPS } from '../../scripts/monitoring/rules.ts';
import { ALERT_CASES, type Case, type Firing } from '../support/alert-cases.ts';
import { promtool, whyNoPrometheus } from '../support/prometheus.ts';

/** On a machine that is busy with other tests. */
const LIMIT_MS = 60_000;
const RULES = join(import.meta.dirname, '../../charts/sallyport/alerts/rules.yaml');
const missing = whyNoPrometheus();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const folder = mkdtempSync(join(tmpdir(), 'sallyport-alerts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('every alert has a case in which it fires, and one in which it does not', () => {
  expect(Object.keys(ALERT_CASES).toSorted()).toEqual(ALERTS.map(({ name }) => name).toSorted());
  for (const [name, { quiet }] of Object.entries(ALERT_CASES)) expect(Object.keys(quiet), name).not.toEqual([]);
});

describe.skipIf(missing !== undefined)('promtool', { timeout: LIMIT_MS }, () => {
  it('finds the rules sound', async () => {
    const { code, output } = await promtool(['check', 'rules', '--lint=all', '--lint-fatal', RULES]);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/SUCCESS: \d+ rules found/) as string });
  });

  it('sees each alert fire, with its words', { tags: ['watched'] }, async () => {
    const { code, output } = await run('fires', (name) => [asTest(name, ALERT_CASES[name]?.fires as Firing, true)]);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') as string });
  });

  it('sees each alert keep still', async () => {
    const { code, output } = await run('quiet', (name) =>
      Object.values(ALERT_CASES[name]?.quiet ?? {}).map((one) => asTest(name, one, false)),
    );
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') as string });
  });

  it('would see one that does not', async () => {
    const { code, output } = await run('wrong', (name) =>
      name === 'SallyportNoPolicy' ? [asTest(name, ALERT_CASES[name]?.fires as Case, false)] : [],
    );
    expect(code).toBe(1);
    expect(output).toContain('alertname: SallyportNoPolicy');
  });
});

/** Each group by itself: promtool evaluates all rules of a file, minute by minute, for every case. */
function run(
  name: string,
  testsOf: (alert: string) => readonly object[],
): Promise<{ code: number | null; output: string }> {
  const { groups } = parse(readFileSync(RULES, 'utf8')) as { groups: readonly { name: string }[] };
  const files = GROUPS.map(({ alerts }, i) => {
    const [rules, file] = [join(folder, `${name}-${i}-rules.yaml`), join(folder, `${name}-${i}.yaml`)];
    writeFileSync(rules, stringify({ groups: [groups[i]] }, { lineWidth: 0 }));
    const tests = alerts.flatMap((alert) => testsOf(alert.name));
    writeFileSync(file, stringify({ rule_files: [rules], evaluation_interval: '1m', tests }, { lineWidth: 0 }));
    return file;
  });
  return promtool(['test', 'rules', ...files]);
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
