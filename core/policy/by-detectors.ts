/** What the detectors of packs say of the arguments of a call, beside the rules for its name. */
import { type Facts, NO_FACTS } from '../conditions/frame.ts';
import type { Target } from '../mcp/catalogue.ts';
import { Inspection, UNBOUNDED, UNTIMED } from './inspection.ts';
import type { PackDetectors } from './rules/detectors.ts';
import { Strictest } from './strictest.ts';
import { brokenVerdict, NOTHING_TO_DECIDE, OVER_BUDGET, recordedVerdict, type Verdict } from './verdict.ts';

/** The verdict of the rules, or a stricter one. Of a call that is denied anyway nothing more is asked. */
export function lookedAt(
  verdict: Verdict,
  detectors: readonly PackDetectors[],
  { name, args }: Target,
  inspection: Inspection | undefined,
  facts: Facts | undefined,
): Verdict {
  if (args === undefined || verdict.effect === 'Deny') return verdict;
  const used = inspection ?? new Inspection(UNTIMED);
  const strictest = new Strictest();
  strictest.add(verdict);
  for (const detector of detectors) {
    const { id, shadow } = detector;
    const meter = inspection === undefined ? UNBOUNDED : shadow ? used.shadow : used.enforced;
    // What cannot be told is no reason to look away.
    if (detector.when?.ask(facts ?? NO_FACTS, name, args, meter) === false) continue;
    const found = detector.inspect(name, args, used, meter);
    if (!shadow && meter.exhausted) return OVER_BUDGET;
    if (found === undefined) continue;
    const said = found.denies ? brokenVerdict(id, found.findings) : recordedVerdict(id, found.findings);
    strictest.add(shadow ? { ...NOTHING_TO_DECIDE, would: said } : said);
  }
  return strictest.verdict() ?? verdict;
}
