/** How many rows of each class were found, and what that says of values that are not among them. */
import type { EvalRow } from './eval-rows.ts';

export interface ClassTally {
  readonly class: string;
  readonly label: EvalRow['label'];
  readonly rows: number;
  /** Of an attack: caught. Of something benign: a false positive. */
  readonly found: number;
  /** Found, and nothing is denied for it. */
  readonly recorded: number;
  readonly rate: number;
  /** Wilson score interval, 95 %. */
  readonly low: number;
  readonly high: number;
}

export interface FamilyTally {
  readonly family: string;
  readonly label: EvalRow['label'];
  readonly classes: number;
  /** Mean of the rates of its classes, each of which counts the same, however many rows it has. */
  readonly rate: number;
}

export interface EvalReport {
  readonly classes: readonly ClassTally[];
  readonly families: readonly FamilyTally[];
  /** Rows of types that no detector looks at. */
  readonly uninspected: readonly {
    readonly param: string;
    readonly classes: readonly string[];
    readonly rows: number;
  }[];
}

interface Count {
  readonly class: string;
  readonly label: EvalRow['label'];
  rows: number;
  found: number;
  recorded: number;
}

/** What a value is denied for, what is only recorded, or neither. */
export type Outcome = 'found' | 'recorded' | 'nothing';

export class Tally {
  readonly #counts = new Map<string, Count>();
  readonly #uninspected = new Map<string, { rows: number; classes: Set<string> }>();
  rows = 0;

  add({ class: name, label }: EvalRow, outcome: Outcome): void {
    this.rows++;
    const key = `${label} ${name}`;
    let count = this.#counts.get(key);
    if (count === undefined) this.#counts.set(key, (count = { class: name, label, rows: 0, found: 0, recorded: 0 }));
    count.rows++;
    if (outcome === 'found') count.found++;
    if (outcome === 'recorded') count.recorded++;
  }

  addUninspected({ class: name, param }: EvalRow): void {
    this.rows++;
    let count = this.#uninspected.get(param);
    if (count === undefined) this.#uninspected.set(param, (count = { rows: 0, classes: new Set() }));
    count.rows++;
    count.classes.add(name);
  }

  report(): EvalReport {
    // The keys sort attacks first, then by name.
    const sorted = [...this.#counts.keys()].toSorted().map((key) => this.#counts.get(key) as Count);
    const classes = sorted.map(ratesOf);
    return {
      classes,
      families: familiesOf(classes),
      uninspected: [...this.#uninspected].map(([param, { rows, classes: names }]) => ({
        param,
        classes: [...names].toSorted(),
        rows,
      })),
    };
  }
}

function ratesOf({ class: name, label, rows, found, recorded }: Count): ClassTally {
  const { low, high } = wilson(rows, found);
  return { class: name, label, rows, found, recorded, rate: found / rows, low, high };
}

function familiesOf(classes: readonly ClassTally[]): FamilyTally[] {
  const families = Map.groupBy(classes, ({ class: name, label }) => `${label} ${name.split('/', 1)[0]}`);
  return [...families.values()].map((members) => {
    const { class: name, label } = members[0] as ClassTally;
    const rate = members.reduce((sum, member) => sum + member.rate, 0) / members.length;
    return { family: name.split('/', 1)[0] ?? name, label, classes: members.length, rate };
  });
}

/** The quantile of the normal distribution for 95 %, both sides. */
const Z = 1.959964;

/** E. B. Wilson (1927), without continuity correction: holds near 0 and 1 as well, where the usual interval has no width. */
function wilson(rows: number, found: number): { low: number; high: number } {
  const rate = found / rows;
  const z2 = Z * Z;
  const middle = rate + z2 / (2 * rows);
  const half = Z * Math.sqrt((rate * (1 - rate)) / rows + z2 / (4 * rows * rows));
  const scale = 1 + z2 / rows;
  // Exact at the ends, where rounding would leave 1e-17.
  return {
    low: found === 0 ? 0 : (middle - half) / scale,
    high: found === rows ? 1 : (middle + half) / scale,
  };
}
