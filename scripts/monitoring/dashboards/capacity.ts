import { chosen, type DashboardSpec } from '../grafana.ts';
import { FOR_WANT_OF_ROOM, memoryShare, ofOperator, rate, reasons, sumBy } from '../queries.ts';

const share = (metric: string): string => `max by (server) (${metric}{${chosen}} / ${metric}_max{${chosen}})`;

export const capacity: DashboardSpec = {
  name: 'capacity',
  title: 'Sallyport: capacity',
  description: 'How near gates and operator are to their bounds: calls, memory, disk, queues.',
  servers: 'several',
  rows: [
    {
      title: 'Calls',
      panels: [
        {
          title: 'Calls in flight',
          description: 'Of the fullest gate of each server, as a share of what it takes at once.',
          unit: 'percentunit',
          targets: [{ expr: share('sallyport_calls_in_flight'), legend: '{{server}}' }],
        },
        {
          title: 'Bytes held',
          description:
            'Bodies, held calls and answers in the fullest gate of each server, as a share of what it may hold.',
          unit: 'percentunit',
          targets: [{ expr: share('sallyport_held_bytes'), legend: '{{server}}' }],
        },
        {
          title: 'Waiting for room',
          description: 'Bodies and answers that wait until there is memory for them.',
          unit: 'short',
          targets: [{ expr: `sum by (server) (sallyport_waiting_for_room{${chosen}})`, legend: '{{server}}' }],
        },
        {
          title: 'Refused for want of room',
          description: 'Messages per second that were refused because a bound was reached, by reason.',
          unit: 'reqps',
          targets: [
            {
              expr: sumBy(
                'server, reason',
                rate('sallyport_refusals_total', `${chosen}, ${reasons(FOR_WANT_OF_ROOM)}`),
              ),
              legend: '{{server}} {{reason}}',
            },
          ],
        },
        {
          title: 'Open streams',
          description: 'Streams that are open until somebody ends them; a gate takes 10,000.',
          unit: 'short',
          targets: [{ expr: `sum by (server) (sallyport_open_streams{${chosen}})`, legend: '{{server}}' }],
        },
        {
          title: 'Calls per second and gate',
          description: 'How the calls of a server are spread over its gates.',
          unit: 'reqps',
          targets: [
            {
              expr: sumBy('server, instance', rate('sallyport_decisions_total', chosen)),
              legend: '{{server}} {{instance}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Gates',
      panels: [
        {
          title: 'Memory',
          description: 'Of each gate, as a share of its limit.',
          unit: 'percentunit',
          max: 1,
          targets: [{ expr: memoryShare(chosen), legend: '{{server}} {{instance}}' }],
        },
        {
          title: 'CPU',
          description: 'Cores that each gate uses.',
          unit: 'short',
          targets: [
            {
              expr: `${rate('process_cpu_seconds_total')} and on (job, instance) sallyport_held_calls{${chosen}}`,
              legend: '{{instance}}',
            },
          ],
        },
        {
          title: 'Audit files',
          description: 'Bytes as a share of their bound, beyond which the oldest are deleted, on record.',
          unit: 'percentunit',
          max: 1,
          targets: [{ expr: share('sallyport_audit_file_bytes'), legend: '{{server}}' }],
        },
        {
          title: 'Records that are not written yet',
          description: 'Bytes of records that are not in the audit file yet.',
          unit: 'bytes',
          targets: [{ expr: `sum by (server) (sallyport_audit_queued_bytes{${chosen}})`, legend: '{{server}}' }],
        },
        {
          title: 'Series',
          description:
            'Samples that Prometheus takes from each gate at a time. Names of tools are bounded: 200 have series of their own.',
          unit: 'short',
          targets: [
            {
              expr: `scrape_samples_scraped and on (job, instance) sallyport_held_calls{${chosen}}`,
              legend: '{{instance}}',
            },
          ],
        },
        {
          title: 'Restarts',
          description: 'How often the process of each gate has begun anew within an hour.',
          unit: 'short',
          targets: [
            {
              expr: `changes(process_start_time_seconds[1h]) and on (job, instance) sallyport_held_calls{${chosen}}`,
              legend: '{{instance}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Operator',
      panels: [
        {
          title: 'Memory of the operator',
          description: 'Resident memory of each replica.',
          unit: 'bytes',
          targets: [{ expr: ofOperator('process_resident_memory_bytes'), legend: '{{instance}}' }],
        },
        {
          title: 'CPU of the operator',
          description: 'Cores that each replica uses.',
          unit: 'short',
          targets: [{ expr: ofOperator(rate('process_cpu_seconds_total')), legend: '{{instance}}' }],
        },
        {
          title: 'Event loop of the operator',
          description:
            'How late it gets to its work, at the 99th percentile: what is over a second is felt by everybody.',
          unit: 's',
          targets: [{ expr: ofOperator('nodejs_eventloop_lag_p99_seconds'), legend: '{{instance}}' }],
        },
        {
          title: 'Longest reconciliation',
          description: 'How long the longest running worker has been at its object.',
          unit: 's',
          targets: [
            {
              expr: 'max by (controller) (workqueue_longest_running_processor_seconds{controller=~"mcpserver|policypack|approvalrequest|approvalgrant"})',
              legend: '{{controller}}',
            },
          ],
        },
      ],
    },
  ],
};
