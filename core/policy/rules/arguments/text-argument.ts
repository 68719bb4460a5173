/** An argument that is a text, or a list of texts, each of which a detector looks at. */
import type { Finding } from '../../../inspect/finding.ts';
import type { Inspection, Meter, Reading } from '../../inspection.ts';
import type { ArgumentCheck, Found } from './argument-type.ts';
import { constraintFinding } from './constraint-finding.ts';

/** A detector with its settings. */
export interface TextDetector<R extends Reading> {
  /** Such as `a path` and `paths`. */
  readonly one: string;
  readonly many: string;
  /** Depends on the value alone, so that all rules share what it finds out. One function for a detector: it is told apart by it. */
  readonly read: (value: string) => R;
  /** What the judgement costs, in units of work (see inspection.ts). */
  readonly workOf: (reading: R) => number;
  readonly judge: (reading: R) => Finding | undefined;
}

/** More are no list a person or model wrote. */
const MAX_TEXTS = 1000;

export class TextArgument<R extends Reading> implements ArgumentCheck {
  readonly #detector: TextDetector<R>;

  constructor(detector: TextDetector<R>) {
    this.#detector = detector;
  }

  inspect(value: unknown, inspection: Inspection, meter: Meter): Found | undefined {
    if (value === null || value === undefined) return undefined;
    if (typeof value === 'string') return found(this.#inspectText(value, inspection, meter), '');
    const { one, many } = this.#detector;
    if (!Array.isArray(value)) return found(wrongType(`It must be ${one} or a list of ${many}.`), '');
    if (value.length > MAX_TEXTS) return found(wrongType(`It must be a list of at most ${MAX_TEXTS} ${many}.`), '');
    for (const [index, item] of value.entries()) {
      if (typeof item !== 'string')
        return found(wrongType(`It must be a list of ${many} and nothing else.`), `/${index}`);
      const finding = this.#inspectText(item, inspection, meter);
      if (finding !== undefined || meter.exhausted) return found(finding, `/${index}`);
    }
    return undefined;
  }

  #inspectText(value: string, inspection: Inspection, meter: Meter): Finding | undefined {
    const { read, workOf, judge } = this.#detector;
    const reading = inspection.read(read, value, meter);
    return reading === undefined || !meter.spend(workOf(reading)) ? undefined : judge(reading);
  }
}

function found(finding: Finding | undefined, at: string): Found | undefined {
  return finding === undefined ? undefined : { finding, at };
}

function wrongType(message: string): Finding {
  return constraintFinding('type', message);
}
