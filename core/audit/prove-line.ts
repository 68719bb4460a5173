/** Makes the proof of a line from the files that it is in: once through them for what is to be proven, and once for the path. */
import { lineHash } from './chain.ts';
import type { KeptCheckpoint } from './kept-checkpoints.ts';
import { checkpointIn } from './line-checkpoint.ts';
import type { LineProof } from './line-proof.ts';
import { originOf } from './note/checkpoint.ts';
import { type ChainFields, parseLine } from './parse-line.ts';
import { leafHash, subtrees } from './tree/compact-range.ts';
import { inclusionRanges, RangeHashes } from './tree/proof-ranges.ts';
import type { LineSink } from './verify-chunks.ts';

/** Each is kept with its line; where there are more, whoever asks has to name one anyway. */
const MAX_STREAMS = 100;

/** What is looked for: a line by its number, in the only stream that has it or in the one that is named. */
export class LineSearch implements LineSink {
  readonly #seq: number;
  readonly #stream: string | undefined;
  readonly #witnessed: readonly KeptCheckpoint[];
  readonly #found = new Map<string, { line: Uint8Array; checkpoint: string | undefined }>();

  /** `witnessed`: checkpoints that a witness has cosigned; where one covers the line, the proof rests on it. */
  constructor(seq: number, stream: string | undefined, witnessed: readonly KeptCheckpoint[] = []) {
    this.#seq = seq;
    this.#stream = stream;
    this.#witnessed = witnessed;
  }

  push(line: Uint8Array): void {
    const { fields } = parseLine(line);
    if (fields === undefined || (this.#stream !== undefined && fields.stream !== this.#stream)) return;
    const { stream, seq } = fields;
    if (seq === this.#seq && (this.#found.size < MAX_STREAMS || this.#found.has(stream)))
      this.#found.set(stream, { line: Buffer.from(line), checkpoint: undefined });
    const found = this.#found.get(stream);
    // The first one that covers it: for what was signed later, nothing more has to be read.
    if (seq > this.#seq && found !== undefined && checkpointIn(fields) !== undefined)
      found.checkpoint ??= fields.checkpoint;
  }

  pushOversized(): void {}

  streams(): string[] {
    return [...this.#found.keys()];
  }

  /** Of the stream; undefined where it has no such line, or nothing that covers it was signed. */
  path(stream: string): PathSearch | undefined {
    const { line, checkpoint: own } = this.#found.get(stream) ?? {};
    const checkpoint = this.#witnessedNote(stream) ?? own;
    if (line === undefined || checkpoint === undefined) return undefined;
    const size = Number(checkpoint.split('\n', 2)[1]);
    return Number.isSafeInteger(size) && size > this.#seq
      ? new PathSearch({ line, index: this.#seq, checkpoint, stream, size })
      : undefined;
  }

  /** The first one that covers the line: it says the earliest time. */
  #witnessedNote(stream: string): string | undefined {
    const covering = this.#witnessed.filter(({ origin, size }) => origin === originOf(stream) && size > this.#seq);
    return covering.toSorted((a, b) => a.size - b.size)[0]?.note;
  }
}

interface Sought extends Omit<LineProof, 'path'> {
  readonly stream: string;
  readonly size: number;
}

export class PathSearch implements LineSink {
  readonly #sought: Sought;
  readonly #hashes: RangeHashes;
  #next: number | undefined;

  constructor(sought: Sought) {
    this.#sought = sought;
    this.#hashes = new RangeHashes(inclusionRanges(sought.index, sought.size));
  }

  push(line: Uint8Array): void {
    const { fields } = parseLine(line);
    if (fields === undefined || fields.stream !== this.#sought.stream) return;
    this.#next ??= this.#first(fields);
    // One that is there twice, or in another place, is the verifier's concern.
    if (fields.seq !== this.#next || fields.seq >= this.#sought.size) return;
    this.#next += 1;
    this.#hashes.leaf(fields.seq, leafHash(lineHash(line)));
  }

  pushOversized(): void {}

  /** Undefined where a line is missing on whose hash it rests. */
  proof(): LineProof | undefined {
    const { line, index, checkpoint } = this.#sought;
    const path = this.#hashes.take();
    return path === undefined ? undefined : { line, index, path, checkpoint };
  }

  /** Lines before the first file that is there are known by their subtrees. */
  #first({ seq, tree = [] }: ChainFields): number {
    let at = 0;
    for (const subtree of subtrees(seq)) {
      const hash = tree[at];
      if (hash !== undefined) this.#hashes.subtree(subtree, Buffer.from(hash, 'base64'));
      at += 1;
    }
    return seq;
  }
}
