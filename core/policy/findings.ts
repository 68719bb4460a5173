/** What detectors found in a call, with the rule that asked and the place where it stands: the same for whoever records it or says it. */
import { evidenceOf, type Finding } from '../inspect/finding.ts';
import { unescapePart } from '../json-pointer.ts';

export interface PlacedFinding extends Finding {
  /** `namespace/pack#rule`. */
  readonly rule: string;
  /** JSON Pointer (RFC 6901) to the value, from the arguments of the call as they were sent. */
  readonly pointer: string;
}

export const NO_FINDINGS: readonly PlacedFinding[] = [];

/** Of one verdict. More tell nobody more, and one call must not be able to fill an audit line. */
export const MAX_FINDINGS = 8;

/** Sorted, each once, and the first of them: the same in whatever order and groups they come. */
export function uniteFindings(a: readonly PlacedFinding[], b: readonly PlacedFinding[]): readonly PlacedFinding[] {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  return sortFindings([...a, ...b]);
}

export function sortFindings(findings: readonly PlacedFinding[]): readonly PlacedFinding[] {
  const sorted = findings.toSorted(compare);
  return sorted
    .filter((one, at) => at === 0 || compare(sorted[at - 1] as PlacedFinding, one) !== 0)
    .slice(0, MAX_FINDINGS);
}

function compare(a: PlacedFinding, b: PlacedFinding): number {
  return (
    order(a.rule, b.rule) ||
    order(a.pointer, b.pointer) ||
    order(a.detector, b.detector) ||
    order(a.reason, b.reason) ||
    order(a.message, b.message)
  );
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** `argument "path": The path …`, or `argument "/edits/2/path": …` where it stands inside of another. */
export function sentenceOf({ pointer, message }: Pick<PlacedFinding, 'pointer' | 'message'>): string {
  if (pointer === '') return `the arguments: ${message}`;
  const name = pointer.indexOf('/', 1) < 0 ? unescapePart(pointer.slice(1)) : pointer;
  return `argument "${evidenceOf(name)}": ${message}`;
}
