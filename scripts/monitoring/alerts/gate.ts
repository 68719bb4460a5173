import { AT_THE_DOOR, quantile, rate, reasons, sumBy } from '../queries.ts';
import type { Group } from './alert.ts';

const DOOR = 'server:sallyport_door_refusals:rate10m';
const OVERHEAD = 'server:sallyport_overhead_seconds:p99_10m';
const decisions = (outcomes: string): string =>
  sumBy('server', rate('sallyport_decisions_total', `outcome=~"${outcomes}"`, '10m'));

export const gate: Group = {
  name: 'gate',
  records: [
    {
      record: DOOR,
      expr: sumBy('server', rate('sallyport_refusals_total', reasons(AT_THE_DOOR), '10m')),
    },
    { record: OVERHEAD, expr: quantile(0.99, 'sallyport_overhead_seconds', '', 'server', '10m') },
  ],
  alerts: [
    {
      name: 'SallyportGateUnreachable',
      expr: 'up{job=~"(.+/)?sallyport-sidecars"} == 0',
      for: '5m',
      severity: 'warning',
      summary: 'The gate in pod {{ $labels.pod }} of {{ $labels.namespace }} cannot be scraped.',
      description:
        'Either the gate does not run, or a network policy keeps Prometheus from port 8485 of the pod. Look at the pod and at the log of its container sallyport.',
    },
    {
      name: 'SallyportGateRestarting',
      expr: 'changes(process_start_time_seconds[1h]) >= 3 and on (job, instance) sallyport_build_info',
      for: '0m',
      severity: 'warning',
      summary: 'The gate at {{ $labels.instance }} has been restarted {{ $value }} times within an hour.',
      description:
        'Calls in flight end with each restart. Look at the last state of its container (kubectl describe pod): OOMKilled asks for more memory, exit code 70 is a fault of the gate whose log says more.',
    },
    {
      name: 'SallyportNoPolicy',
      expr: 'sallyport_held_calls unless on (job, instance) sallyport_policy_info',
      for: '5m',
      severity: 'critical',
      summary: 'A gate of {{ $labels.server }} has no valid policy: it refuses every call.',
      description:
        'No bundle has reached the gate at {{ $labels.instance }}, or the first one was not valid. Look at the condition PolicyAccepted of the MCPServer and at /readyz of the gate.',
    },
    {
      name: 'SallyportGateCertificateExpiring',
      expr: 'min by (server) (sallyport_tls_not_after_seconds) - time() < 7 * 86400',
      for: '1h',
      severity: 'warning',
      summary:
        'The certificate that gates of {{ $labels.server }} show to clients ends in {{ $value | humanizeDuration }}.',
      description:
        'When it ends, clients refuse to connect. The condition TLSReady of the MCPServer says whether there is another one that cannot be served; docs/tls.md says where it comes from.',
    },
    {
      name: 'SallyportDoorRefusalsRising',
      // Where there is no history, the bound alone counts.
      expr: `${DOOR} > 0.5 unless ${DOOR} < 5 * avg_over_time(${DOOR}[6h] offset 15m)`,
      for: '10m',
      severity: 'warning',
      summary: '{{ $labels.server }} refuses {{ $value | humanize }} messages a second before policy is asked.',
      description:
        'Much more than in the six hours before: a client that is set up wrongly, a token that was changed on one side, or somebody who tries. The panel Refusals says for which reason; docs/errors.md has the mend of each.',
    },
    {
      name: 'SallyportUpstreamErrors',
      expr: `${decisions('upstream-error')} / (${decisions('answered|accepted|streaming|upstream-error')} > 0.01) > 0.05`,
      for: '10m',
      severity: 'warning',
      summary: '{{ $value | humanizePercentage }} of the calls to {{ $labels.server }} are not answered properly.',
      description:
        'The MCP server behind the gate breaks off, cannot be reached or answers what is not MCP. The panel Errors of the server says which; look at the log of the server.',
    },
    {
      name: 'SallyportUpstreamAvoided',
      expr: 'sallyport_upstream_breaker_open == 1',
      for: '2m',
      severity: 'critical',
      summary:
        'The gate at {{ $labels.instance }} cannot reach the server {{ $labels.server }}; its calls fail at once.',
      description:
        'Five connections in a row have failed, and one call is let through every 15 seconds to try again. See whether the server runs and listens where the MCPServer says.',
    },
    {
      name: 'SallyportGateSlow',
      expr: `${OVERHEAD} > 0.1 and on (server) ${sumBy('server', rate('sallyport_overhead_seconds_count', '', '10m'))} > 0.1`,
      for: '15m',
      severity: 'warning',
      summary:
        'One call in a hundred to {{ $labels.server }} spends {{ $value | humanizeDuration }} or more in the gate itself.',
      description:
        'Usually it is under 10 ms. See whether the gate has the CPU that it needs (a CPU limit throttles it), whether its disk is slow where records are to be durable, and how large arguments and answers are that it inspects.',
    },
    {
      name: 'SallyportAuditFailing',
      expr: 'sallyport_audit_state{state!="ok"} == 1',
      for: '1m',
      severity: 'critical',
      summary: 'The audit log of a gate of {{ $labels.server }} is {{ $labels.state }}: it refuses every call.',
      description:
        'What cannot be recorded is not let through. failed: the disk is full, read-only, or the file is gone; behind: the disk is slower than the calls. The log of the gate at {{ $labels.instance }} has the error of the system.',
    },
    {
      name: 'SallyportAuditPending',
      expr: 'min_over_time(sallyport_audit_queued_bytes[5m]) > 1048576',
      for: '5m',
      severity: 'warning',
      summary: 'A gate of {{ $labels.server }} has {{ $value | humanize1024 }}B of records that are not on disk.',
      description:
        'The disk does not keep up. At 8 MiB calls are refused; what waits is lost if the process is killed. Look at the volume of the gate at {{ $labels.instance }}.',
    },
  ],
};
