/** Where chains begin in the files at hand though they began before: were the files before let go, are they elsewhere, or gone? */
import type { ChainFields } from './parse-line.ts';
import type { Findings, Place } from './report.ts';

/** More than a gate ever lets go while one of its files is there; a file that names more was not written by one. */
const MAX_RELEASED = 100_000;

interface Start {
  place: Place;
  prev: string;
  event: ChainFields['event'];
  continues: boolean;
  server: string;
}

export class ChainStarts {
  readonly #isWhole: boolean;
  readonly #starts: Start[] = [];
  /** Hashes of the last lines of files that a gate has deleted: one for each file that there was room for. */
  readonly #released = new Set<string>();
  /** The same, but no signature covers the lines that say so. */
  readonly #claimed = new Set<string>();

  /** Hashes of the last lines that whoever keeps the log has pruned, by their own account. */
  readonly #pruned = new Set<string>();

  /** `isWhole`: all files are there, so that one that is missing is a finding. */
  constructor(isWhole: boolean) {
    this.#isWhole = isWhole;
  }

  begin(place: Place, { prev, event, continues, server }: ChainFields): void {
    this.#starts.push({ place, prev, event, continues, server });
  }

  /** `server`: whose gate says so, where that is proven: it has let go no files of others. */
  released(last: string, server?: string): void {
    if (this.#released.size < MAX_RELEASED) this.#released.add(named(last, server));
  }

  pruned(last: string): void {
    this.#pruned.add(last);
  }

  /** A line says that it was released, and should be signed, but is not: whoever removes files can write that, too. */
  claimed(last: string): void {
    if (this.#claimed.size < MAX_RELEASED) this.#claimed.add(last);
  }

  /** Files of this server that began earlier were let go, on record. Only once all lines are read. */
  hasReleased(server: string): boolean {
    return this.#starts.some((start) => start.server === server && this.#isReleased(start));
  }

  #isReleased({ prev, server }: Start): boolean {
    return this.#released.has(prev) || this.#released.has(named(prev, server));
  }

  /** Only once all lines are read: what was let go is said in a later file. */
  settle(findings: Findings): void {
    for (const start of this.#starts) this.#settle(start, findings);
  }

  #settle(start: Start, findings: Findings): void {
    const { place, prev, event, continues } = start;
    const { line } = place;
    if (this.#isReleased(start)) {
      const message = `The files before line ${line} were let go by the gate, which has it on record: they were the oldest beyond the bounds on size and age.`;
      findings.warn(place, 'released-files', message);
    } else if (this.#pruned.has(prev)) {
      const message = `The lines before line ${line} were pruned by the archive, as it says itself; what is left goes on from them.`;
      findings.warn(place, 'pruned-records', message);
    } else if (!continues) {
      if (event !== 'open') {
        findings.find(
          place,
          'missing-open',
          `Line ${line} belongs to a stream whose open record is missing before it.`,
        );
      }
      const message = `Line ${line} names a line before it: the beginning of the file is missing.`;
      findings.find(place, 'missing-beginning', message);
    } else if (this.#isWhole) {
      const record = this.#claimed.has(prev) ? 'no signature covers the line that says' : 'no record says';
      const message = `Line ${line} goes on from a file that is not here: its last line has the hash ${prev.slice(0, 16)}…, and ${record} that it was let go.`;
      findings.find(place, 'missing-files', message);
    } else {
      const message = `Line ${line} goes on from another file, which was not looked at: give all files, or their folder.`;
      findings.warn(place, 'continued', message);
    }
  }
}

function named(last: string, server: string | undefined): string {
  return server === undefined ? last : `${last} ${server}`;
}
