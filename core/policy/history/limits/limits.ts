/** Every limit on calls of a bundle, ready to be asked. */
import type { Bundle } from '../../bundle.ts';
import type { BundleCallLimit } from '../../rules/call-limits.ts';
import type { HistoryRule } from '../rule.ts';
import { ConcurrentLimit } from './concurrent.ts';
import { FailingLimit, IdenticalLimit } from './loops.ts';
import { RateLimit } from './rate.ts';
import { ResultBytesLimit } from './result-bytes.ts';

export function limitRules({ packs }: Bundle): readonly HistoryRule[] {
  return packs.flatMap(({ callLimits = [], mode }) => callLimits.map((limit) => ruleOf(limit, mode === 'Shadow')));
}

function ruleOf(limit: BundleCallLimit, inShadow: boolean): HistoryRule {
  switch (limit.kind) {
    case 'rate':
      return new RateLimit(limit, inShadow);
    case 'concurrent':
      return new ConcurrentLimit(limit, inShadow);
    case 'resultBytes':
      return new ResultBytesLimit(limit, inShadow);
    case 'identical':
      return new IdenticalLimit(limit, inShadow);
    case 'failing':
      return new FailingLimit(limit, inShadow);
  }
}
