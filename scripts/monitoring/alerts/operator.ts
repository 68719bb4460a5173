import { CONTROLLERS, quantile, rate, sumBy } from '../queries.ts';
import type { Group } from './alert.ts';

const WEBHOOK = 'webhook:sallyport_admission_duration_seconds:p99_10m';

export const operator: Group = {
  name: 'operator',
  records: [{ record: WEBHOOK, expr: quantile(0.99, 'sallyport_admission_duration_seconds', '', 'webhook', '10m') }],
  alerts: [
    {
      name: 'SallyportOperatorWithoutLeader',
      expr: 'absent(leader_election_master_status{name="sallyport-operator"} == 1)',
      for: '5m',
      severity: 'critical',
      summary: 'No replica of the operator leads.',
      description:
        'Policy is not delivered, and nothing is approved; gates go on as before. Either no replica runs, or none is scraped, or none can write the Lease sallyport-operator.',
    },
    {
      name: 'SallyportReconcileErrors',
      expr: `${sumBy('controller', rate('controller_runtime_reconcile_errors_total', CONTROLLERS, '10m'))} / ${sumBy('controller', rate('controller_runtime_reconcile_total', CONTROLLERS, '10m'))} > 0.1`,
      for: '15m',
      severity: 'warning',
      summary: '{{ $value | humanizePercentage }} of the reconciliations of {{ $labels.controller }} fail.',
      description:
        'What is written may not reach the cluster. The log of the leader has the error, most often one of the API server: a right that is missing, a quota, a policy of the cluster.',
    },
    {
      name: 'SallyportReconcileStuck',
      expr: `max by (controller) (workqueue_longest_running_processor_seconds{${CONTROLLERS}}) > 120`,
      for: '2m',
      severity: 'warning',
      summary: 'A reconciliation of {{ $labels.controller }} has been running for {{ $value | humanizeDuration }}.',
      description:
        'The API server does not answer, or the operator hangs. Look at its log; deleting the pod of the leader lets another go on.',
    },
    {
      name: 'SallyportWebhookFailing',
      expr: 'sum by (webhook) (increase(sallyport_admission_requests_total{outcome="failed"}[10m])) > 0',
      for: '5m',
      severity: 'critical',
      summary: 'Admission requests to {{ $labels.webhook }} fail in the operator.',
      description:
        'What it cannot judge is refused: pods that are to have a gate do not start. The log of the operator has the error.',
    },
    {
      name: 'SallyportWebhookSlow',
      expr: `${WEBHOOK} > 2`,
      for: '10m',
      severity: 'warning',
      summary: 'The webhook {{ $labels.webhook }} takes {{ $value | humanizeDuration }} for one request in a hundred.',
      description:
        'After webhooks.timeoutSeconds (5 s) the API server gives up and the pod does not start. See whether the operator has the CPU and memory that it needs.',
    },
    {
      name: 'SallyportCertificateExpiring',
      expr: 'min by (certificate) (sallyport_certificate_not_after_seconds{certificate!="house"}) - time() < 14 * 86400',
      for: '1h',
      severity: 'critical',
      summary: 'The {{ $labels.certificate }} certificate of the operator ends in {{ $value | humanizeDuration }}.',
      description:
        'It should have been replaced with 30 days left. When it ends, no pod with a gate starts and gates do not reach the operator. See whether the operator may write the Secret sallyport-operator-tls; its log has the error.',
    },
  ],
};
