import { chosen, type DashboardSpec } from '../grafana.ts';
import { maxBy, quantile, rate, sumBy } from '../queries.ts';

const decisions = (labels = ''): string =>
  rate('sallyport_decisions_total', labels === '' ? chosen : `${chosen}, ${labels}`);

export const overview: DashboardSpec = {
  name: 'overview',
  title: 'Sallyport',
  description: 'All gates at a glance: is everything well, what is called, what is refused, who waits.',
  servers: 'several',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          title: 'Gates',
          description: 'Gates that are scraped.',
          unit: 'short',
          type: 'stat',
          targets: [{ expr: `count(sallyport_held_calls{${chosen}})`, legend: 'gates' }],
        },
        {
          title: 'Servers that are not ready',
          description: 'MCPServers whose condition Ready is not True.',
          unit: 'short',
          type: 'stat',
          thresholds: [1, 2],
          targets: [
            {
              expr: `count(${maxBy('server', `sallyport_server_condition{type="Ready", status!="True", ${chosen}}`)}) or vector(0)`,
              legend: 'servers',
            },
          ],
        },
        {
          title: 'Calls per second',
          description: 'Decided calls, of all effects.',
          unit: 'reqps',
          type: 'stat',
          targets: [{ expr: sumBy('', decisions()), legend: 'calls' }],
        },
        {
          title: 'Denied',
          description: 'Share of the decided calls that policy refused.',
          unit: 'percentunit',
          type: 'stat',
          targets: [{ expr: `${sumBy('', decisions('effect="Deny"'))} / ${sumBy('', decisions())}`, legend: 'denied' }],
        },
        {
          title: 'Held calls',
          description: 'Calls that wait for a person now.',
          unit: 'short',
          type: 'stat',
          targets: [{ expr: `sum(sallyport_held_calls{${chosen}})`, legend: 'calls' }],
        },
        {
          title: 'Alerts',
          description: 'Alerts of Sallyport that are firing; docs/runbooks.md says what to do.',
          unit: 'short',
          type: 'stat',
          thresholds: [1, 2],
          targets: [
            {
              expr: 'count(ALERTS{alertname=~"Sallyport.+", alertstate="firing"}) or vector(0)',
              legend: 'alerts',
            },
          ],
        },
      ],
    },
    {
      title: 'Calls',
      panels: [
        {
          title: 'Decisions',
          description: 'Decided calls per second, by effect.',
          unit: 'reqps',
          stacked: true,
          targets: [{ expr: sumBy('effect', decisions()), legend: '{{effect}}' }],
        },
        {
          title: 'Refusals',
          description: 'Refused messages per second, by reason.',
          unit: 'reqps',
          targets: [{ expr: `${sumBy('reason', rate('sallyport_refusals_total', chosen))} > 0`, legend: '{{reason}}' }],
        },
        {
          title: 'Busiest servers',
          description: 'Decided calls per second of the ten servers that are called most.',
          unit: 'reqps',
          targets: [{ expr: `topk(10, ${sumBy('server', decisions())})`, legend: '{{server}}' }],
        },
        {
          title: 'Denied tools',
          description: 'What policy refuses most, in calls per second.',
          unit: 'reqps',
          targets: [
            {
              expr: `topk(10, ${sumBy('server, tool', decisions('effect="Deny", tool!=""'))})`,
              legend: '{{server}} {{tool}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Time and errors',
      panels: [
        {
          title: 'Time in the gate',
          description: 'What the gate adds to a call, without the server and without waiting for a person.',
          unit: 's',
          targets: [0.5, 0.99].map((q) => ({
            expr: quantile(q, 'sallyport_overhead_seconds', chosen),
            legend: `p${q * 100}`,
          })),
        },
        {
          title: 'Time of the server',
          description: 'Until the MCP server began its answer, at the 99th percentile.',
          unit: 's',
          targets: [{ expr: quantile(0.99, 'sallyport_upstream_seconds', chosen, 'server'), legend: '{{server}}' }],
        },
        {
          title: 'Errors of the server',
          description: 'Calls that the MCP server did not answer properly, per second.',
          unit: 'reqps',
          targets: [
            {
              expr: `${sumBy('server, reason', rate('sallyport_upstream_errors_total', chosen))} > 0`,
              legend: '{{server}} {{reason}}',
            },
          ],
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
      ],
    },
  ],
};
