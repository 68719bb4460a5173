import { FOR_WANT_OF_ROOM, memoryShare, reasons } from '../queries.ts';
import type { Group } from './alert.ts';

export const capacity: Group = {
  name: 'capacity',
  alerts: [
    {
      name: 'SallyportMemoryNearLimit',
      expr: `${memoryShare()} > 0.9`,
      for: '10m',
      severity: 'warning',
      summary:
        'The gate of {{ $labels.server }} at {{ $labels.instance }} uses {{ $value | humanizePercentage }} of its memory.',
      description:
        'At its limit the kernel ends it, and calls in flight end with it. Give it more: sidecar.resources.limits.memory.',
    },
    {
      name: 'SallyportWaitingForRoom',
      expr: 'min_over_time(sallyport_waiting_for_room[5m]) > 0',
      for: '5m',
      severity: 'warning',
      summary: 'Calls to {{ $labels.server }} wait for memory of their gate.',
      description:
        'Bodies and answers wait until there is room for them, ten seconds at most, and are refused then. Give the gate more memory, run more pods, or see which client has much open.',
    },
    {
      name: 'SallyportRefusedForRoom',
      expr: `sum by (server) (increase(sallyport_refusals_total{${reasons(FOR_WANT_OF_ROOM)}}[10m])) > 0`,
      for: '5m',
      severity: 'warning',
      summary: '{{ $labels.server }} refuses calls because a bound of its gate is reached.',
      description:
        'The panel Refused for want of room says which bound. More pods share the load; more memory raises the bounds that are of memory.',
    },
    {
      name: 'SallyportCallsNearBound',
      expr: 'sallyport_calls_in_flight / sallyport_calls_in_flight_max > 0.8',
      for: '5m',
      severity: 'warning',
      summary:
        'The gate of {{ $labels.server }} at {{ $labels.instance }} serves {{ $value | humanizePercentage }} of the calls that it takes at once.',
      description:
        'Beyond its bound new calls are refused. Either the server is slow (panel Time of the server), or it needs more pods.',
    },
  ],
};
