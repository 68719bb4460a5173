/** The dashboards of the chart, in the order in which they are listed. */
import { approvals } from './dashboards/approvals.ts';
import { archive } from './dashboards/archive.ts';
import { capacity } from './dashboards/capacity.ts';
import { overview } from './dashboards/overview.ts';
import { policyRollout } from './dashboards/policy-rollout.ts';
import { server } from './dashboards/server.ts';
import { dashboard, type DashboardSpec } from './grafana.ts';

export const DASHBOARDS: readonly DashboardSpec[] = [overview, server, approvals, policyRollout, capacity, archive];

export function dashboardFile(spec: DashboardSpec): string {
  return JSON.stringify(dashboard(spec), undefined, 2);
}
