/** Lines of a traffic log, for tests. */
import type { TrafficCall, TrafficHead } from '../line.ts';

export const HEAD: TrafficHead = {
  traffic: 1,
  server: 'default/ledger',
  time: '2026-01-31T08:00:00.000Z',
  until: '2026-01-31T09:00:00.000Z',
  maxBytes: 1_048_576,
  full: [],
};

export function callLine(said: Partial<TrafficCall> = {}): TrafficCall {
  return {
    call: 1,
    time: '2026-01-31T08:00:01.000Z',
    principal: { kind: 'token', name: 'ada', groups: ['readers'] },
    method: 'tools/call',
    kind: 'tool',
    name: 'read_file',
    effect: 'Allow',
    rules: ['default/open#all'],
    outcome: 'answered',
    reason: 'forwarded',
    bytes: { request: 100, answer: 100 },
    ...said,
  };
}
