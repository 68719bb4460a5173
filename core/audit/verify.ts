/**
 * Checks audit files line by line, in constant memory.
 *
 * What the chain alone cannot show, whoever verifies it:
 * - that the *last* line was edited, because no later line names its hash;
 * - that lines at the end were cut off: a shorter chain is a whole chain;
 * - that somebody with write access computed the whole chain anew, with other contents.
 * The first and the third show by the checkpoints that are signed in it, as far as they reach and as the key was kept. All three show
 * when a head or a checkpoint was kept somewhere else, as far as that reaches. Nothing shows an event that was never written.
 */
import { NO_PREVIOUS_LINE } from './record.ts';
import { lineHash } from './chain.ts';
import { unended } from './unended.ts';
import { OpenIntents } from './open-intents.ts';
import { parseLine, type ChainFields } from './parse-line.ts';
import { Findings, lineOf, type FindingCode, type Place, type Report } from './report.ts';
import { ChainStarts } from './chain-starts.ts';
import { SoughtHeads } from './sought-heads.ts';
import { SignedLines, type SignedLinesOptions } from './signed-lines.ts';

export interface VerifyOptions extends SignedLinesOptions {
  /** SHA-256 (hex) of a line that must be in the file: a head noted earlier, elsewhere. */
  expectHead?: string | undefined;
  /** Others, whose places are asked for afterwards. */
  seek?: readonly string[] | undefined;
  /** The files given are all that there are; else one that goes on from another is no finding. */
  isWhole?: boolean | undefined;
}

const CLOCK_BACK_MS = 1000;

interface BrokenLine extends Place {
  code: FindingCode;
  message: string;
  hash: string;
}

export class Verifier {
  readonly #expectHead: string | undefined;
  readonly #found = new Findings();
  readonly #intents = new OpenIntents();
  readonly #starts: ChainStarts;
  readonly #signed: SignedLines;
  readonly heads: SoughtHeads;
  #files = 0;
  #file: string | undefined;
  /** In the file at hand, and in those before. */
  #line = 0;
  #linesBefore = 0;
  #records = 0;
  #streams = 0;
  #firstTime: string | null = null;
  #lastTime: string | null = null;
  #lastAt: number | undefined;
  /** The last line that counts for the chain: repeated and moved lines do not. */
  #last: Place & { hash: string; time?: string } = { line: 0, hash: NO_PREVIOUS_LINE };
  #lastBytesHash: string | null = null;
  #stream: string | undefined;
  #nextSeq = 0;
  #closed = true;
  /** A line that is no record; whether that is a crash or a forgery, the next line tells. */
  #broken: BrokenLine | undefined;

  constructor(options: VerifyOptions = {}) {
    this.#expectHead = options.expectHead?.toLowerCase();
    this.heads = new SoughtHeads([
      ...(options.seek ?? []),
      ...(this.#expectHead === undefined ? [] : [this.#expectHead]),
    ]);
    this.#starts = new ChainStarts(options.isWhole === true);
    this.#signed = new SignedLines(options, this.#found, this.#starts);
  }

  get findings(): Findings {
    return this.#found;
  }

  /** Another file; `follows`: its first line is linked to the last one of the file before. `name` is for the report. */
  beginFile(name: string, follows: boolean): void {
    if (!follows) this.#endChain();
    this.#files += 1;
    this.#file = name;
    this.#linesBefore += this.#line;
    this.#line = 0;
    if (follows) return;
    this.#last = { ...this.#here(), hash: NO_PREVIOUS_LINE };
    // Of a gate beside this one, whose files may be of the same time.
    this.#lastAt = undefined;
  }

  /** The next line, without its newline. Pass bytes where possible: invalid UTF-8 does not survive a string. */
  push(line: Uint8Array | string): void {
    const hash = this.#count(lineHash(line));
    const repeated = hash === this.#lastBytesHash;
    this.#lastBytesHash = hash;
    if (repeated) {
      this.#find('duplicate', `Line ${this.#line} repeats line ${this.#line - 1} byte for byte.`);
      return;
    }
    const { fields, ...parsed } = parseLine(line);
    if (parsed.problem !== undefined && fields !== undefined) {
      this.#find(parsed.problem, `Line ${this.#line} ${parsed.detail}.`);
    } else if (parsed.problem !== undefined) {
      this.#skip(parsed.problem, `Line ${this.#line} ${parsed.detail}.`, hash);
    }
    if (fields !== undefined) this.#record(fields, hash);
  }

  /** A line too long to be a record, of which only the hash was kept. */
  pushOversized(hash: string): void {
    this.#lastBytesHash = this.#count(hash);
    this.#skip('line-too-long', `Line ${this.#line} is longer than any record.`, hash);
  }

  /** `rest`: what follows the last newline of the last file, if anything does. */
  finish(rest: Uint8Array | string = ''): Report {
    if (rest.length > 0) this.partialLine(rest);
    this.#endChain();
    const lines = this.#linesBefore + this.#line;
    if (lines === 0) this.#find('empty', 'The file has no line.');
    this.#starts.settle(this.#found);
    const expected = this.heads.placeOf(this.#expectHead);
    if (this.#expectHead !== undefined && expected === undefined) {
      const what = `No line has the expected hash ${this.#expectHead.slice(0, 16)}…`;
      this.#find(
        'head-not-found',
        `${what}: the end was cut off, the last line was edited, or the file is another one.`,
      );
    }
    const proof = this.#signed.finish();
    const { findings, warnings, omitted } = this.#found;
    return {
      ok: findings.length === 0,
      files: Math.max(1, this.#files),
      lines,
      records: this.#records,
      streams: this.#streams,
      findings,
      warnings,
      omitted,
      head: this.#lastBytesHash,
      expectedHeadLine: expected?.line ?? null,
      expectedHeadFile: expected?.file,
      firstTime: this.#firstTime,
      lastTime: this.#lastTime,
      proof,
    };
  }

  /** What follows the last newline of a file that no other goes on from. */
  partialLine(rest: Uint8Array | string): void {
    this.#settleBroken(undefined);
    this.#line += 1;
    this.#lastBytesHash = lineHash(rest);
    const cut = `Line ${this.#line} is cut off: it does not end in a newline, so its writer stopped or the end was removed.`;
    this.#find('partial-line', cut);
  }

  #count(hash: string): string {
    this.#line += 1;
    this.heads.see(hash, this.#here());
    return hash;
  }

  #here(): Place {
    return { file: this.#file, line: this.#line };
  }

  #endChain(): void {
    this.#settleBroken(undefined);
    if (!this.#closed) this.#missingClose('the process died, or still runs');
    this.#intents.warn(this.#found);
    this.#signed.beginChain();
    this.#stream = undefined;
  }

  #record(fields: ChainFields, hash: string): void {
    this.#settleBroken(fields);
    this.#records += 1;
    this.#clock(fields);
    const inOrder =
      fields.event === 'open' || fields.stream !== this.#stream ? this.#begin(fields) : this.#continue(fields);
    if (!inOrder) return;
    this.#signed.push(fields, hash, this.#here());
    if (fields.intent !== undefined) this.#intents.begin(fields.seq, this.#here(), fields.intent);
    if (fields.ends !== undefined) this.#intents.end(fields.ends);
    this.#last = { ...this.#here(), hash, time: fields.time };
    this.#nextSeq = fields.seq + 1;
    this.#closed = fields.event === 'close';
  }

  /** Clocks are set, and a stream can be of another machine: worth a word, where it is more than the order in which calls end. */
  #clock({ time, at }: ChainFields): void {
    this.#firstTime ??= time;
    const back = (this.#lastAt ?? at) - at;
    if (back > CLOCK_BACK_MS) {
      const message = `Line ${this.#line} is of ${time}, ${Math.round(back / 1000)} s before the line before it: the clock was set back, or the line is of another time.`;
      this.#found.warn(this.#here(), 'clock-back', message);
    }
    this.#lastTime = time;
    this.#lastAt = at;
  }

  /** A record of another stream than the line before, or an `open`. */
  #begin(fields: ChainFields): true {
    const line = this.#line;
    if (!this.#closed) this.#missingClose(`the stream that begins in line ${line} follows`, fields.time);
    this.#intents.warn(this.#found);
    const isStart = this.#last.line === 0 && fields.prev !== NO_PREVIOUS_LINE;
    if (isStart) this.#starts.begin(this.#here(), fields);
    if (fields.event !== 'open') {
      if (!isStart)
        this.#find('missing-open', `Line ${line} belongs to a stream whose open record is missing before it.`);
    } else if (fields.seq !== 0) {
      this.#find('wrong-seq', `Line ${line} opens a stream with the number ${fields.seq} instead of 0.`);
    } else if (fields.stream === this.#stream) {
      this.#find('out-of-order', `Line ${line} opens a stream that was opened before.`);
    }
    if (!isStart && fields.prev !== this.#last.hash) this.#notLinked(fields);
    this.#streams += 1;
    this.#stream = fields.stream;
    return true;
  }

  #notLinked(fields: ChainFields): void {
    const line = this.#line;
    if (fields.prev === NO_PREVIOUS_LINE) {
      const message = `The stream that begins in line ${line} was begun in another file: it names no line before it.`;
      this.#find('unlinked-stream', message);
      return;
    }
    const before = lineOf(this.#last, this.#here());
    const message = `L${before.slice(1)} is not the line that line ${line} was linked to: ${before} was edited, or lines between the two were removed.`;
    this.#found.find(this.#last, 'edited', message);
  }

  /** The next record of the same stream; false when it is not in its place and the chain goes on without it. */
  #continue(fields: ChainFields): boolean {
    const line = this.#line;
    const before = lineOf(this.#last, this.#here());
    const linked = fields.prev === this.#last.hash;
    if (fields.seq < this.#nextSeq && !linked) {
      const message = `Line ${line} has the number ${fields.seq} after ${this.#nextSeq - 1}: it was moved, or it repeats an earlier line.`;
      this.#find('out-of-order', message);
      return false;
    }
    if (this.#closed) this.#find('after-close', `Line ${line} continues a stream that was closed.`);
    if (linked && fields.seq !== this.#nextSeq) {
      this.#find('wrong-seq', `Line ${line} has the number ${fields.seq} where ${this.#nextSeq} is due.`);
    } else if (!linked && fields.seq > this.#nextSeq) {
      const missing = fields.seq - this.#nextSeq;
      const what = missing === 1 ? 'one record is' : `${missing} records are`;
      const message = `Before line ${line}, ${what} missing (after number ${this.#nextSeq - 1} in ${before}).`;
      this.#find('missing-records', message);
    } else if (!linked) {
      const message = `L${before.slice(1)} is not the line that line ${line} was linked to: ${before} was edited (or the prev of line ${line}).`;
      this.#found.find(this.#last, 'edited', message);
    }
    return true;
  }

  #skip(code: FindingCode, message: string, hash: string): void {
    this.#settleBroken(undefined);
    this.#broken = { ...this.#here(), code, message, hash };
  }

  /**
   * A torn line that the next stream links to was torn when that stream began: a crash, which loses a record but forges
   * none. Anything else that is no record is a finding.
   */
  #settleBroken(next: ChainFields | undefined): void {
    const broken = this.#broken;
    if (broken === undefined) return;
    this.#broken = undefined;
    const { file, line, code, message } = broken;
    if (code === 'broken-json' && next?.event === 'open' && next.prev === broken.hash) {
      const torn = `Line ${line} is torn: the process died while writing it. The stream after it is linked to what is left.`;
      this.#found.warn(broken, 'torn-line', torn);
      this.#last = { file, line, hash: next.prev };
      return;
    }
    this.#found.find(broken, code, message);
    // The record it was is unknown: the next line is believed, so that one broken line is one finding.
    if (next?.event === 'open') {
      this.#last = { file, line, hash: next.prev };
    } else if (next !== undefined && next.stream === this.#stream && next.seq === this.#nextSeq + 1) {
      this.#last = { file, line, hash: next.prev };
      this.#nextSeq = next.seq;
    }
  }

  #missingClose(why: string, before?: string): void {
    this.#found.warn(this.#last, 'missing-close', unended(this.#last, why, before));
    this.#closed = true;
  }

  #find(code: FindingCode, message: string): void {
    this.#found.find(this.#here(), code, message);
  }
}
