import type { Group } from './alert.ts';

export const evidence: Group = {
  name: 'evidence',
  alerts: [
    {
      name: 'SallyportAuditFilesAtBound',
      expr: 'min_over_time((sallyport_audit_file_bytes / sallyport_audit_file_bytes_max)[1h:1m]) > 0.85',
      for: '0m',
      severity: 'info',
      summary: 'The audit files of {{ $labels.server }} have reached their bound; the oldest are deleted.',
      description:
        'That is on record and proofs hold, but what was deleted is only where it was copied to. Give the volume more room (sidecar.stateSizeLimit), or keep records elsewhere.',
    },
  ],
};
