/** Which fault comes when: decided by the seed alone. Pure. */
import { Random } from '../fuzz/random.ts';

export interface Step {
  /** Names of one fault, or of two that come at once. */
  readonly faults: readonly string[];
  /** Between the moment when everything was ready and the fault. */
  readonly calmMs: number;
  /** Chooses among pods; each fault takes it modulo what there is. */
  readonly choice: number;
}

const CALM = { leastMs: 3_000, moreMs: 5_000 };
const TWO_IN = 4;
const CHOICES = 1_000;

/** Without end. Every fault comes once before any comes again, so that a short run has seen most of them. */
export function* planOf(seed: number, faults: readonly string[]): Generator<Step, never> {
  const random = new Random(seed, 0);
  let left: string[] = [];
  const next = (): string => {
    if (left.length === 0) left = random.shuffle(faults);
    return left.shift() ?? '';
  };
  for (;;) {
    const [first, second] = [next(), random.oneIn(TWO_IN) ? next() : undefined];
    const names = second === undefined || second === first ? [first] : [first, second];
    yield { faults: names, calmMs: CALM.leastMs + random.below(CALM.moreMs), choice: random.below(CHOICES) };
  }
}
