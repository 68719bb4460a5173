import { chosen, type DashboardSpec } from '../grafana.ts';
import { maxBy, quantile, rate, sumBy } from '../queries.ts';

export const approvals: DashboardSpec = {
  name: 'approvals',
  title: 'Sallyport: approvals',
  description: 'What waits for a person, how long it waits, and what became of it.',
  servers: 'several',
  rows: [
    {
      title: 'What waits',
      panels: [
        {
          title: 'Held calls',
          description: 'Calls that are held open for a decision now.',
          unit: 'short',
          type: 'stat',
          targets: [{ expr: `sum(sallyport_held_calls{${chosen}})`, legend: 'calls' }],
        },
        {
          title: 'Requests that wait',
          description: 'ApprovalRequests that nobody has decided, in all namespaces.',
          unit: 'short',
          type: 'stat',
          targets: [
            {
              expr: `sum(${maxBy('namespace', 'sallyport_approval_requests_pending')}) or vector(0)`,
              legend: 'requests',
            },
          ],
        },
        {
          title: 'Oldest request',
          description: 'How long the oldest of them has waited.',
          unit: 's',
          type: 'stat',
          thresholds: [300, 900],
          targets: [{ expr: 'max(sallyport_approval_oldest_pending_seconds) or vector(0)', legend: 'oldest' }],
        },
        {
          title: 'Expired in the last hour',
          description: 'Calls that were told that nobody decided in time.',
          unit: 'short',
          type: 'stat',
          thresholds: [1, 5],
          targets: [
            {
              expr: `sum(increase(sallyport_refusals_total{${chosen}, reason="approval-expired"}[1h]))`,
              legend: 'calls',
            },
          ],
        },
      ],
    },
    {
      title: 'Waiting',
      panels: [
        {
          title: 'Held calls by server',
          description: 'Calls that wait for a person, by server.',
          unit: 'short',
          stacked: true,
          targets: [{ expr: `sum by (server) (sallyport_held_calls{${chosen}})`, legend: '{{server}}' }],
        },
        {
          title: 'Requests by namespace',
          description: 'ApprovalRequests that nobody has decided.',
          unit: 'short',
          stacked: true,
          targets: [{ expr: maxBy('namespace', 'sallyport_approval_requests_pending'), legend: '{{namespace}}' }],
        },
        {
          title: 'Oldest request by namespace',
          description: 'How long the oldest request that nobody has decided has waited.',
          unit: 's',
          targets: [{ expr: maxBy('namespace', 'sallyport_approval_oldest_pending_seconds'), legend: '{{namespace}}' }],
        },
        {
          title: 'How long calls are held',
          description: 'Until they were decided, were told to call again, or their client left.',
          unit: 's',
          targets: [0.5, 0.9].map((q) => ({
            expr: quantile(q, 'sallyport_held_seconds', chosen, '', '15m'),
            legend: `p${q * 100}`,
          })),
        },
      ],
    },
    {
      title: 'What became of them',
      panels: [
        {
          title: 'Calls that a rule holds',
          description: 'Per second, by how they ended.',
          unit: 'reqps',
          stacked: true,
          targets: [
            {
              expr: sumBy('outcome', rate('sallyport_decisions_total', `${chosen}, effect="RequireApproval"`)),
              legend: '{{outcome}}',
            },
          ],
        },
        {
          title: 'Refused for want of an approval',
          description:
            'Per second, by reason: denied, expired, pending (told to call again), used, outdated, unavailable.',
          unit: 'reqps',
          targets: [
            {
              expr: sumBy('reason', rate('sallyport_refusals_total', `${chosen}, reason=~"approval-.+"`)),
              legend: '{{reason}}',
            },
          ],
        },
        {
          title: 'By tool',
          description: 'Calls per second that a rule holds, by tool.',
          unit: 'reqps',
          targets: [
            {
              expr: `topk(10, ${sumBy('server, tool', rate('sallyport_decisions_total', `${chosen}, effect="RequireApproval"`))})`,
              legend: '{{server}} {{tool}}',
            },
          ],
        },
        {
          title: 'Servers with a definition that waits',
          description: 'MCPServers of which a tool is new or has changed, and nobody has accepted it.',
          unit: 'short',
          targets: [
            {
              expr: maxBy(
                'server',
                `sallyport_server_condition{${chosen}, type="DefinitionsAccepted", status!="True"}`,
              ),
              legend: '{{server}}',
            },
          ],
        },
      ],
    },
  ],
};
