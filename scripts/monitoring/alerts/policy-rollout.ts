import { maxBy } from '../queries.ts';
import type { Group } from './alert.ts';

const pods = (state: string): string => maxBy('server', `sallyport_server_pods{state="${state}"}`);
const condition = (type: string, status: string): string =>
  maxBy('server', `sallyport_server_condition{type="${type}", ${status}}`);

export const policyRollout: Group = {
  name: 'policy-rollout',
  alerts: [
    {
      name: 'SallyportPolicyNotEverywhere',
      expr: `${pods('injected')} - ${pods('enforcing')} > 0`,
      for: '15m',
      severity: 'warning',
      summary: '{{ $value }} pods of {{ $labels.server }} do not enforce the newest policy.',
      description:
        'They decide by an older one. The condition PolicyEnforced of the MCPServer names the pods and says why.',
    },
    {
      name: 'SallyportPolicyNotTaken',
      expr: 'sum by (server) (increase(sallyport_policy_rejected_total[15m])) > 0',
      for: '0m',
      severity: 'warning',
      summary: 'A gate of {{ $labels.server }} has refused a policy; the last good one stays in force.',
      description:
        'The bundle asks for what the gate does not know, or was damaged. The condition PolicyEnforced says BundleRejected and which pack; the log of the gate has the sentence.',
    },
    {
      name: 'SallyportServerNotReady',
      expr: `${condition('Ready', 'status!="True"')} == 1`,
      for: '15m',
      severity: 'warning',
      summary: '{{ $labels.server }} is not ready: calls are not decided by the policy that is wanted.',
      description: 'kubectl describe mcpserver.sallyport.dev says why, with the mend.',
    },
    {
      name: 'SallyportWayAround',
      expr: `${condition('TrafficVerified', 'status="False"')} == 1`,
      for: '5m',
      severity: 'critical',
      summary: 'There is a way around the gate of {{ $labels.server }}.',
      description:
        'The server can be reached past the gate: what comes that way is neither decided nor recorded. The condition TrafficVerified of the MCPServer names the way and how to close it.',
    },
    {
      name: 'SallyportReportNotTaken',
      expr: 'sallyport_operator_report_taken == 0',
      for: '15m',
      severity: 'warning',
      summary: 'The gate of {{ $labels.server }} at {{ $labels.instance }} does not reach the operator.',
      description:
        'Calls go on, but nobody can approve and new pins are not shared. See whether the operator runs and whether a network policy lets the pod reach its port 9444.',
    },
    {
      name: 'SallyportPinsNotShared',
      expr: 'sallyport_pins_shared == 0',
      for: '15m',
      severity: 'warning',
      summary: 'The gate of {{ $labels.server }} at {{ $labels.instance }} goes by the pins that it knows itself.',
      description:
        'The operator does not answer about definitions of tools: what is new or has changed is left out, or compared by each gate on its own. The log of the gate says why.',
    },
    {
      name: 'SallyportDefinitionsUntold',
      expr: 'sum by (server) (increase(sallyport_definitions_untold_total[1h])) > 0',
      for: '0m',
      severity: 'info',
      summary: '{{ $labels.server }} lists more definitions than the operator has room for.',
      description:
        'What is left over is compared by each gate on its own. Let the server list fewer tools, or shorter words for them.',
    },
  ],
};
