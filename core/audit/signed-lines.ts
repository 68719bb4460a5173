/**
 * Follows the trees of the streams that are read, and holds them against what was signed: the checkpoints in the lines themselves, and
 * those that somebody kept elsewhere. Constant memory but for those.
 */
import { checkpointIn } from './line-checkpoint.ts';
import { type Checkpoint, originOf } from './note/checkpoint.ts';
import { parseVerifierKey, type VerifierKey } from './note/note-keys.ts';
import { verifyNote } from './note/signed-note.ts';
import type { ChainStarts } from './chain-starts.ts';
import type { ChainFields } from './parse-line.ts';
import type { FindingCode, Findings, Place, ProofReport } from './report.ts';
import { CompactRange, leafHash } from './tree/compact-range.ts';

/** A gate signs within seconds what it has written. What stays unsigned for longer is not from one that could write. */
const UNSIGNED_MS = 60_000;
const MAX_KEYS = 100;
/** Files that are let go between two signatures. */
const MAX_RELEASES = 10_000;
/** Without a signature of their own less is proven, and nothing is claimed: the next one covers them where there is one. */
const NEEDS_NONE = new Set(['checkpoint', 'close', 'continue']);

/** A checkpoint that was kept elsewhere, its signature verified; `name` is for the report. */
export interface KeptCheckpoint extends Checkpoint {
  readonly name: string;
}

export interface SignedLinesOptions {
  /** Those who may have signed; else whoever the log itself names. */
  readonly keys?: readonly VerifierKey[] | undefined;
  readonly kept?: readonly KeptCheckpoint[] | undefined;
}

/** Of the stream at hand. */
interface Stream {
  readonly id: string;
  key: VerifierKey | undefined;
  /** Undefined while it is not known what the lines so far were. */
  tree: CompactRange | undefined;
  /** Up to where lines are signed, or were elsewhere before. */
  signed: number;
  /** Lines after the last checkpoint, and the earliest and latest time that they claim. */
  unsigned: number;
  unsignedFrom: number;
  unsignedTo: number;
  /** What they say was let go. */
  releases: string[];
  closed: boolean;
  last: Place;
  mismatch: boolean;
  /** It is a finding already whose lines these are. */
  isTold: boolean;
}

const NOTHING_UNSIGNED = {
  unsigned: 0,
  unsignedFrom: Number.POSITIVE_INFINITY,
  unsignedTo: Number.NEGATIVE_INFINITY,
};

export class SignedLines {
  readonly #found: Findings;
  readonly #trusted: readonly VerifierKey[] | undefined;
  readonly #due: Set<KeptCheckpoint>;
  readonly #signers = new Set<string>();
  readonly #starts: ChainStarts;
  #stream: Stream | undefined;
  #signed = 0;
  #unsigned = 0;
  #upTo: ProofReport['upTo'] = null;
  /** The last line that was read, and whether something was found in what is signed. */
  #last: Place | undefined;
  #isFound = false;

  constructor({ keys, kept }: SignedLinesOptions, found: Findings, starts: ChainStarts) {
    this.#found = found;
    this.#starts = starts;
    this.#trusted = keys;
    this.#due = new Set(kept);
  }

  /** The next record, with the SHA-256 of its line. What the chain goes on without is not pushed. */
  push(fields: ChainFields, lineHash: string, place: Place): void {
    const stream = this.#streamOf(fields, place);
    if (fields.key !== undefined) stream.key = parseVerifierKey(fields.key);
    if (stream.tree !== undefined && stream.tree.end !== fields.seq) {
      // That numbers are missing is a finding of the chain.
      stream.tree = undefined;
      stream.isTold = true;
    }
    if (stream.tree === undefined) this.#resume(stream, fields);
    if (fields.checkpoint !== undefined) this.#checkpoint(stream, fields, place);
    stream.last = place;
    stream.closed = fields.event === 'close';
    if (!NEEDS_NONE.has(fields.event)) {
      stream.unsigned += 1;
      stream.unsignedFrom = Math.min(stream.unsignedFrom, fields.at);
      stream.unsignedTo = Math.max(stream.unsignedTo, fields.at);
    }
    if (fields.released !== undefined) this.#release(stream, fields.released);
    if (stream.tree === undefined) return;
    stream.tree.append(leafHash(lineHash));
    this.#meet(stream, stream.tree);
  }

  /** The stream at hand goes no further. */
  endStream(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream === undefined) return;
    this.#last = stream.last;
    this.#unsigned += stream.unsigned;
    for (const last of stream.releases) this.#starts.claimed(last);
    if (stream.unsigned === 0 || this.#trusted === undefined || stream.isTold) return;
    const { line } = stream.last;
    const since = new Date(stream.unsignedFrom).toISOString();
    if (stream.closed) {
      const message = `The lines from ${since} on, before the end in line ${line}, are not signed, though a gate signs what is left before it closes: none with this key has written them.`;
      this.#find(stream.last, 'unsigned-lines', message);
    } else if (stream.unsignedTo - stream.unsignedFrom > UNSIGNED_MS) {
      const message = `The lines from ${since} on, up to line ${line}, are not signed, though a gate signs within seconds: none with this key has written them, or it could not write for as long.`;
      this.#find(stream.last, 'unsigned-lines', message);
    }
  }

  finish(): ProofReport {
    this.endStream();
    if (this.#trusted !== undefined && this.#last !== undefined && this.#upTo === null && !this.#isFound) {
      const message =
        'None of these lines is signed by a key that was given: no gate with this key has written them, or it was killed in its first seconds, or they are only a part of its files.';
      this.#find(this.#last, 'unsigned-lines', message);
    }
    for (const { name, origin, size } of this.#due) {
      const message = `The checkpoint ${name} was signed for ${size} lines of ${origin}, and so many are not here: the end was cut off, or these are other files.`;
      this.#found.find({ line: 0 }, 'checkpoint-not-met', message);
    }
    return {
      signed: this.#signed,
      unsigned: this.#unsigned,
      keys: [...this.#signers],
      trusted: this.#trusted !== undefined,
      upTo: this.#upTo,
    };
  }

  #streamOf(fields: ChainFields, place: Place): Stream {
    const before = this.#stream;
    if (before?.id === fields.stream && fields.event !== 'open') return before;
    this.endStream();
    const stream: Stream = {
      id: fields.stream,
      // Whoever signed before is as likely as nobody.
      key: before?.key,
      tree: undefined,
      signed: fields.seq,
      ...NOTHING_UNSIGNED,
      releases: [],
      closed: false,
      last: place,
      mismatch: false,
      isTold: false,
    };
    this.#stream = stream;
    return stream;
  }

  /** Where it is known who has to sign, only what is signed was let go by the gate: anybody can write such a line behind the last one. */
  #release(stream: Stream, last: string): void {
    if (this.#trusted === undefined) this.#starts.released(last);
    else if (stream.releases.length < MAX_RELEASES) stream.releases.push(last);
  }

  #tell(stream: Stream, place: Place, code: FindingCode, message: string): void {
    stream.isTold = true;
    this.#find(place, code, message);
  }

  #find(place: Place, code: FindingCode, message: string): void {
    this.#isFound = true;
    this.#found.find(place, code, message);
  }

  /** At its first line, and at the first line of a file, which says what was before. The next checkpoint proves that it said so rightly. */
  #resume(stream: Stream, fields: ChainFields): void {
    if (fields.seq === 0) stream.tree = new CompactRange();
    else if (fields.tree !== undefined) {
      stream.tree = CompactRange.of(
        fields.seq,
        fields.tree.map((subtree) => Buffer.from(subtree, 'base64')),
      );
    }
    if (stream.tree !== undefined) {
      stream.signed = fields.seq;
      this.#meet(stream, stream.tree);
    }
  }

  #checkpoint(stream: Stream, fields: ChainFields, place: Place): void {
    const { line } = place;
    const held = checkpointIn(fields);
    if (held === undefined) {
      this.#tell(stream, place, 'bad-checkpoint', `Line ${line} holds no checkpoint of the lines before it.`);
      return;
    }
    const { note, checkpoint } = held;
    const verdict = verifyNote(note, this.#trusted ?? (stream.key === undefined ? [] : [stream.key]));
    if (verdict === 'wrong') {
      this.#tell(
        stream,
        place,
        'bad-signature',
        `The checkpoint in line ${line} is not signed by the key that it names.`,
      );
      return;
    }
    if (verdict === 'unknown') {
      this.#unknownSigner(stream, note.signatures[0], place);
      return;
    }
    if (stream.tree === undefined || stream.mismatch) return;
    if (Buffer.compare(stream.tree.root(), checkpoint.root) !== 0) {
      stream.mismatch = true;
      const message = `The lines of this stream before line ${line} are not those that ${verdict.by.name} signed there: one was edited, added or removed since the checkpoint before, and the chain computed anew.`;
      this.#tell(stream, place, 'checkpoint-mismatch', message);
      return;
    }
    this.#signed += fields.seq - stream.signed;
    stream.signed = fields.seq;
    Object.assign(stream, NOTHING_UNSIGNED);
    for (const last of stream.releases.splice(0)) this.#starts.released(last);
    if (this.#signers.size < MAX_KEYS) this.#signers.add(verdict.by.text);
    this.#upTo = { ...place, time: fields.time };
  }

  #unknownSigner(stream: Stream, signer: { name: string; id: string } | undefined, place: Place): void {
    const who = `${signer?.name ?? ''}+${signer?.id ?? ''}`;
    if (this.#trusted === undefined) {
      const message = `The checkpoint in line ${place.line} is signed by ${who}, whose key is not in these files: give it with --key.`;
      this.#found.warn(place, 'unknown-key', message);
    } else {
      const message = `The checkpoint in line ${place.line} is signed by ${who}, which is none of the keys given.`;
      this.#tell(stream, place, 'stranger-signed', message);
    }
  }

  #meet(stream: Stream, tree: CompactRange): void {
    for (const kept of this.#due) {
      if (kept.size !== tree.end || kept.origin !== originOf(stream.id)) continue;
      this.#due.delete(kept);
      if (Buffer.compare(tree.root(), kept.root) === 0) continue;
      const message = `The lines up to here are not those that the checkpoint ${kept.name} was signed for.`;
      this.#found.find(stream.last, 'checkpoint-mismatch', message);
    }
  }
}
