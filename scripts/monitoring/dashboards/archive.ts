import { chosen, type DashboardSpec } from '../grafana.ts';
import { rate, sumBy } from '../queries.ts';

export const archive: DashboardSpec = {
  name: 'archive',
  title: 'Sallyport: evidence and archive',
  description: 'Whether what gates decide is recorded, and where it is kept.',
  servers: 'several',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          title: 'Audit logs that are not well',
          description: 'Gates whose audit log is behind or failed: they refuse calls.',
          unit: 'short',
          type: 'stat',
          thresholds: [1, 2],
          targets: [{ expr: `sum(sallyport_audit_state{${chosen}, state!="ok"})`, legend: 'gates' }],
        },
        {
          title: 'Not in the archive yet',
          description: 'Bytes of records that only gates have.',
          unit: 'bytes',
          type: 'stat',
          targets: [{ expr: `sum(sallyport_audit_archive_pending_bytes{${chosen}})`, legend: 'bytes' }],
        },
        {
          title: 'Records per second',
          description: 'Records that the archive takes in.',
          unit: 'ops',
          type: 'stat',
          targets: [{ expr: sumBy('', rate('sallyport_archive_records_total')), legend: 'records' }],
        },
        {
          title: 'Oldest record',
          description: 'Age of the oldest record in the archive.',
          unit: 's',
          type: 'stat',
          targets: [{ expr: 'time() - min(sallyport_archive_oldest_record_timestamp_seconds > 0)', legend: 'oldest' }],
        },
        {
          title: 'Streams',
          description: 'Lives of gates that the archive knows.',
          unit: 'short',
          type: 'stat',
          targets: [{ expr: 'max(sallyport_archive_streams)', legend: 'streams' }],
        },
        {
          title: 'Forks',
          description: 'Segments in the last day that contradict what the archive has: a gate with two histories.',
          unit: 'short',
          type: 'stat',
          thresholds: [1, 2],
          targets: [{ expr: 'sum(increase(sallyport_archive_refused_total{reason="fork"}[1d]))', legend: 'segments' }],
        },
      ],
    },
    {
      title: 'In the gates',
      panels: [
        {
          title: 'States of audit logs',
          description: 'Gates whose audit log is behind or failed, by server.',
          unit: 'short',
          targets: [
            {
              expr: `sum by (server, state) (sallyport_audit_state{${chosen}, state!="ok"})`,
              legend: '{{server}} {{state}}',
            },
          ],
        },
        {
          title: 'Records that are not written yet',
          description: 'Bytes of records that are not in the audit file yet.',
          unit: 'bytes',
          targets: [{ expr: `sum by (server) (sallyport_audit_queued_bytes{${chosen}})`, legend: '{{server}}' }],
        },
        {
          title: 'Audit files',
          description: 'Bytes of all audit files of a server.',
          unit: 'bytes',
          targets: [{ expr: `sum by (server) (sallyport_audit_file_bytes{${chosen}})`, legend: '{{server}}' }],
        },
        {
          title: 'Growth',
          description: 'Bytes per second that the audit files of a server grow by; what is deleted makes it fall.',
          unit: 'Bps',
          targets: [
            { expr: `sum by (server) (deriv(sallyport_audit_file_bytes{${chosen}}[15m]))`, legend: '{{server}}' },
          ],
        },
      ],
    },
    {
      title: 'Witness',
      panels: [
        {
          title: 'Witnessed last',
          description:
            'How long ago the operator has cosigned the newest checkpoint of each gate; it stands still while nothing is recorded.',
          unit: 's',
          targets: [
            {
              expr: `time() - (sallyport_audit_witness_last_success_timestamp_seconds{${chosen}} > 0)`,
              legend: '{{server}} {{instance}}',
            },
          ],
        },
        {
          title: 'Not cosigned',
          description:
            'Checkpoints per second that the operator did not cosign, by reason. A fork is a log that was written anew.',
          unit: 'ops',
          targets: [
            {
              expr: sumBy('server, reason', rate('sallyport_audit_witness_failures_total', chosen)),
              legend: '{{server}} {{reason}}',
            },
          ],
        },
        {
          title: 'Checkpoints at the operator',
          description: 'Per second, by what became of them.',
          unit: 'ops',
          targets: [
            {
              expr: sumBy('outcome', rate('sallyport_operator_witness_checkpoints_total')),
              legend: '{{outcome}}',
            },
          ],
        },
        {
          title: 'Writes of the witness',
          description: 'Writes to the API server per second, of all replicas: two at most.',
          unit: 'ops',
          targets: [{ expr: sumBy('', rate('sallyport_operator_witness_writes_total')), legend: 'writes' }],
        },
      ],
    },
    {
      title: 'On the way to the archive',
      panels: [
        {
          title: 'Pending',
          description: 'Bytes of audit files that the archive has not confirmed, by server.',
          unit: 'bytes',
          targets: [
            { expr: `sum by (server) (sallyport_audit_archive_pending_bytes{${chosen}})`, legend: '{{server}}' },
          ],
        },
        {
          title: 'Confirmed',
          description: 'Records per second that the archive has confirmed, by server.',
          unit: 'ops',
          targets: [
            {
              expr: sumBy('server', rate('sallyport_audit_archive_acknowledged_records_total', chosen)),
              legend: '{{server}}',
            },
          ],
        },
        {
          title: 'What keeps records from the archive',
          description:
            'Failures per second, by reason; let-go are records that were deleted before the archive had them.',
          unit: 'ops',
          width: 24,
          targets: [
            {
              expr: sumBy('server, reason', rate('sallyport_audit_archive_failures_total', chosen)),
              legend: '{{server}} {{reason}}',
            },
          ],
        },
      ],
    },
    {
      title: 'In the archive',
      panels: [
        {
          title: 'Taken in',
          description: 'Bytes of records per second.',
          unit: 'Bps',
          targets: [{ expr: sumBy('', rate('sallyport_archive_bytes_total')), legend: 'bytes' }],
        },
        {
          title: 'Refused',
          description: 'Segments per second that were not taken, by reason.',
          unit: 'ops',
          targets: [{ expr: sumBy('reason', rate('sallyport_archive_refused_total')), legend: '{{reason}}' }],
        },
        {
          title: 'Failures of database and bucket',
          description: 'Per second, by what failed.',
          unit: 'ops',
          targets: [{ expr: sumBy('reason', rate('sallyport_archive_store_failures_total')), legend: '{{reason}}' }],
        },
        {
          title: 'Pruned',
          description: 'Records per second that left the database because of their age, for the bucket or for good.',
          unit: 'ops',
          targets: [{ expr: sumBy('', rate('sallyport_archive_pruned_records_total')), legend: 'records' }],
        },
      ],
    },
    {
      title: 'Telemetry',
      panels: [
        {
          title: 'Not taken by the Collector',
          description: 'Spans, log records and series of metrics per second that were dropped, by signal.',
          unit: 'ops',
          targets: [
            {
              expr: sumBy('server, signal', rate('sallyport_otlp_dropped_total', chosen)),
              legend: '{{server}} {{signal}}',
            },
          ],
        },
        {
          title: 'Left out of standard output',
          description: 'Audit lines per second that nobody read there in time; the audit file has them.',
          unit: 'ops',
          targets: [
            { expr: sumBy('server', rate('sallyport_audit_stdout_dropped_total', chosen)), legend: '{{server}}' },
          ],
        },
      ],
    },
  ],
};
