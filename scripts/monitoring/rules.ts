/** What an alert has to say, and the rule file that is made of all. Prometheus: "Alerting rules", "Recording rules". */
import { stringify } from 'yaml';
import { approvals } from './alerts/approvals.ts';
import { capacity } from './alerts/capacity.ts';
import { evidence } from './alerts/evidence.ts';
import { gate } from './alerts/gate.ts';
import { operator } from './alerts/operator.ts';
import { policyRollout } from './alerts/policy-rollout.ts';
import type { Alert, Group, Recording } from './alerts/alert.ts';

export const GROUPS: readonly Group[] = [gate, approvals, policyRollout, operator, evidence, capacity];

/** Where a section for each alert says what to do. The chart's `alerts.runbooks` takes its place. */
export const RUNBOOKS = 'https://github.com/sallyport/sallyport/blob/main/docs/runbooks.md';

export const ALERTS: readonly Alert[] = GROUPS.flatMap(({ alerts }) => alerts);

const HEADER = '# Written by scripts/generate.ts from scripts/monitoring/alerts; docs/runbooks.md says what to do.\n';

export function rulesFile(): string {
  const groups = GROUPS.map(({ name, records = [], alerts }) => ({
    name: `sallyport-${name}`,
    rules: [...records.map(recordingRule), ...alerts.map(alertingRule)],
  }));
  return HEADER + stringify({ groups }, { lineWidth: 0 });
}

function recordingRule({ record, expr }: Recording): object {
  return { record, expr };
}

function alertingRule({ name, expr, for: wait, severity, summary, description }: Alert): object {
  const annotations = { summary, description, runbook_url: `${RUNBOOKS}#${name.toLowerCase()}` };
  return { alert: name, expr, for: wait, labels: { severity }, annotations };
}
