/** Which tables a policy means: `orders`, `sales.*`, `*`. */
import type { TableName } from './table-name.ts';

/** Schemas that a name without one stands in, by default, in PostgreSQL, SQL Server and SQLite. */
const DEFAULT_SCHEMAS = new Set(['public', 'dbo', 'main']);
/** No database has longer ones. */
const LONGEST_PART = 256;

export class TablePatterns {
  /** As they were written, for sentences. */
  readonly written: readonly string[];
  readonly #patterns: readonly (readonly string[])[];

  /** Parts with dots between; in each, `*` stands for any characters. Case does not matter. `*` alone is every table. */
  constructor(written: readonly string[]) {
    this.written = written;
    this.#patterns = written.map((pattern) => pattern.toLowerCase().split('.'));
  }

  has({ parts }: TableName): boolean {
    if (parts.some((part) => part.length > LONGEST_PART)) return false;
    const short = parts.length === 2 && DEFAULT_SCHEMAS.has(parts[0] as string) ? parts.slice(1) : parts;
    return this.#patterns.some((pattern) => fits(pattern, parts) || fits(pattern, short));
  }

  get size(): number {
    return this.#patterns.length;
  }
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  if (pattern.length === 1 && pattern[0] === '*') return true;
  return pattern.length === parts.length && pattern.every((one, i) => fitsPart(one, parts[i] as string));
}

/** A star is left for the last one met, so that the cost is the product of two short lengths at most. */
function fitsPart(pattern: string, text: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let t = 0; t < text.length;) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && pattern[p] === text[t]) {
      p += 1;
      t += 1;
    } else if (star !== -1) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
