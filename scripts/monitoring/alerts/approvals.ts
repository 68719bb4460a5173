import { maxBy } from '../queries.ts';
import type { Group } from './alert.ts';

export const approvals: Group = {
  name: 'approvals',
  alerts: [
    {
      name: 'SallyportApprovalWaiting',
      expr: `${maxBy('namespace', 'sallyport_approval_oldest_pending_seconds')} > 600`,
      for: '1m',
      severity: 'warning',
      summary: 'In {{ $labels.namespace }} a call has been waiting for a person for {{ $value | humanizeDuration }}.',
      description:
        'Nobody has decided it, and it expires soon. kubectl get approvalrequests.sallyport.dev shows what waits and until when; whoever has the role sallyport-approver decides.',
    },
    {
      name: 'SallyportApprovalsExpiring',
      expr: 'sum by (server) (increase(sallyport_refusals_total{reason="approval-expired"}[1h])) > 3',
      for: '0m',
      severity: 'warning',
      summary: '{{ $value | humanize }} calls to {{ $labels.server }} were not decided in time within an hour.',
      description:
        'Agents were told that nobody decided. See whether approvers are told of requests at all, whether there are enough of them, and whether the rule holds more than people can look at.',
    },
    {
      name: 'SallyportNotificationsFailing',
      expr: 'sum by (channel) (increase(sallyport_notifications_total{result=~"failed|missed"}[15m])) > 0 unless sum by (channel) (increase(sallyport_notifications_total{result="sent"}[15m])) > 0',
      for: '5m',
      severity: 'warning',
      summary: 'Channel {{ $labels.channel }} takes no messages about calls that wait for a person.',
      description:
        'Whoever relies on it does not know of requests. The log of the operator and the events of the requests say what the channel answers.',
    },
    {
      name: 'SallyportApprovalsImpossible',
      expr: 'sum by (server) (increase(sallyport_refusals_total{reason="approval-unavailable"}[15m])) > 0',
      for: '5m',
      severity: 'warning',
      summary: 'Calls to {{ $labels.server }} that need a person are refused, for nobody can be asked.',
      description:
        'The gate cannot reach the operator, or there is none. See SallyportReportNotTaken and whether the operator runs.',
    },
  ],
};
