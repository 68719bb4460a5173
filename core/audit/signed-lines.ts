/**
 * Follows the trees of the streams that are read, and holds them against what was signed: the checkpoints in the lines themselves, and
 * those that somebody kept elsewhere. Constant memory but for those.
 */
import { hash } from 'node:crypto';
import { checkpointIn } from './line-checkpoint.ts';
import type { VerifierKey } from './note/note-keys.ts';
import type { ChainStarts } from './chain-starts.ts';
import { type KeptCheckpoint, KeptCheckpoints } from './kept-checkpoints.ts';
import type { ChainFields } from './parse-line.ts';
import type { FindingCode, Findings, Place, ProofReport, StreamProof } from './report.ts';
import { serverOfKey, Signers } from './signers.ts';
import { newStream, NOTHING_UNSIGNED, proofOf, type Stream, stateOf } from './stream-at-hand.ts';
import { CompactRange, leafHash } from './tree/compact-range.ts';

export type { KeptCheckpoint } from './kept-checkpoints.ts';

/** A gate signs within seconds what it has written. What stays unsigned for longer is not from one that could write. */
const UNSIGNED_MS = 60_000;
const MAX_KEYS = 100;
/** Files that are let go between two signatures. */
const MAX_RELEASES = 10_000;
const MAX_STREAMS = 1000;
/** Of which it is known whether one begins again: more than the lives of a gate. */
const MAX_BEGUN = 100_000;
/** Without a signature of their own less is proven, and nothing is claimed: the next one covers them where there is one. */
const NEEDS_NONE = new Set(['checkpoint', 'close', 'continue']);

export interface SignedLinesOptions {
  /** Those who may have signed, each for its own server; else whoever the log itself names. */
  readonly keys?: readonly VerifierKey[] | undefined;
  readonly kept?: readonly KeptCheckpoint[] | undefined;
  /** Of lines that whoever keeps the log has pruned: SHA-256 of the last one, and the tree over it and those before it in its stream. */
  readonly pruned?: ReadonlyMap<string, readonly string[]> | undefined;
}

export class SignedLines {
  readonly #found: Findings;
  readonly #signers: Signers;
  readonly #kept: KeptCheckpoints;
  readonly #pruned: ReadonlyMap<string, readonly string[]>;
  /** Keys that have signed. */
  readonly #by = new Set<string>();
  readonly #starts: ChainStarts;
  readonly #streams: StreamProof[] = [];
  /** Number that is due, by what is left of the name. */
  readonly #begun = new Map<string, number>();
  #stream: Stream | undefined;
  #signed = 0;
  #witnessed = 0;
  #unsigned = 0;
  #upTo: ProofReport['upTo'] = null;
  /** The last line that was read, and whether something was found in what is signed. */
  #last: Place | undefined;
  #isFound = false;

  constructor({ keys, kept = [], pruned = new Map() }: SignedLinesOptions, found: Findings, starts: ChainStarts) {
    this.#found = found;
    this.#starts = starts;
    this.#signers = new Signers(keys);
    this.#kept = new KeptCheckpoints(kept, found);
    this.#pruned = pruned;
    for (const last of pruned.keys()) starts.pruned(last);
  }

  /** Lines of other files follow, which are not linked to those before. */
  beginChain(): void {
    this.endStream();
    this.#signers.beginChain();
  }

  /** The next record, with the SHA-256 of its line. What the chain goes on without is not pushed. */
  push(fields: ChainFields, lineHash: string, place: Place): void {
    const stream = this.#streamOf(fields, place);
    if (fields.key !== undefined) this.#signers.reads(fields.event, fields.key);
    if (stream.tree !== undefined && stream.tree.end !== fields.seq) {
      // That numbers are missing is a finding of the chain.
      stream.tree = undefined;
      stream.isTold = true;
    }
    if (stream.tree === undefined) this.#resume(stream, fields);
    if (fields.checkpoint !== undefined) this.#checkpoint(stream, fields, place);
    this.#note(stream, fields, place);
    if (fields.released !== undefined) this.#release(stream, fields.released);
    if (stream.tree === undefined) return;
    stream.tree.append(leafHash(lineHash));
    if (stream.kept !== undefined && stream.kept.next <= stream.next) stream.kept.meet(stateOf(stream));
  }

  #note(stream: Stream, fields: ChainFields, place: Place): void {
    stream.last = place;
    stream.next = fields.seq + 1;
    stream.closed = fields.event === 'close';
    this.#kept.sees(fields.server, fields.at);
    stream.latest = Math.max(stream.latest, fields.at);
    if (fields.server !== stream.server) {
      stream.otherServer = stream.server;
      stream.server = fields.server;
    }
    if (NEEDS_NONE.has(fields.event)) return;
    stream.unsigned += 1;
    stream.unsignedFrom = Math.min(stream.unsignedFrom, fields.at);
    stream.unsignedTo = Math.max(stream.unsignedTo, fields.at);
  }

  /** The stream at hand goes no further. */
  endStream(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream === undefined) return;
    this.#last = stream.last;
    this.#unsigned += stream.unsigned;
    const key = keyOf(stream.id);
    if (this.#begun.size < MAX_BEGUN || this.#begun.has(key)) this.#begun.set(key, stream.next);
    stream.kept?.end(stateOf(stream));
    this.#witnessed += Math.max(0, (stream.kept?.witnessed?.size ?? 0) - stream.first);
    if (this.#streams.length < MAX_STREAMS) this.#streams.push(proofOf(stream));
    for (const last of stream.releases) this.#starts.claimed(last);
    if (stream.unsigned > 0 && this.#signers.areGiven && !stream.isTold) this.#tellUnsigned(stream);
  }

  #tellUnsigned({ last, closed, unsigned, unsignedFrom, unsignedTo }: Stream): void {
    const { line } = last;
    const since = new Date(unsignedFrom).toISOString();
    if (closed) {
      const message = `The lines from ${since} on, before the end in line ${line}, are not signed, though a gate signs what is left before it closes: none with this key has written them.`;
      this.#find(last, 'unsigned-lines', message);
    } else if (unsignedTo - unsignedFrom > UNSIGNED_MS) {
      const message = `The lines from ${since} on, up to line ${line}, are not signed, though a gate signs within seconds: none with this key has written them, or it could not write for as long.`;
      this.#find(last, 'unsigned-lines', message);
    } else {
      const until = new Date(unsignedTo).toISOString();
      const what = unsigned === 1 ? 'record' : `${unsigned} records`;
      const message = `The last ${what} of the stream that ends in line ${line}, from ${since} to ${until}, ${unsigned === 1 ? 'has' : 'have'} no signature: the gate was killed or still runs, or somebody else added them.`;
      this.#found.warn(last, 'unsigned-tail', message);
    }
  }

  finish(): ProofReport {
    this.endStream();
    if (this.#signers.areGiven && this.#last !== undefined && this.#upTo === null && !this.#isFound) {
      const message =
        'None of these lines is signed by a key that was given: no gate with this key has written them, or it was killed in its first seconds, or they are only a part of its files.';
      this.#find(this.#last, 'unsigned-lines', message);
    }
    this.#kept.finish((server) => this.#starts.hasReleased(server));
    return {
      signed: this.#signed,
      witnessed: this.#witnessed,
      unsigned: this.#unsigned,
      keys: [...this.#by],
      trusted: this.#signers.areGiven,
      upTo: this.#upTo,
      streams: this.#streams,
    };
  }

  #streamOf(fields: ChainFields, place: Place): Stream {
    const before = this.#stream;
    if (before?.id === fields.stream && fields.event !== 'open') return before;
    this.endStream();
    this.#signers.beginStream();
    const known = this.#kept.of(fields.stream);
    const due = this.#begun.get(keyOf(fields.stream)) ?? (known?.wasSeen === true ? Number.POSITIVE_INFINITY : 0);
    // What was kept is held against the lines of a stream once: others in its name are not what a witness saw.
    const stream = newStream(fields, fields.seq < due ? undefined : known, place);
    stream.kept?.begin(fields.seq);
    this.#stream = stream;
    if (fields.seq >= due || before?.id === stream.id) return stream;
    const message = `Line ${place.line} is number ${fields.seq} of a stream of which higher numbers were read before: one of the two was forged, or its gate told two stories.`;
    this.#tell(stream, place, 'out-of-order', message);
    return stream;
  }

  /** Where it is known who has to sign, only what is signed was let go by the gate: anybody can write such a line behind the last one. */
  #release(stream: Stream, last: string): void {
    if (!this.#signers.areGiven) this.#starts.released(last);
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
    const before = fields.tree ?? this.#pruned.get(fields.prev);
    if (fields.seq === 0) stream.tree = new CompactRange();
    else if (before !== undefined) {
      stream.tree = CompactRange.of(
        fields.seq,
        before.map((subtree) => Buffer.from(subtree, 'base64')),
      );
    }
    if (stream.tree !== undefined) {
      stream.signed = fields.seq;
      stream.kept?.meet(stateOf(stream));
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
    const { by, problem } = this.#signers.verify(note);
    if (problem === 'wrong') {
      const message = `The checkpoint in line ${line} is not signed by the key that it names.`;
      this.#tell(stream, place, 'bad-signature', message);
      return;
    }
    if (problem === 'replaced') {
      const message = `The checkpoint in line ${line} is signed by ${by?.text ?? ''}, which had announced another key before: it was kept, or stolen, and used once more.`;
      this.#tell(stream, place, 'replaced-key', message);
      return;
    }
    if (by === undefined) {
      this.#unknownSigner(stream, note.signatures[0], place);
      return;
    }
    if (this.#isOfAnother(stream, by, fields, place)) return;
    if (stream.tree === undefined || stream.mismatch) return;
    if (Buffer.compare(stream.tree.root(), checkpoint.root) !== 0) {
      stream.mismatch = true;
      const message = `The lines of this stream before line ${line} are not those that ${by.name} signed there: one was edited, added or removed since the checkpoint before, and the chain computed anew.`;
      this.#tell(stream, place, 'checkpoint-mismatch', message);
      return;
    }
    this.#holds(stream, by, fields, place);
  }

  #holds(stream: Stream, by: VerifierKey, { seq, time }: ChainFields, place: Place): void {
    this.#signers.signed(by);
    this.#signed += seq - stream.signed;
    stream.signed = seq;
    stream.otherServer = undefined;
    stream.proof = { before: seq, by: by.text, at: time };
    Object.assign(stream, NOTHING_UNSIGNED);
    const own = this.#signers.areGiven ? serverOfKey(by.name) : undefined;
    for (const last of stream.releases.splice(0)) this.#starts.released(last, own);
    if (this.#by.size < MAX_KEYS) this.#by.add(by.text);
    this.#upTo = { ...place, time };
  }

  /** A key proves what the gate of its own server says, and nothing of others: whoever has stolen it is not believed elsewhere. */
  #isOfAnother(stream: Stream, by: VerifierKey, fields: ChainFields, place: Place): boolean {
    if (!this.#signers.areGiven) return false;
    const own = serverOfKey(by.name);
    const other = [fields.server, stream.server, stream.otherServer].find(
      (server) => server !== undefined && server !== own,
    );
    if (other === undefined) return false;
    const message = `The checkpoint in line ${place.line} is signed by ${by.name}, and lines before it say that they are of ${other || 'no server'}: a key proves nothing of other servers.`;
    this.#tell(stream, place, 'other-server-signed', message);
    return true;
  }

  #unknownSigner(stream: Stream, signer: { name: string; id: string } | undefined, place: Place): void {
    const who = `${signer?.name ?? ''}+${signer?.id ?? ''}`;
    if (!this.#signers.areGiven) {
      const message = `The checkpoint in line ${place.line} is signed by ${who}, whose key is not in these files: give it with --key.`;
      this.#found.warn(place, 'unknown-key', message);
    } else {
      const message = `The checkpoint in line ${place.line} is signed by ${who}, which is none of the keys given.`;
      this.#tell(stream, place, 'stranger-signed', message);
    }
  }
}

/** A log may have many streams. */
function keyOf(stream: string): string {
  return hash('sha256', stream, 'base64').slice(0, 20);
}
