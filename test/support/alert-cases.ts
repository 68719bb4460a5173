/**
 * For each alert when it fires and when it does not, as series of promtool: `1x5` is 1 and five times the same again, `0+2x5` grows by 2 a
 * minute, `_` is nothing. One step is a minute.
 */

export interface Case {
  /** A sample more than the moment at which it is looked needs: `x60` is an hour. */
  readonly series: Readonly<Record<string, string>>;
  /** When it is looked, in minutes. */
  readonly at: number;
}

export interface Firing extends Case {
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
}

export interface AlertCases {
  readonly fires: Firing;
  /** Near misses, by what they are. */
  readonly quiet: Readonly<Record<string, Case>>;
}

const SCRAPE = 'namespace="finance", pod="ledger-1", instance="10.0.0.7:8485", job="monitoring/sallyport-sidecars"';
const GATE = `server="finance/ledger", ${SCRAPE}`;
const OPERATOR = 'instance="10.0.0.9:8080", job="sallyport-operator"';

const ARCHIVE = 'instance="10.0.0.8:8080", job="sallyport-archive"';
const pending = `sallyport_audit_archive_pending_bytes{${GATE}}`;
const acknowledged = `sallyport_audit_archive_acknowledged_records_total{${GATE}}`;
const kept = (reason: string): string => `sallyport_audit_archive_failures_total{reason="${reason}", ${GATE}}`;

const witnessed = `sallyport_audit_witness_last_success_timestamp_seconds{${GATE}}`;
const witnessFailures = `sallyport_audit_witness_failures_total{reason="unreachable", ${GATE}}`;

const dropped = (signal: string): string => `sallyport_otlp_dropped_total{signal="${signal}", ${GATE}}`;

const scrape = {
  namespace: 'finance',
  pod: 'ledger-1',
  instance: '10.0.0.7:8485',
  job: 'monitoring/sallyport-sidecars',
};
const server = { server: 'finance/ledger' };
const ofGate = { ...server, ...scrape };

const refusals = (reason: string): string => `sallyport_refusals_total{reason="${reason}", ${GATE}}`;
const decisions = (outcome: string): string =>
  `sallyport_decisions_total{tool="a", effect="Allow", outcome="${outcome}", ${GATE}}`;
const overhead = (le: string): string => `sallyport_overhead_seconds_bucket{le="${le}", ${GATE}}`;
const pods = (state: string): string => `sallyport_server_pods{server="finance/ledger", state="${state}", ${OPERATOR}}`;
const condition = (type: string, status: string): string =>
  `sallyport_server_condition{server="finance/ledger", type="${type}", status="${status}", ${OPERATOR}}`;
const admission = (le: string): string =>
  `sallyport_admission_duration_seconds_bucket{webhook="inject", le="${le}", ${OPERATOR}}`;

export const ALERT_CASES: Readonly<Record<string, AlertCases>> = {
  SallyportGateUnreachable: {
    fires: {
      series: { [`up{${SCRAPE}}`]: '0x20' },
      at: 10,
      labels: scrape,
      summary: 'The gate in pod ledger-1 of finance cannot be scraped.',
    },
    quiet: {
      'for a moment': { series: { [`up{${SCRAPE}}`]: '0x3 1x20' }, at: 10 },
      'of somebody else': { series: { 'up{job="node-exporter"}': '0x20' }, at: 10 },
    },
  },
  SallyportGateRestarting: {
    fires: {
      series: {
        [`process_start_time_seconds{${SCRAPE}}`]: '100x5 200x5 300x5 400x60',
        [`sallyport_build_info{version="0.1.0", ${SCRAPE}}`]: '1x80',
      },
      at: 40,
      labels: scrape,
      summary: 'The gate at 10.0.0.7:8485 has been restarted 3 times within an hour.',
    },
    quiet: {
      once: {
        series: {
          [`process_start_time_seconds{${SCRAPE}}`]: '100x5 200x60',
          [`sallyport_build_info{version="0.1.0", ${SCRAPE}}`]: '1x80',
        },
        at: 40,
      },
      'another program': { series: { 'process_start_time_seconds{job="other"}': '100x5 200x5 300x5 400x60' }, at: 40 },
    },
  },
  SallyportNoPolicy: {
    fires: {
      series: { [`sallyport_held_calls{${GATE}}`]: '0x20' },
      at: 10,
      labels: ofGate,
      summary: 'A gate of finance/ledger has no valid policy: it refuses every call.',
    },
    quiet: {
      'with a policy': {
        series: {
          [`sallyport_held_calls{${GATE}}`]: '0x20',
          [`sallyport_policy_info{revision="sha256:a", ${GATE}}`]: '1x20',
        },
        at: 10,
      },
      'just started': { series: { [`sallyport_held_calls{${GATE}}`]: '_x8 0x20' }, at: 11 },
    },
  },
  SallyportDoorRefusalsRising: {
    fires: {
      series: { [refusals('unauthenticated')]: '0+1x400 400+120x60' },
      at: 440,
      labels: server,
      summary: 'finance/ledger refuses 2 messages a second before policy is asked.',
    },
    quiet: {
      'as always': { series: { [refusals('unauthenticated')]: '0+120x460' }, at: 440 },
      'what policy refuses': { series: { [refusals('denied')]: '0+1x400 400+120x60' }, at: 440 },
      few: { series: { [refusals('unauthenticated')]: '0x400 0+6x60' }, at: 440 },
    },
  },
  SallyportUpstreamErrors: {
    fires: {
      series: { [decisions('answered')]: '0+54x40', [decisions('upstream-error')]: '0+6x40' },
      at: 30,
      labels: server,
      summary: '10% of the calls to finance/ledger are not answered properly.',
    },
    quiet: {
      'one in a hundred': {
        series: { [decisions('answered')]: '0+99x40', [decisions('upstream-error')]: '0+1x40' },
        at: 30,
      },
      'of nearly no calls': {
        series: { [decisions('answered')]: '0x40', [decisions('upstream-error')]: '0x15 1x25' },
        at: 20,
      },
    },
  },
  SallyportUpstreamAvoided: {
    fires: {
      series: { [`sallyport_upstream_breaker_open{${GATE}}`]: '1x20' },
      at: 5,
      labels: ofGate,
      summary: 'The gate at 10.0.0.7:8485 cannot reach the server finance/ledger; its calls fail at once.',
    },
    quiet: {
      'for a moment': { series: { [`sallyport_upstream_breaker_open{${GATE}}`]: '0x3 1 0x10' }, at: 5 },
      closed: { series: { [`sallyport_upstream_breaker_open{${GATE}}`]: '0x20' }, at: 5 },
    },
  },
  SallyportGateSlow: {
    fires: {
      series: {
        [overhead('0.05')]: '0+50x60',
        [overhead('0.25')]: '0+60x60',
        [overhead('+Inf')]: '0+60x60',
        [`sallyport_overhead_seconds_count{${GATE}}`]: '0+60x60',
      },
      at: 40,
      labels: server,
      summary: 'One call in a hundred to finance/ledger spends 238ms or more in the gate itself.',
    },
    quiet: {
      fast: {
        series: {
          [overhead('0.05')]: '0+60x60',
          [overhead('0.25')]: '0+60x60',
          [overhead('+Inf')]: '0+60x60',
          [`sallyport_overhead_seconds_count{${GATE}}`]: '0+60x60',
        },
        at: 40,
      },
    },
  },
  SallyportAuditFailing: {
    fires: {
      series: {
        [`sallyport_audit_state{state="ok", ${GATE}}`]: '0x20',
        [`sallyport_audit_state{state="failed", ${GATE}}`]: '1x20',
      },
      at: 5,
      labels: { ...ofGate, state: 'failed' },
      summary: 'The audit log of a gate of finance/ledger is failed: it refuses every call.',
    },
    quiet: {
      well: {
        series: {
          [`sallyport_audit_state{state="ok", ${GATE}}`]: '1x20',
          [`sallyport_audit_state{state="failed", ${GATE}}`]: '0x20',
        },
        at: 5,
      },
    },
  },
  SallyportAuditPending: {
    fires: {
      series: { [`sallyport_audit_queued_bytes{${GATE}}`]: '2097152x20' },
      at: 12,
      labels: ofGate,
      summary: 'A gate of finance/ledger has 2MiB of records that are not on disk.',
    },
    quiet: {
      'now and then': {
        series: {
          [`sallyport_audit_queued_bytes{${GATE}}`]:
            '0 2097152 0 2097152 0 2097152 0 2097152 0 2097152 0 2097152 0 2097152 0',
        },
        at: 12,
      },
    },
  },
  SallyportApprovalWaiting: {
    fires: {
      series: { [`sallyport_approval_oldest_pending_seconds{namespace="finance", ${OPERATOR}}`]: '0+60x30' },
      at: 15,
      labels: { namespace: 'finance' },
      summary: 'In finance a call has been waiting for a person for 15m 0s.',
    },
    quiet: {
      'five minutes': {
        series: { [`sallyport_approval_oldest_pending_seconds{namespace="finance", ${OPERATOR}}`]: '300x30' },
        at: 15,
      },
    },
  },
  SallyportNotificationsFailing: {
    fires: {
      series: {
        [`sallyport_notifications_total{channel="slack", result="failed", ${OPERATOR}}`]: '0+1x30',
        [`sallyport_notifications_total{channel="slack", result="sent", ${OPERATOR}}`]: '7x30',
      },
      at: 20,
      labels: { channel: 'slack' },
      summary: 'Channel slack takes no messages about calls that wait for a person.',
    },
    quiet: {
      'some come through': {
        series: {
          [`sallyport_notifications_total{channel="slack", result="failed", ${OPERATOR}}`]: '0+1x30',
          [`sallyport_notifications_total{channel="slack", result="sent", ${OPERATOR}}`]: '0+1x30',
        },
        at: 20,
      },
      'nothing is to be told': {
        series: { [`sallyport_notifications_total{channel="slack", result="failed", ${OPERATOR}}`]: '7x30' },
        at: 20,
      },
    },
  },
  SallyportApprovalsExpiring: {
    fires: {
      series: { [refusals('approval-expired')]: '0x60 0+6x10 60x20' },
      at: 70,
      labels: server,
      summary: '54 calls to finance/ledger were not decided in time within an hour.',
    },
    quiet: {
      one: { series: { [refusals('approval-expired')]: '0x60 1x20' }, at: 70 },
      'what was denied': { series: { [refusals('approval-denied')]: '0x60 0+6x10 60x20' }, at: 70 },
    },
  },
  SallyportApprovalsImpossible: {
    fires: {
      series: { [refusals('approval-unavailable')]: '0x10 0+1x20' },
      at: 25,
      labels: server,
      summary: 'Calls to finance/ledger that need a person are refused, for nobody can be asked.',
    },
    quiet: { 'long ago': { series: { [refusals('approval-unavailable')]: '5x60' }, at: 40 } },
  },
  SallyportPolicyNotEverywhere: {
    fires: {
      series: { [pods('injected')]: '3x40', [pods('enforcing')]: '2x40' },
      at: 30,
      labels: server,
      summary: '1 pods of finance/ledger do not enforce the newest policy.',
    },
    quiet: {
      'on its way': { series: { [pods('injected')]: '3x40', [pods('enforcing')]: '3x20 2x5 3x20' }, at: 30 },
      everywhere: { series: { [pods('injected')]: '3x40', [pods('enforcing')]: '3x40' }, at: 30 },
    },
  },
  SallyportPolicyNotTaken: {
    fires: {
      series: { [`sallyport_policy_rejected_total{${GATE}}`]: '0x10 1x20' },
      at: 15,
      labels: server,
      summary: 'A gate of finance/ledger has refused a policy; the last good one stays in force.',
    },
    quiet: { 'long ago': { series: { [`sallyport_policy_rejected_total{${GATE}}`]: '1x60' }, at: 40 } },
  },
  SallyportServerNotReady: {
    fires: {
      series: { [condition('Ready', 'Unknown')]: '1x40' },
      at: 30,
      labels: server,
      summary: 'finance/ledger is not ready: calls are not decided by the policy that is wanted.',
    },
    quiet: {
      ready: { series: { [condition('Ready', 'True')]: '1x40', [condition('Injected', 'False')]: '1x40' }, at: 30 },
      'for a moment': {
        series: { [condition('Ready', 'False')]: '_x20 1x5 _x20', [condition('Ready', 'True')]: '1x20 _x5 1x20' },
        at: 40,
      },
    },
  },
  SallyportWayAround: {
    fires: {
      series: { [condition('TrafficVerified', 'False')]: '1x20' },
      at: 10,
      labels: server,
      summary: 'There is a way around the gate of finance/ledger.',
    },
    quiet: { 'nobody knows yet': { series: { [condition('TrafficVerified', 'Unknown')]: '1x20' }, at: 10 } },
  },
  SallyportReportNotTaken: {
    fires: {
      series: { [`sallyport_operator_report_taken{${GATE}}`]: '0x40' },
      at: 20,
      labels: ofGate,
      summary: 'The gate of finance/ledger at 10.0.0.7:8485 does not reach the operator.',
    },
    quiet: { 'for a moment': { series: { [`sallyport_operator_report_taken{${GATE}}`]: '1x10 0x5 1x20' }, at: 20 } },
  },
  SallyportPinsNotShared: {
    fires: {
      series: { [`sallyport_pins_shared{${GATE}}`]: '0x40' },
      at: 20,
      labels: ofGate,
      summary: 'The gate of finance/ledger at 10.0.0.7:8485 goes by the pins that it knows itself.',
    },
    quiet: { shared: { series: { [`sallyport_pins_shared{${GATE}}`]: '1x40' }, at: 20 } },
  },
  SallyportDefinitionsUntold: {
    fires: {
      series: { [`sallyport_definitions_untold_total{${GATE}}`]: '0x10 4x40' },
      at: 15,
      labels: server,
      summary: 'finance/ledger lists more definitions than the operator has room for.',
    },
    quiet: { none: { series: { [`sallyport_definitions_untold_total{${GATE}}`]: '0x40' }, at: 15 } },
  },
  SallyportOperatorWithoutLeader: {
    fires: {
      series: { [`leader_election_master_status{name="sallyport-operator", ${OPERATOR}}`]: '0x20' },
      at: 10,
      labels: {},
      summary: 'No replica of the operator leads.',
    },
    quiet: {
      'one leads': {
        series: {
          [`leader_election_master_status{name="sallyport-operator", ${OPERATOR}}`]: '0x20',
          'leader_election_master_status{name="sallyport-operator", instance="10.0.0.8:8080", job="sallyport-operator"}':
            '1x20',
        },
        at: 10,
      },
    },
  },
  SallyportReconcileErrors: {
    fires: {
      series: {
        [`controller_runtime_reconcile_errors_total{controller="mcpserver", ${OPERATOR}}`]: '0+3x60',
        [`controller_runtime_reconcile_total{controller="mcpserver", result="error", ${OPERATOR}}`]: '0+3x60',
        [`controller_runtime_reconcile_total{controller="mcpserver", result="success", ${OPERATOR}}`]: '0+9x60',
      },
      at: 40,
      labels: { controller: 'mcpserver' },
      summary: '25% of the reconciliations of mcpserver fail.',
    },
    quiet: {
      'of another operator': {
        series: {
          'controller_runtime_reconcile_errors_total{controller="certificate"}': '0+3x60',
          'controller_runtime_reconcile_total{controller="certificate", result="error"}': '0+3x60',
        },
        at: 40,
      },
      'nothing to do': {
        series: {
          [`controller_runtime_reconcile_errors_total{controller="mcpserver", ${OPERATOR}}`]: '0x60',
          [`controller_runtime_reconcile_total{controller="mcpserver", result="success", ${OPERATOR}}`]: '0x60',
        },
        at: 40,
      },
    },
  },
  SallyportReconcileStuck: {
    fires: {
      series: {
        [`workqueue_longest_running_processor_seconds{name="mcpserver", controller="mcpserver", ${OPERATOR}}`]:
          '0+60x20',
      },
      at: 10,
      labels: { controller: 'mcpserver' },
      summary: 'A reconciliation of mcpserver has been running for 10m 0s.',
    },
    quiet: {
      busy: {
        series: {
          [`workqueue_longest_running_processor_seconds{name="mcpserver", controller="mcpserver", ${OPERATOR}}`]:
            '30x20',
        },
        at: 10,
      },
    },
  },
  SallyportWebhookFailing: {
    fires: {
      series: {
        [`sallyport_admission_requests_total{webhook="inject", outcome="failed", reason="error", ${OPERATOR}}`]:
          '0x5 0+1x20',
      },
      at: 15,
      labels: { webhook: 'inject' },
      summary: 'Admission requests to inject fail in the operator.',
    },
    quiet: {
      'what is refused': {
        series: {
          [`sallyport_admission_requests_total{webhook="inject", outcome="refused", reason="x", ${OPERATOR}}`]:
            '0x5 0+1x20',
        },
        at: 15,
      },
    },
  },
  SallyportWebhookSlow: {
    fires: {
      series: { [admission('2.5')]: '0+1x60', [admission('5')]: '0+60x60', [admission('+Inf')]: '0+60x60' },
      at: 40,
      labels: { webhook: 'inject' },
      summary: 'The webhook inject takes 4.975s for one request in a hundred.',
    },
    quiet: {
      fast: {
        series: { [admission('0.1')]: '0+60x60', [admission('5')]: '0+60x60', [admission('+Inf')]: '0+60x60' },
        at: 40,
      },
    },
  },
  SallyportGateCertificateExpiring: {
    fires: {
      // Six days after the beginning, which is the epoch here.
      series: { [`sallyport_tls_not_after_seconds{${GATE}}`]: '518400x90' },
      at: 80,
      labels: { server: 'finance/ledger' },
      summary: 'The certificate that gates of finance/ledger show to clients ends in 5d 22h 40m 0s.',
    },
    quiet: {
      'a month': { series: { [`sallyport_tls_not_after_seconds{${GATE}}`]: '2592000x90' }, at: 80 },
    },
  },
  SallyportCertificateExpiring: {
    fires: {
      // Ten days after the beginning, which is the epoch here.
      series: { [`sallyport_certificate_not_after_seconds{certificate="serving", ${OPERATOR}}`]: '864000x90' },
      at: 80,
      labels: { certificate: 'serving' },
      summary: 'The serving certificate of the operator ends in 9d 22h 40m 0s.',
    },
    quiet: {
      'a month': {
        series: { [`sallyport_certificate_not_after_seconds{certificate="serving", ${OPERATOR}}`]: '2592000x90' },
        at: 80,
      },
    },
  },
  SallyportAuditFilesAtBound: {
    fires: {
      series: {
        [`sallyport_audit_file_bytes{${GATE}}`]: '90x5 99x5 91x80',
        [`sallyport_audit_file_bytes_max{${GATE}}`]: '100x90',
      },
      at: 70,
      labels: ofGate,
      summary: 'The audit files of finance/ledger have reached their bound; the oldest are deleted.',
    },
    quiet: {
      'with an archive': {
        series: {
          [`sallyport_audit_file_bytes{${GATE}}`]: '90x90',
          [`sallyport_audit_file_bytes_max{${GATE}}`]: '100x90',
          [`sallyport_audit_archive_acknowledged_records_total{${GATE}}`]: '0+5x90',
        },
        at: 70,
      },
      'half full': {
        series: {
          [`sallyport_audit_file_bytes{${GATE}}`]: '50x90',
          [`sallyport_audit_file_bytes_max{${GATE}}`]: '100x90',
        },
        at: 70,
      },
    },
  },
  SallyportWitnessFork: {
    fires: {
      series: { [condition('AuditWitnessed', 'False')]: '1x10' },
      at: 1,
      labels: server,
      summary: 'The audit log of a gate of finance/ledger contradicts what was witnessed.',
    },
    quiet: { witnessed: { series: { [condition('AuditWitnessed', 'True')]: '1x10' }, at: 1 } },
  },
  SallyportWitnessStale: {
    fires: {
      series: { [witnessed]: '60x60', [witnessFailures]: '0+2x60' },
      at: 30,
      labels: ofGate,
      summary:
        'The audit log of the gate of finance/ledger at 10.0.0.7:8485 has not been witnessed for a quarter of an hour.',
    },
    quiet: {
      'nothing to witness': { series: { [witnessed]: '60x60', [witnessFailures]: '0x60' }, at: 30 },
      'a failure now and then': { series: { [witnessed]: '0+60x60', [witnessFailures]: '0+1x60' }, at: 30 },
    },
  },
  SallyportWitnessNotKeeping: {
    fires: {
      series: { [`sallyport_operator_witness_checkpoints_total{outcome="full", ${OPERATOR}}`]: '0x5 0+1x40' },
      at: 20,
      labels: { outcome: 'full' },
      summary: 'The operator does not cosign checkpoints: full.',
    },
    quiet: {
      'a replica was faster': {
        series: { [`sallyport_operator_witness_checkpoints_total{outcome="conflict", ${OPERATOR}}`]: '0x5 0+1x40' },
        at: 20,
      },
    },
  },
  SallyportArchiveDown: {
    fires: {
      series: { [`up{${ARCHIVE}}`]: '0x20' },
      at: 10,
      labels: { instance: '10.0.0.8:8080', job: 'sallyport-archive' },
      summary: 'The archive at 10.0.0.8:8080 cannot be scraped.',
    },
    quiet: { 'for a moment': { series: { [`up{${ARCHIVE}}`]: '1x7 0x2 1x20' }, at: 10 } },
  },
  SallyportArchiveNotTaking: {
    fires: {
      series: { [pending]: '2048x40', [acknowledged]: '7x40' },
      at: 30,
      labels: ofGate,
      summary: 'The archive takes no records of finance/ledger; 2kiB wait in the gate.',
    },
    quiet: {
      'busy, and something always waits': { series: { [pending]: '2048x40', [acknowledged]: '0+7x40' }, at: 30 },
      'nothing to send': { series: { [pending]: '0x40', [acknowledged]: '7x40' }, at: 30 },
    },
  },
  SallyportArchiveBehind: {
    fires: {
      series: { [pending]: '60x40', [`sallyport_audit_file_bytes_max{${GATE}}`]: '100x40' },
      at: 20,
      labels: ofGate,
      summary: '60% of the room for audit files of finance/ledger is not in the archive yet.',
    },
    quiet: {
      little: { series: { [pending]: '10x40', [`sallyport_audit_file_bytes_max{${GATE}}`]: '100x40' }, at: 20 },
    },
  },
  SallyportArchiveGap: {
    fires: {
      series: { [kept('let-go')]: '0x10 1x40' },
      at: 15,
      labels: server,
      summary: 'Records of finance/ledger were deleted before the archive had them.',
    },
    quiet: { away: { series: { [kept('unreachable')]: '0x10 0+1x40' }, at: 15 } },
  },
  SallyportArchiveLying: {
    fires: {
      series: { [kept('lying')]: '0x10 1x40' },
      at: 15,
      labels: server,
      summary: 'The archive has confirmed something else than a gate of finance/ledger sent.',
    },
    quiet: { slow: { series: { [kept('slow')]: '0x10 1x40' }, at: 15 } },
  },
  SallyportArchiveFork: {
    fires: {
      series: { [`sallyport_archive_refused_total{reason="fork", ${ARCHIVE}}`]: '0x10 1x40' },
      at: 15,
      labels: {},
      summary: 'A gate has two histories: the archive was sent other records under numbers that it has.',
    },
    quiet: {
      busy: { series: { [`sallyport_archive_refused_total{reason="busy", ${ARCHIVE}}`]: '0x10 1x40' }, at: 15 },
    },
  },
  SallyportArchiveRefuses: {
    fires: {
      series: { [kept('unproven')]: '0x10 0+1x60' },
      at: 40,
      labels: server,
      summary: 'The archive refuses the records of finance/ledger.',
    },
    quiet: { 'at its start': { series: { [kept('unproven')]: '0x10 2x60' }, at: 40 } },
  },
  SallyportArchiveStoreFailing: {
    fires: {
      series: { [`sallyport_archive_store_failures_total{reason="append", ${ARCHIVE}}`]: '0x10 0+1x60' },
      at: 20,
      labels: { reason: 'append' },
      summary: 'The archive cannot keep or give what it should: append fails.',
    },
    quiet: {
      never: { series: { [`sallyport_archive_store_failures_total{reason="append", ${ARCHIVE}}`]: '0x60' }, at: 20 },
    },
  },
  SallyportTelemetryDropped: {
    fires: {
      series: { [dropped('traces')]: '0x5 0+9x40' },
      at: 25,
      labels: { ...server, signal: 'traces' },
      summary: 'The Collector does not get traces of finance/ledger.',
    },
    quiet: { 'for a moment': { series: { [dropped('traces')]: '0x5 9x60' }, at: 25 } },
  },
  SallyportStdoutDropped: {
    fires: {
      series: { [`sallyport_audit_stdout_dropped_total{${GATE}}`]: '0x5 0+9x40' },
      at: 25,
      labels: server,
      summary: 'Audit lines of finance/ledger are missing in the output of its container.',
    },
    quiet: { none: { series: { [`sallyport_audit_stdout_dropped_total{${GATE}}`]: '0x60' }, at: 25 } },
  },
  SallyportMemoryNearLimit: {
    fires: {
      series: {
        [`process_resident_memory_bytes{${SCRAPE}}`]: '95x40',
        [`sallyport_memory_limit_bytes{${GATE}}`]: '100x40',
      },
      at: 20,
      labels: ofGate,
      summary: 'The gate of finance/ledger at 10.0.0.7:8485 uses 95% of its memory.',
    },
    quiet: {
      half: {
        series: {
          [`process_resident_memory_bytes{${SCRAPE}}`]: '50x40',
          [`sallyport_memory_limit_bytes{${GATE}}`]: '100x40',
        },
        at: 20,
      },
      'no limit': { series: { [`process_resident_memory_bytes{${SCRAPE}}`]: '95x40' }, at: 20 },
    },
  },
  SallyportWaitingForRoom: {
    fires: {
      series: { [`sallyport_waiting_for_room{${GATE}}`]: '3x30' },
      at: 15,
      labels: ofGate,
      summary: 'Calls to finance/ledger wait for memory of their gate.',
    },
    quiet: {
      'now and then': {
        series: { [`sallyport_waiting_for_room{${GATE}}`]: '3 3 0 3 3 0 3 3 0 3 3 0 3 3 0 3 3' },
        at: 15,
      },
    },
  },
  SallyportRefusedForRoom: {
    fires: {
      series: { [refusals('no-room')]: '0x5 0+2x30' },
      at: 20,
      labels: server,
      summary: 'finance/ledger refuses calls because a bound of its gate is reached.',
    },
    quiet: { 'for another reason': { series: { [refusals('denied')]: '0x5 0+2x30' }, at: 20 } },
  },
  SallyportCallsNearBound: {
    fires: {
      series: {
        [`sallyport_calls_in_flight{${GATE}}`]: '900x30',
        [`sallyport_calls_in_flight_max{${GATE}}`]: '1024x30',
      },
      at: 10,
      labels: ofGate,
      summary: 'The gate of finance/ledger at 10.0.0.7:8485 serves 87.89% of the calls that it takes at once.',
    },
    quiet: {
      half: {
        series: {
          [`sallyport_calls_in_flight{${GATE}}`]: '500x30',
          [`sallyport_calls_in_flight_max{${GATE}}`]: '1024x30',
        },
        at: 10,
      },
    },
  },
};
