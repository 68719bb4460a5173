/**
 * Checkpoints that somebody kept elsewhere: an auditor, who is believed since they give it, or a witness, who says when. What a stream was at
 * that size, and that it had that many lines, no one who has the files and the gate's key can change any more.
 */
import { originOf } from './note/checkpoint.ts';
import type { Checkpoint } from './note/checkpoint.ts';
import type { Cosignature } from './note/cosignature.ts';
import type { Findings, Place } from './report.ts';
import type { CompactRange } from './tree/compact-range.ts';

/** Clocks of two machines differ by less; where they do not, somebody should know. */
const CLOCKS_DIFFER_MS = 60_000;
const NAMED = 3;
const NOWHERE: Place = { line: 0 };

export interface KeptCheckpoint extends Checkpoint {
  /** Where it is from, for the report. */
  readonly name: string;
  /** Of witnesses, their signatures verified. None where an auditor kept it. */
  readonly cosignatures?: readonly Cosignature[] | undefined;
  /** `namespace/name` of the server whose gate has signed it, by the name of the key. */
  readonly server?: string | undefined;
  /** The signed note itself. */
  readonly note?: string | undefined;
}

/** Up to where a stream is as witnesses saw it. */
export interface Witnessed {
  readonly size: number;
  readonly by: Cosignature;
}

/** What the lines of a stream say when one of its checkpoints is due, or when it ends. */
export interface StreamState {
  readonly tree: CompactRange | undefined;
  /** Number of its next line. */
  readonly next: number;
  /** Up to where a gate has signed the lines that are here. */
  readonly signed: number;
  /** The latest time that its lines so far claim, milliseconds since the epoch. */
  readonly latest: number;
  /** It is a finding already whose lines these are, or that some are missing. */
  readonly isTold: boolean;
  readonly place: Place;
}

/** Of one stream; sizes ascend. */
export class KeptOfStream {
  readonly #found: Findings;
  readonly #due: KeptCheckpoint[];
  #witnessed: Witnessed | undefined;
  /** The first one that the lines do not meet, and where. */
  #rewritten: { readonly kept: KeptCheckpoint; readonly place: Place } | undefined;
  /** Up to where the lines are what was kept. */
  #met = 0;
  /** The largest one whose size the tree has passed while it was not known, and the largest one of lines before the first. */
  #passed: KeptCheckpoint | undefined;
  #before: KeptCheckpoint | undefined;
  #first = 0;
  #seen = false;

  constructor(kept: readonly KeptCheckpoint[], found: Findings) {
    this.#found = found;
    this.#due = kept.toSorted((a, b) => a.size - b.size);
  }

  get witnessed(): Witnessed | undefined {
    return this.#witnessed;
  }

  get wasSeen(): boolean {
    return this.#seen;
  }

  get due(): readonly KeptCheckpoint[] {
    return this.#due;
  }

  /** Size of the next checkpoint. */
  get next(): number {
    return this.#due[0]?.size ?? Number.POSITIVE_INFINITY;
  }

  /** Its lines begin here, with this number: those before are elsewhere, and what was kept of them cannot be met. */
  begin(next: number): void {
    this.#seen = true;
    this.#first = next;
    while (this.next < next) this.#before = this.#due.shift();
  }

  /** The tree has grown to the size of the next checkpoint, or is known again from a size beyond it. */
  meet({ tree, latest, place }: StreamState): void {
    for (const size = tree?.end ?? 0; this.next <= size;) {
      const kept = this.#due.shift();
      if (kept === undefined || tree === undefined || this.#rewritten !== undefined) continue;
      if (kept.size !== size) this.#passed = kept;
      else if (Buffer.compare(tree.root(), kept.root) === 0) this.#holds(kept, latest, place);
      else this.#rewritten = { kept, place };
    }
  }

  #holds(kept: KeptCheckpoint, latest: number, place: Place): void {
    this.#met = kept.size;
    for (const by of kept.cosignatures ?? []) {
      // The earliest says most: they existed then.
      const isEarlier = kept.size === this.#witnessed?.size && by.time >= this.#witnessed.by.time;
      if (!isEarlier) this.#witnessed = { size: kept.size, by };
      if (latest - by.time * 1000 <= CLOCKS_DIFFER_MS) continue;
      const message = `Lines up to here are of times up to ${iso(latest)}, and ${by.by.name} saw them at ${second(by)}: the clock of the gate was ahead, or that of the witness behind.`;
      this.#found.warn(place, 'clock-ahead', message);
    }
  }

  /** There are no more lines of it. */
  end(state: StreamState): void {
    if (this.#rewritten !== undefined) this.#tellRewritten(this.#rewritten, state.signed);
    else {
      this.#tellCutOff(state);
      this.#tellNotCompared(state);
    }
    this.#due.length = 0;
  }

  /**
   * The tree goes on only from what the first line of a file says of those before; where it says nothing, there is nothing to hold against
   * what was kept. What was met later covers all before it, by the links of the lines.
   */
  #tellNotCompared({ next, isTold, place }: StreamState): void {
    const kept = this.#due.findLast(({ size }) => size <= next) ?? this.#passed;
    if (kept !== undefined && kept.size > this.#met && !isTold) {
      const message = `The lines up to here are not shown to be ${which(kept)}: the first of them does not say what was before it.`;
      this.#found.find(place, kept.cosignatures === undefined ? 'checkpoint-mismatch' : 'rewritten', message);
    } else if (this.#before !== undefined && this.#met === 0 && kept === undefined) {
      const message = `The lines of this stream that are here begin with number ${this.#first}, behind ${which(this.#before)}: those are not here.`;
      this.#found.warn(place, 'released-files', message);
    }
  }

  #tellRewritten({ kept, place }: { kept: KeptCheckpoint; place: Place }, signed: number): void {
    const [cosigned] = kept.cosignatures ?? [];
    if (cosigned === undefined) {
      const message = `The lines up to here are not those that the checkpoint ${kept.name} was signed for.`;
      this.#found.find(place, 'checkpoint-mismatch', message);
      return;
    }
    const before = this.#witnessed;
    const same =
      before === undefined
        ? 'None of its lines is known to be as it was'
        : `Its first ${before.size} lines are as they were when ${before.by.by.name} saw them at ${second(before.by)}`;
    const key =
      signed >= kept.size
        ? " What is here instead is signed with the gate's key: whoever has written it had that key."
        : '';
    const message = `The first ${kept.size} lines of this stream are not those that ${cosigned.by.name} saw at ${second(cosigned)}: they were rewritten, or the gate told two stories. ${same}.${key}`;
    this.#found.find(place, 'rewritten', message);
  }

  #tellCutOff({ next, latest, place }: StreamState): void {
    const kept = this.#due.findLast(({ size }) => size > next) ?? this.#due.at(-1);
    if (kept === undefined || kept.size <= next) return;
    const [cosigned] = kept.cosignatures ?? [];
    if (cosigned === undefined) {
      this.#found.find(NOWHERE, 'checkpoint-not-met', notMet(kept));
      return;
    }
    const missing = kept.size - next;
    const what = missing === 1 ? 'one record is' : `${missing} records are`;
    const message = `The stream ends here with number ${next - 1}, and ${cosigned.by.name} saw ${kept.size} lines of it at ${second(cosigned)}: ${what} missing, written from ${iso(latest)} until then.`;
    this.#found.find(place, 'cut-off', message);
  }
}

/** Of all streams. */
export class KeptCheckpoints {
  readonly #found: Findings;
  readonly #streams = new Map<string, KeptOfStream>();
  /** The servers of all that was kept, and the earliest time that a line of each claims: there are no more of them than checkpoints. */
  readonly #servers = new Map<string, number | undefined>();

  constructor(kept: readonly KeptCheckpoint[], found: Findings) {
    this.#found = found;
    for (const [origin, ofStream] of Map.groupBy(kept, (checkpoint) => checkpoint.origin))
      this.#streams.set(origin, new KeptOfStream(ofStream, found));
    for (const { server } of kept) if (server !== undefined) this.#servers.set(server, undefined);
  }

  of(stream: string): KeptOfStream | undefined {
    return this.#streams.get(originOf(stream));
  }

  /** A line says that it is of this server, and of that time, milliseconds since the epoch. */
  sees(server: string, at: number): void {
    if (this.#servers.size > 0 && this.#servers.has(server))
      this.#servers.set(server, Math.min(this.#servers.get(server) ?? at, at));
  }

  /** All lines are read. `hasReleased`: files of that server were let go, on record. */
  finish(hasReleased: (server: string) => boolean): void {
    const elsewhere: KeptCheckpoint[] = [];
    for (const stream of this.#streams.values()) {
      const last = stream.due.at(-1);
      if (stream.wasSeen || last === undefined) continue;
      const { server = '' } = last;
      const [cosigned] = last.cosignatures ?? [];
      const earliest = this.#servers.get(server);
      if (cosigned === undefined) this.#found.find(NOWHERE, 'checkpoint-not-met', notMet(last));
      else if (earliest === undefined) elsewhere.push(last);
      else this.#tellMissing(last, cosigned, hasReleased(server) ? earliest : undefined);
    }
    if (elsewhere.length > 0) this.#tellElsewhere(elsewhere);
  }

  #tellMissing({ origin, size }: KeptCheckpoint, by: Cosignature, releasedBefore: number | undefined): void {
    const what = `No line is here of ${origin}, of which ${by.by.name} saw ${size} at ${second(by)}.`;
    if (releasedBefore !== undefined && by.time * 1000 <= releasedBefore) {
      const message = `${what} It was in files that were let go, or it was taken away: these files cannot say.`;
      this.#found.warn(NOWHERE, 'released-files', message);
    } else {
      const message = `${what} Its file was taken away, or is not among those given.`;
      this.#found.find(NOWHERE, 'stream-missing', message);
    }
  }

  #tellElsewhere(elsewhere: readonly KeptCheckpoint[]): void {
    const servers = [...new Set(elsewhere.map(({ server }) => server ?? 'nobody known'))];
    const more = servers.length > NAMED ? ` and ${servers.length - NAMED} more` : '';
    const what = elsewhere.length === 1 ? 'a stream' : `${elsewhere.length} streams`;
    const message = `Witnesses saw ${what} of ${servers.slice(0, NAMED).join(', ')}${more}, of which no line is here: give those files too, if they are to be verified.`;
    this.#found.warn(NOWHERE, 'other-servers', message);
  }
}

function notMet({ name, size, origin }: KeptCheckpoint): string {
  return `The checkpoint ${name} was signed for ${size} lines of ${origin}, and so many are not here: the end was cut off, or these are other files.`;
}

function which({ name, size, cosignatures = [] }: KeptCheckpoint): string {
  const [cosigned] = cosignatures;
  if (cosigned === undefined) return `the ${size} that the checkpoint ${name} was signed for`;
  return `the ${size} that ${cosigned.by.name} saw at ${second(cosigned)}`;
}

function second({ time }: Cosignature): string {
  return iso(time * 1000);
}

function iso(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString() : 'an unknown time';
}
