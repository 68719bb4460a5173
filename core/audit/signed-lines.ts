/**
 * Follows the trees of the streams that are read, and holds them against what was signed: the checkpoints in the lines themselves, and
 * those that somebody kept elsewhere. Constant memory but for those.
 */
import { type Checkpoint, originOf, parseCheckpoint } from './note/checkpoint.ts';
import { parseVerifierKey, type VerifierKey } from './note/note-keys.ts';
import { parseNote, verifyNote } from './note/signed-note.ts';
import type { ChainFields } from './parse-line.ts';
import type { Findings, Place, ProofReport } from './report.ts';
import { CompactRange, leafHash } from './tree/compact-range.ts';

/** A gate signs within seconds what it has written. What stays unsigned for longer is not from one that could write. */
const UNSIGNED_MS = 60_000;
const MAX_KEYS = 100;

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
  /** Lines after the last checkpoint, and when the first of them was written. */
  unsigned: number;
  unsignedSince: string | undefined;
  last: Place;
  lastTime: string;
  mismatch: boolean;
}

export class SignedLines {
  readonly #found: Findings;
  readonly #trusted: readonly VerifierKey[] | undefined;
  readonly #due: Set<KeptCheckpoint>;
  readonly #signers = new Set<string>();
  #stream: Stream | undefined;
  #signed = 0;
  #unsigned = 0;
  #upTo: ProofReport['upTo'] = null;

  constructor({ keys, kept }: SignedLinesOptions, found: Findings) {
    this.#found = found;
    this.#trusted = keys;
    this.#due = new Set(kept);
  }

  /** The next record, with the SHA-256 of its line. What the chain goes on without is not pushed. */
  push(fields: ChainFields, lineHash: string, place: Place): void {
    const stream = this.#streamOf(fields, place);
    if (fields.key !== undefined) stream.key = parseVerifierKey(fields.key);
    if (stream.tree !== undefined && stream.tree.end !== fields.seq) stream.tree = undefined;
    if (stream.tree === undefined) this.#resume(stream, fields);
    if (fields.checkpoint !== undefined) this.#checkpoint(stream, fields.checkpoint, fields, place);
    stream.last = place;
    stream.lastTime = fields.time;
    // A checkpoint and the end of a stream need no signature to be believed: without them, less is proven.
    if (fields.event !== 'checkpoint' && fields.event !== 'close') {
      stream.unsigned += 1;
      stream.unsignedSince ??= fields.time;
    }
    if (stream.tree === undefined) return;
    stream.tree.append(leafHash(lineHash));
    this.#meet(stream, stream.tree);
  }

  /** The stream at hand goes no further. */
  endStream(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream === undefined || stream.unsignedSince === undefined) return;
    this.#unsigned += stream.unsigned;
    if (this.#trusted === undefined || stream.mismatch) return;
    const span = Date.parse(stream.lastTime) - Date.parse(stream.unsignedSince);
    if (span <= UNSIGNED_MS) return;
    const message = `The lines from ${stream.unsignedSince} on, up to line ${stream.last.line}, are not signed, though a gate signs within seconds: none with this key has written them, or it could not write for as long.`;
    this.#found.find(stream.last, 'unsigned-lines', message);
  }

  finish(): ProofReport {
    this.endStream();
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
      unsigned: 0,
      unsignedSince: undefined,
      last: place,
      lastTime: fields.time,
      mismatch: false,
    };
    this.#stream = stream;
    return stream;
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

  #checkpoint(stream: Stream, text: string, fields: ChainFields, place: Place): void {
    const { line } = place;
    const note = parseNote(text);
    const checkpoint = note === undefined ? undefined : parseCheckpoint(note.text);
    if (note === undefined || checkpoint?.origin !== originOf(stream.id) || checkpoint.size !== fields.seq) {
      this.#found.find(place, 'bad-checkpoint', `Line ${line} holds no checkpoint of the lines before it.`);
      return;
    }
    const verdict = verifyNote(note, this.#trusted ?? (stream.key === undefined ? [] : [stream.key]));
    if (verdict === 'wrong') {
      this.#found.find(
        place,
        'bad-signature',
        `The checkpoint in line ${line} is not signed by the key that it names.`,
      );
      return;
    }
    if (verdict === 'unknown') {
      this.#unknownSigner(note.signatures[0], place);
      return;
    }
    if (stream.tree === undefined || stream.mismatch) return;
    if (Buffer.compare(stream.tree.root(), checkpoint.root) !== 0) {
      stream.mismatch = true;
      const message = `The lines of this stream before line ${line} are not those that ${verdict.by.name} signed there: one was edited, added or removed since the checkpoint before, and the chain computed anew.`;
      this.#found.find(place, 'checkpoint-mismatch', message);
      return;
    }
    this.#signed += fields.seq - stream.signed;
    stream.signed = fields.seq;
    stream.unsigned = 0;
    stream.unsignedSince = undefined;
    if (this.#signers.size < MAX_KEYS) this.#signers.add(verdict.by.text);
    this.#upTo = { ...place, time: fields.time };
  }

  #unknownSigner(signer: { name: string; id: string } | undefined, place: Place): void {
    const who = `${signer?.name ?? ''}+${signer?.id ?? ''}`;
    if (this.#trusted === undefined) {
      const message = `The checkpoint in line ${place.line} is signed by ${who}, whose key is not in these files: give it with --key.`;
      this.#found.warn(place, 'unknown-key', message);
    } else {
      const message = `The checkpoint in line ${place.line} is signed by ${who}, which is none of the keys given.`;
      this.#found.find(place, 'stranger-signed', message);
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
