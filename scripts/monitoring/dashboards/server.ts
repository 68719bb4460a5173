import { chosen, type DashboardSpec } from '../grafana.ts';
import { memoryShare, quantile, rate, sumBy } from '../queries.ts';

const QUANTILES = [0.5, 0.95, 0.99] as const;

export const server: DashboardSpec = {
  name: 'server',
  title: 'Sallyport: one server',
  description:
    'One MCP server and its gates: what is called, what is refused and why, how long it takes, how the gates are.',
  servers: 'one',
  rows: [
    {
      title: 'Calls',
      panels: [
        {
          title: 'Tools',
          description: 'Calls per second of the fifteen tools, resources and prompts that are called most.',
          unit: 'reqps',
          targets: [
            {
              expr: `topk(15, ${sumBy('tool', rate('sallyport_decisions_total', `${chosen}, tool!=""`))})`,
              legend: '{{tool}}',
            },
          ],
        },
        {
          title: 'How calls end',
          description: 'Decided calls per second, by effect and outcome.',
          unit: 'reqps',
          stacked: true,
          targets: [
            {
              expr: sumBy('effect, outcome', rate('sallyport_decisions_total', chosen)),
              legend: '{{effect}}, {{outcome}}',
            },
          ],
        },
        {
          title: 'Denied',
          description: 'Calls per second that policy refused, by tool.',
          unit: 'reqps',
          targets: [
            {
              expr: sumBy('tool', rate('sallyport_decisions_total', `${chosen}, effect="Deny"`)),
              legend: '{{tool}}',
            },
          ],
        },
        {
          title: 'Refusals',
          description: 'Refused messages per second, by reason.',
          unit: 'reqps',
          targets: [{ expr: `${sumBy('reason', rate('sallyport_refusals_total', chosen))} > 0`, legend: '{{reason}}' }],
        },
        {
          title: 'Findings',
          description: 'What detectors found in calls, per second; Shadow was only recorded.',
          unit: 'ops',
          targets: [
            {
              expr: `${sumBy('detector, mode', rate('sallyport_findings_total', chosen))} > 0`,
              legend: '{{detector}} ({{mode}})',
            },
          ],
        },
        {
          title: 'Now',
          description: 'Calls in flight, calls that wait for a person, streams that are open.',
          unit: 'short',
          targets: [
            { expr: `sum(sallyport_calls_in_flight{${chosen}})`, legend: 'in flight' },
            { expr: `sum(sallyport_held_calls{${chosen}})`, legend: 'held' },
            { expr: `sum(sallyport_open_streams{${chosen}})`, legend: 'streams' },
          ],
        },
      ],
    },
    {
      title: 'Time',
      panels: [
        {
          title: 'Time in the gate',
          description: 'What the gate adds to a call, without the server and without waiting for a person.',
          unit: 's',
          targets: QUANTILES.map((q) => ({
            expr: quantile(q, 'sallyport_overhead_seconds', chosen),
            legend: `p${q * 100}`,
          })),
        },
        {
          title: 'Time of the server',
          description: 'Until the MCP server began its answer.',
          unit: 's',
          targets: QUANTILES.map((q) => ({
            expr: quantile(q, 'sallyport_upstream_seconds', chosen),
            legend: `p${q * 100}`,
          })),
        },
      ],
    },
    {
      title: 'The server behind the gate',
      panels: [
        {
          title: 'Errors',
          description: 'Calls that the MCP server did not answer properly, per second.',
          unit: 'reqps',
          targets: [{ expr: sumBy('reason', rate('sallyport_upstream_errors_total', chosen)), legend: '{{reason}}' }],
        },
        {
          title: 'Given up for now',
          description: '1 while calls fail at once because the server could not be reached lately, by gate.',
          unit: 'short',
          max: 1,
          targets: [{ expr: `max by (instance) (sallyport_upstream_breaker_open{${chosen}})`, legend: '{{instance}}' }],
        },
        {
          title: 'Stray messages',
          description: 'Lines and events of the server that no client takes for a message, per second.',
          unit: 'ops',
          targets: [{ expr: sumBy('', rate('sallyport_stray_messages_total', chosen)), legend: 'skipped' }],
        },
        {
          title: 'Definitions that were not told',
          description: 'Definitions of tools that the operator could not be told of, for want of room.',
          unit: 'ops',
          targets: [{ expr: sumBy('', rate('sallyport_definitions_untold_total', chosen)), legend: 'untold' }],
        },
      ],
    },
    {
      title: 'Its gates',
      panels: [
        {
          title: 'Policy in force',
          description: 'Gates by the policy revision that they enforce.',
          unit: 'short',
          stacked: true,
          targets: [{ expr: `count by (revision) (sallyport_policy_info{${chosen}})`, legend: '{{revision}}' }],
        },
        {
          title: 'Audit log is not well',
          description: 'Gates whose audit log is behind or failed: they refuse calls until it is well again.',
          unit: 'short',
          targets: [
            {
              expr: `sum by (state) (sallyport_audit_state{${chosen}, state!="ok"})`,
              legend: '{{state}}',
            },
          ],
        },
        {
          title: 'Memory',
          description: 'Memory of each gate as a share of its limit.',
          unit: 'percentunit',
          max: 1,
          targets: [{ expr: memoryShare(chosen), legend: '{{instance}}' }],
        },
        {
          title: 'Start of the gates',
          description: 'How long each gate has been running.',
          unit: 's',
          targets: [
            {
              expr: `time() - process_start_time_seconds and on (job, instance) sallyport_held_calls{${chosen}}`,
              legend: '{{instance}}',
            },
          ],
        },
      ],
    },
  ],
};
