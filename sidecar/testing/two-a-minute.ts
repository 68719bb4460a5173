/** A rule that knows what came before, and calls that it is about. */
import { pino } from 'pino';
import type { Op, Seen } from '../../core/history/ops.ts';
import type { Effect } from '../../core/policy/effect.ts';
import { HistoryRules } from '../../core/policy/history/history-rules.ts';
import type { Part } from '../../core/policy/history/rule.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { ada, tool } from '../../core/policy/testing/gen.ts';
import { historyVerdict } from '../../core/policy/verdict.ts';
import { ALLOW_ALL, policyOf } from '../../test/support/policy.ts';
import type { JudgingMessage } from '../call/call.ts';
import { LocalProof } from '../identity/proof.ts';
import type { History } from '../memory/history/history.ts';
import { Leases } from '../memory/history/leases.ts';
import { RiskView } from '../memory/history/risk-view.ts';
import { LocalHistory } from '../memory/history/local-history.ts';
import { InputSchemas } from '../memory/input-schemas.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { judgingMessage, requestOf } from './calls.ts';
import { FakeClock } from './fake-clock.ts';

export const RULE = 'finance/rules#rate';
const op: Op = { kind: 'window', of: RULE, whom: 'ada', windowMs: 60_000, limit: 2, add: 1 };

/** Two in a minute; the third is denied, held, or recorded. */
export function twoAMinute(effect: Effect, shadow = false): Part {
  return {
    ...{ rule: RULE, shadow, ops: [{ op, isAsked: effect !== 'Log' }] },
    judge: ([seen]: readonly Seen[]) =>
      seen?.holds === false
        ? { verdict: historyVerdict(RULE, effect, 'of which there were two in a minute.') }
        : undefined,
  };
}

const policy = policyOf(ALLOW_ALL);
const under = (parts: readonly Part[]): Policy =>
  Object.create(policy, {
    history: { value: HistoryRules.of(policy.bundle, [() => parts.map((part) => ({ about: () => part }))]) },
  }) as Policy;

export const calling = (...parts: Part[]): JudgingMessage =>
  judgingMessage(
    {
      message: requestOf('tools/call', { name: 'pay', arguments: {} }),
      reading: { policy: under(parts) },
      judgement: { targets: [tool('pay')] },
    },
    { policy: under(parts), proof: new LocalProof(ada) },
  );

/** Of a process of its own. */
export const local = (): LocalHistory => new LocalHistory(new FakeClock());

/** What both steps take of a gate. */
export function historyParts(history: History) {
  const metrics = new Metrics('finance/ledger');
  const log = pino({ level: 'silent' });
  const inputSchemas = new InputSchemas();
  const digestKey = Buffer.alloc(32);
  return {
    history,
    inputSchemas,
    leases: new Leases(history),
    risk: new RiskView(history),
    clock: new FakeClock(),
    metrics,
    log,
    digestKey,
  };
}
