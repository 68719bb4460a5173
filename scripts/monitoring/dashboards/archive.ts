import { chosen, type DashboardSpec } from '../grafana.ts';

export const archive: DashboardSpec = {
  name: 'archive',
  title: 'Sallyport: evidence and archive',
  description: 'Whether what gates decide is recorded.',
  servers: 'several',
  rows: [
    {
      title: 'In the gates',
      panels: [
        {
          title: 'Audit logs that are not well',
          description: 'Gates whose audit log is behind or failed: they refuse calls until it is well again.',
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
  ],
};
