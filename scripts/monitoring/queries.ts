/** Pieces of PromQL that many panels and rules share. */
import type { RefusalReason } from '../../core/mcp/refusals.ts';

/** Of a counter, for each second; in panels Grafana fits the range to the zoom. */
export function rate(metric: string, labels = '', range = '$__rate_interval'): string {
  return `rate(${selector(metric, labels)}[${range}])`;
}

function selector(metric: string, labels = ''): string {
  return labels === '' ? metric : `${metric}{${labels}}`;
}

export function sumBy(by: string, query: string): string {
  return by === '' ? `sum(${query})` : `sum by (${by}) (${query})`;
}

/** What every replica of the operator says alike. */
export function maxBy(by: string, query: string): string {
  return by === '' ? `max(${query})` : `max by (${by}) (${query})`;
}

/** Quantile of a histogram, named without `_bucket`. */
export function quantile(q: number, metric: string, labels = '', by = '', range = '$__rate_interval'): string {
  const grouping = by === '' ? 'le' : `le, ${by}`;
  return `histogram_quantile(${q}, sum by (${grouping}) (${rate(`${metric}_bucket`, labels, range)}))`;
}

/** Only series of processes of the operator: other operators use the names of controller-runtime too. */
export function ofOperator(query: string): string {
  return `${query} and on (job, instance) leader_election_master_status{name="sallyport-operator"}`;
}

/** Controllers of ours among all of a cluster. */
export const CONTROLLERS = 'controller=~"mcpserver|policypack|approvalrequest|approvalgrant"';

/** Refused before anybody looked at policy: framing, JSON, MCP, and who it is. `docs/errors.md` lists all reasons. */
export const AT_THE_DOOR = [
  ...['plain-http', 'bad-target', 'malformed-http', 'host-not-allowed', 'origin-not-allowed', 'duplicate-header'],
  'body-too-large',
  ...['not-json', 'duplicate-key', 'forbidden-key', 'too-deep', 'too-many-values', 'misspelled-key', 'not-a-message'],
  ...['header-mismatch', 'bad-envelope', 'unauthenticated'],
] as const satisfies readonly RefusalReason[];

/** Refused because there is no room, or no place, for more. */
export const FOR_WANT_OF_ROOM = [
  ...['no-room', 'no-room-for-answer', 'too-many-calls', 'too-many-streams', 'too-many-sessions'],
] as const satisfies readonly RefusalReason[];

export function reasons(list: readonly string[]): string {
  return `reason=~"${list.join('|')}"`;
}

/** Bytes of memory of each process as a share of what it may have. */
export function memoryShare(labels = ''): string {
  return `process_resident_memory_bytes / on (job, instance) group_right () ${selector('sallyport_memory_limit_bytes', labels)}`;
}
