/** What calls have cost, and who hears of it: metrics, and the log where so much of a budget is spent that somebody wants to know. */
import type { Logger } from 'pino';
import type { Spent } from '../../core/policy/history/rule.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Call } from './call.ts';

interface Parts {
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'history'>;
}

export function countSpent(
  { judgement, principal, traceId }: Call,
  all: readonly Spent[],
  { log, metrics }: Parts,
): void {
  if (all.length === 0) return;
  const tool = judgement?.targets[0]?.name ?? '';
  for (const { budget, shadow, milli, reached } of all) {
    const mode = shadow ? 'Shadow' : 'Enforce';
    metrics.history.spent(budget, tool, principal?.name ?? '', milli / 1000);
    if (reached === undefined) continue;
    metrics.history.reached(budget, mode, reached.percent);
    log.warn({ budget, mode, ...reached, principal: principal?.name, tool, traceId }, 'so much of a budget is spent');
  }
}
