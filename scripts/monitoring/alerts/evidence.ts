import type { Group } from './alert.ts';

const increase = (metric: string, labels: string, range: string): string =>
  `sum by (server) (increase(${metric}{${labels}}[${range}])) > 0`;
const SHIPPING = 'sallyport_audit_archive_acknowledged_records_total';

export const evidence: Group = {
  name: 'evidence',
  alerts: [
    {
      name: 'SallyportAuditFilesAtBound',
      // With an archive it is what the archive lacks that counts.
      expr: `min_over_time((sallyport_audit_file_bytes / sallyport_audit_file_bytes_max)[1h:1m]) > 0.85 unless on (job, instance) ${SHIPPING}`,
      for: '0m',
      severity: 'info',
      summary: 'The audit files of {{ $labels.server }} have reached their bound; the oldest are deleted.',
      description:
        'That is on record and proofs hold, but what was deleted is only where it was copied to. Give the volume more room (sidecar.stateSizeLimit), or turn on the archive.',
    },
    {
      name: 'SallyportWitnessFork',
      expr: 'max by (server) (sallyport_server_condition{type="AuditWitnessed", status="False"}) == 1',
      for: '0m',
      severity: 'critical',
      summary: 'The audit log of a gate of {{ $labels.server }} contradicts what was witnessed.',
      description:
        'Its log was written anew, or somebody signs in its name. Nothing of it is cosigned any more. The condition AuditWitnessed of the MCPServer names the pod; keep its volume before the pod ends.',
    },
    {
      name: 'SallyportWitnessStale',
      expr: 'time() - sallyport_audit_witness_last_success_timestamp_seconds > 900 and on (job, instance) sum by (job, instance) (increase(sallyport_audit_witness_failures_total[15m])) > 0',
      for: '5m',
      severity: 'warning',
      summary:
        'The audit log of the gate of {{ $labels.server }} at {{ $labels.instance }} has not been witnessed for a quarter of an hour.',
      description:
        'Calls and records go on. What is not witnessed can be written anew by whoever has the key of the gate. See whether the gate reaches the operator, and what its log says.',
    },
    {
      name: 'SallyportWitnessNotKeeping',
      expr: 'sum by (outcome) (increase(sallyport_operator_witness_checkpoints_total{outcome=~"full|failed"}[10m])) > 0',
      for: '5m',
      severity: 'warning',
      summary: 'The operator does not cosign checkpoints: {{ $labels.outcome }}.',
      description:
        'full: there is no room for another stream, shorten witness.keepEndedFor; failed: it could not write its ConfigMaps, its log has the error. Gates show their checkpoints again.',
    },
    {
      name: 'SallyportArchiveDown',
      expr: 'up{job="sallyport-archive"} == 0',
      for: '5m',
      severity: 'warning',
      summary: 'The archive at {{ $labels.instance }} cannot be scraped.',
      description:
        'Either it does not run, and then records stay in the gates and nothing can be searched, or a network policy keeps Prometheus away. Look at the pod and its log.',
    },
    {
      name: 'SallyportArchiveNotTaking',
      expr: `min_over_time(sallyport_audit_archive_pending_bytes[10m]) > 0 and on (job, instance) increase(${SHIPPING}[10m]) == 0`,
      for: '10m',
      severity: 'warning',
      summary: 'The archive takes no records of {{ $labels.server }}; {{ $value | humanize1024 }}B wait in the gate.',
      description:
        'Records stay in the files of the gate and calls go on, until its bound is reached or the pod ends. The panel What keeps records from the archive says why; the log of the gate at {{ $labels.instance }} has the sentence.',
    },
    {
      name: 'SallyportArchiveBehind',
      expr: 'sallyport_audit_archive_pending_bytes / sallyport_audit_file_bytes_max > 0.5',
      for: '10m',
      severity: 'critical',
      summary:
        '{{ $value | humanizePercentage }} of the room for audit files of {{ $labels.server }} is not in the archive yet.',
      description:
        'When all of it is used, the oldest records are deleted before the archive has them. Bring the archive back, or give the volume of the gate more room.',
    },
    {
      name: 'SallyportArchiveGap',
      expr: increase('sallyport_audit_archive_failures_total', 'reason="let-go"', '1h'),
      for: '0m',
      severity: 'critical',
      summary: 'Records of {{ $labels.server }} were deleted before the archive had them.',
      description:
        'The archive has a gap, which is on record and which the verifier names. See why the archive did not take them: SallyportArchiveNotTaking.',
    },
    {
      name: 'SallyportArchiveLying',
      expr: increase('sallyport_audit_archive_failures_total', 'reason="lying"', '15m'),
      for: '0m',
      severity: 'critical',
      summary: 'The archive has confirmed something else than a gate of {{ $labels.server }} sent.',
      description:
        'It is not believed, and nothing is deleted. Either something between them changes what is sent, or it is not our archive that answers.',
    },
    {
      name: 'SallyportArchiveFork',
      expr: 'sum(increase(sallyport_archive_refused_total{reason="fork"}[1h])) > 0',
      for: '0m',
      severity: 'critical',
      summary: 'A gate has two histories: the archive was sent other records under numbers that it has.',
      description:
        'Somebody has changed the files of a gate, or its key signs for another. The log of the archive names server, stream and number; keep both, and verify them.',
    },
    {
      name: 'SallyportArchiveRefuses',
      expr: increase('sallyport_audit_archive_failures_total', 'reason=~"refused|unproven"', '15m'),
      for: '15m',
      severity: 'warning',
      summary: 'The archive refuses the records of {{ $labels.server }}.',
      description:
        'unproven: the gate has no certificate, for it does not reach the operator; refused: its files are not what a gate writes, or leave something out. The log of the gate has the sentence.',
    },
    {
      name: 'SallyportArchiveStoreFailing',
      expr: 'sum by (reason) (increase(sallyport_archive_store_failures_total[10m])) > 0',
      for: '5m',
      severity: 'critical',
      summary: 'The archive cannot keep or give what it should: {{ $labels.reason }} fails.',
      description:
        'Nothing is confirmed that is not kept, so records wait in the gates. See whether its volume is full, and whether PostgreSQL or the bucket answers.',
    },
    {
      name: 'SallyportTelemetryDropped',
      expr: 'sum by (server, signal) (increase(sallyport_otlp_dropped_total[10m])) > 0',
      for: '10m',
      severity: 'warning',
      summary: 'The Collector does not get {{ $labels.signal }} of {{ $labels.server }}.',
      description:
        'They are lost to whoever looks there; calls and the audit file are not affected. See whether the OpenTelemetry Collector runs and takes as much as it is sent.',
    },
    {
      name: 'SallyportStdoutDropped',
      expr: 'sum by (server) (increase(sallyport_audit_stdout_dropped_total[10m])) > 0',
      for: '10m',
      severity: 'warning',
      summary: 'Audit lines of {{ $labels.server }} are missing in the output of its container.',
      description:
        'Nobody reads the standard output of the gate fast enough, so lines are left out there. The audit file has them all.',
    },
  ],
};
