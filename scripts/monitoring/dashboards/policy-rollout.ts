import { chosen, type DashboardSpec } from '../grafana.ts';
import { CONTROLLERS, maxBy, ofOperator, quantile, rate, sumBy } from '../queries.ts';

const pods = (state: string): string => maxBy('server', `sallyport_server_pods{${chosen}, state="${state}"}`);

export const policyRollout: DashboardSpec = {
  name: 'policy-rollout',
  title: 'Sallyport: policy rollout',
  description: 'Whether every gate enforces what was written, and whether the operator does its work.',
  servers: 'several',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          title: 'Pods behind',
          description: 'Pods with a gate that does not enforce the newest policy.',
          unit: 'short',
          type: 'stat',
          thresholds: [1, 2],
          targets: [{ expr: `sum(${pods('injected')} - ${pods('enforcing')}) or vector(0)`, legend: 'pods' }],
        },
        {
          title: 'Pods without a gate',
          description: 'Pods that an MCPServer selects and that have no gate.',
          unit: 'short',
          type: 'stat',
          thresholds: [1, 2],
          targets: [{ expr: `sum(${pods('selected')} - ${pods('injected')}) or vector(0)`, legend: 'pods' }],
        },
        {
          title: 'Policies not taken',
          description: 'Policy changes in the last hour that a gate found invalid.',
          unit: 'short',
          type: 'stat',
          thresholds: [1, 2],
          targets: [{ expr: `sum(increase(sallyport_policy_rejected_total{${chosen}}[1h]))`, legend: 'changes' }],
        },
        {
          title: 'Leaders',
          description: 'Replicas of the operator that lead. It is one, or none for some seconds after one is gone.',
          unit: 'short',
          type: 'stat',
          targets: [{ expr: 'sum(leader_election_master_status{name="sallyport-operator"})', legend: 'leaders' }],
        },
        {
          title: 'Certificates',
          description:
            'Until the first certificate of the operator ends. Those that serve are replaced with thirty days left.',
          unit: 's',
          type: 'stat',
          thresholds: [1_209_600, 2_419_200],
          lowIsBad: true,
          targets: [{ expr: 'min(sallyport_certificate_not_after_seconds) - time()', legend: 'left' }],
        },
      ],
    },
    {
      title: 'Gates',
      panels: [
        {
          title: 'Revisions in force',
          description:
            'Gates by the revision they enforce. More than one for a server: a change is on its way, or stuck.',
          unit: 'short',
          targets: [
            {
              expr: `count by (server, revision) (sallyport_policy_info{${chosen}})`,
              legend: '{{server}} {{revision}}',
            },
          ],
        },
        {
          title: 'Pods that enforce the newest policy',
          description: 'As a share of those with a gate.',
          unit: 'percentunit',
          max: 1,
          targets: [{ expr: `${pods('enforcing')} / (${pods('injected')} > 0)`, legend: '{{server}}' }],
        },
        {
          title: 'Conditions that are not True',
          description: 'Of MCPServers; kubectl describe says why.',
          unit: 'short',
          targets: [
            {
              expr: maxBy('server, type, status', `sallyport_server_condition{${chosen}, status!="True"}`),
              legend: '{{server}} {{type}} is {{status}}',
            },
          ],
        },
        {
          title: 'Versions of gates',
          description: 'Gates by their version.',
          unit: 'short',
          stacked: true,
          targets: [{ expr: 'count by (version) (sallyport_build_info)', legend: '{{version}}' }],
        },
        {
          title: 'Gates without the operator',
          description: 'Gates whose newest report the operator has not taken, and those that go by the pins they know.',
          unit: 'short',
          targets: [
            { expr: `count(sallyport_operator_report_taken{${chosen}} == 0) or vector(0)`, legend: 'report not taken' },
            { expr: `count(sallyport_pins_shared{${chosen}} == 0) or vector(0)`, legend: 'pins not shared' },
          ],
        },
        {
          title: 'Policies that were not taken',
          description: 'Policy changes that a gate found invalid; the last good one stays in force.',
          unit: 'short',
          targets: [
            {
              expr: `sum by (server) (increase(sallyport_policy_rejected_total{${chosen}}[$__rate_interval]))`,
              legend: '{{server}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Operator',
      panels: [
        {
          title: 'Reconciliations',
          description: 'Per second, by controller and result.',
          unit: 'ops',
          targets: [
            {
              expr: `${sumBy('controller, result', rate('controller_runtime_reconcile_total', CONTROLLERS))} > 0`,
              legend: '{{controller}} {{result}}',
            },
          ],
        },
        {
          title: 'Time of a reconciliation',
          description: 'At the 99th percentile, by controller.',
          unit: 's',
          targets: [
            {
              expr: quantile(0.99, 'controller_runtime_reconcile_time_seconds', CONTROLLERS, 'controller'),
              legend: '{{controller}}',
            },
          ],
        },
        {
          title: 'Work waiting',
          description: 'Objects that wait for their reconciliation, by controller.',
          unit: 'short',
          targets: [{ expr: sumBy('controller', `workqueue_depth{${CONTROLLERS}}`), legend: '{{controller}}' }],
        },
        {
          title: 'Requests to the API server',
          description: 'Per second, by method and status code.',
          unit: 'reqps',
          targets: [
            {
              expr: sumBy('method, code', ofOperator(rate('rest_client_requests_total'))),
              legend: '{{method}} {{code}}',
            },
          ],
        },
        {
          title: 'Admission',
          description: 'Requests per second, by webhook and outcome. What failed was refused: the pod does not start.',
          unit: 'reqps',
          targets: [
            {
              expr: sumBy('webhook, outcome', rate('sallyport_admission_requests_total')),
              legend: '{{webhook}} {{outcome}}',
            },
          ],
        },
        {
          title: 'Time of admission',
          description:
            'From the arrival of a request to its answer, at the 99th percentile. The API server waits five seconds.',
          unit: 's',
          targets: [
            {
              expr: quantile(0.99, 'sallyport_admission_duration_seconds', '', 'webhook'),
              legend: '{{webhook}}',
            },
          ],
        },
      ],
    },
  ],
};
