/**
 * Checks an audit file line by line, in constant memory.
 *
 * What an unsigned chain cannot show, whoever verifies it:
 * - that the *last* line was edited, because no later line names its hash;
 * - that lines at the end were cut off: a shorter chain is a whole chain;
 * - that somebody with write access computed the whole chain anew, with other contents.
 * The first two show when `expectHead` is a head that was kept somewhere else; the third too, as far as that head reaches.
 * Nothing shows an event that was never written.
 */
import { NO_PREVIOUS_LINE } from './record.ts';
import { lineHash } from './chain.ts';
import { parseLine, type ChainFields, type LineProblem } from './parse-line.ts';

export type FindingCode =
  | LineProblem
  | 'partial-line'
  | 'line-too-long'
  | 'edited'
  | 'missing-records'
  | 'missing-beginning'
  | 'missing-open'
  | 'out-of-order'
  | 'duplicate'
  | 'wrong-seq'
  | 'after-close'
  | 'unlinked-stream'
  | 'head-not-found'
  | 'empty';

export type WarningCode = 'missing-close' | 'torn-line';

export interface Finding {
  /** 1-based; the line under suspicion, which is not always the line where it shows. */
  line: number;
  code: FindingCode;
  message: string;
}

export interface Warning {
  line: number;
  code: WarningCode;
  message: string;
}

export interface Report {
  ok: boolean;
  lines: number;
  /** Lines that are records. */
  records: number;
  streams: number;
  findings: Finding[];
  warnings: Warning[];
  /** Findings and warnings beyond the first thousand of each. */
  omitted: number;
  /** SHA-256 of the last line; null for a file without lines. */
  head: string | null;
  /** The line whose hash is `expectHead`; lines after it were written after that head was taken. */
  expectedHeadLine: number | null;
  firstTime: string | null;
  lastTime: string | null;
}

export interface VerifyOptions {
  /** SHA-256 (hex) of a line that must be in the file: a head noted earlier, elsewhere. */
  expectHead?: string | undefined;
}

const LISTED = 1000;

export class Verifier {
  readonly #expectHead: string | undefined;
  readonly #findings: Finding[] = [];
  readonly #warnings: Warning[] = [];
  #omitted = 0;
  #lines = 0;
  #records = 0;
  #streams = 0;
  #firstTime: string | null = null;
  #lastTime: string | null = null;
  #expectedHeadLine: number | null = null;
  /** The last line that counts for the chain: repeated and moved lines do not. */
  #last = { line: 0, hash: NO_PREVIOUS_LINE };
  #lastBytesHash: string | null = null;
  #stream: string | undefined;
  #nextSeq = 0;
  #closed = true;
  /** A line that is no record; whether that is a crash or a forgery, the next line tells. */
  #broken: { finding: Finding; hash: string } | undefined;

  constructor(options: VerifyOptions = {}) {
    this.#expectHead = options.expectHead?.toLowerCase();
  }

  /** The next line, without its newline. Pass bytes where possible: invalid UTF-8 does not survive a string. */
  push(line: Uint8Array | string): void {
    this.#lines += 1;
    const hash = lineHash(line);
    if (hash === this.#expectHead) this.#expectedHeadLine ??= this.#lines;
    const repeated = hash === this.#lastBytesHash;
    this.#lastBytesHash = hash;
    if (repeated) {
      this.#find(this.#lines, 'duplicate', `Line ${this.#lines} repeats line ${this.#lines - 1} byte for byte.`);
      return;
    }
    const { fields, ...parsed } = parseLine(line);
    if (parsed.problem !== undefined && fields !== undefined) {
      this.#find(this.#lines, parsed.problem, `Line ${this.#lines} ${parsed.detail}.`);
    } else if (parsed.problem !== undefined) {
      this.#skip({ line: this.#lines, code: parsed.problem, message: `Line ${this.#lines} ${parsed.detail}.` }, hash);
    }
    if (fields !== undefined) this.#record(fields, hash);
  }

  /** A line too long to be a record, of which only the hash was kept. */
  pushOversized(hash: string): void {
    this.#lines += 1;
    this.#lastBytesHash = hash;
    const message = `Line ${this.#lines} is longer than any record.`;
    this.#skip({ line: this.#lines, code: 'line-too-long', message }, hash);
  }

  /** `rest`: what follows the last newline of the file, if anything does. */
  finish(rest: Uint8Array | string = ''): Report {
    if (rest.length > 0) {
      this.#settleBroken(undefined);
      this.#lines += 1;
      this.#lastBytesHash = lineHash(rest);
      const cut = `Line ${this.#lines} is cut off: it does not end in a newline, so its writer stopped or the end was removed.`;
      this.#find(this.#lines, 'partial-line', cut);
    }
    this.#settleBroken(undefined);
    if (this.#lines === 0) this.#find(0, 'empty', 'The file has no line.');
    if (!this.#closed) this.#missingClose('the process died, or still runs');
    if (this.#expectHead !== undefined && this.#expectedHeadLine === null) {
      const what = `No line has the expected hash ${this.#expectHead.slice(0, 16)}…`;
      this.#find(
        this.#lines,
        'head-not-found',
        `${what}: the end was cut off, the last line was edited, or the file is another one.`,
      );
    }
    return {
      ok: this.#findings.length === 0,
      lines: this.#lines,
      records: this.#records,
      streams: this.#streams,
      findings: this.#findings,
      warnings: this.#warnings,
      omitted: this.#omitted,
      head: this.#lastBytesHash,
      expectedHeadLine: this.#expectedHeadLine,
      firstTime: this.#firstTime,
      lastTime: this.#lastTime,
    };
  }

  #record(fields: ChainFields, hash: string): void {
    this.#settleBroken(fields);
    this.#records += 1;
    this.#firstTime ??= fields.time;
    this.#lastTime = fields.time;
    const inOrder =
      fields.event === 'open' || fields.stream !== this.#stream ? this.#begin(fields) : this.#continue(fields);
    if (!inOrder) return;
    this.#last = { line: this.#lines, hash };
    this.#nextSeq = fields.seq + 1;
    this.#closed = fields.event === 'close';
  }

  /** A record of another stream than the line before, or an `open`. */
  #begin(fields: ChainFields): true {
    const line = this.#lines;
    if (!this.#closed) this.#missingClose(`the stream that begins in line ${line} follows`);
    if (fields.event !== 'open') {
      this.#find(line, 'missing-open', `Line ${line} belongs to a stream whose open record is missing before it.`);
    } else if (fields.seq !== 0) {
      this.#find(line, 'wrong-seq', `Line ${line} opens a stream with the number ${fields.seq} instead of 0.`);
    } else if (fields.stream === this.#stream) {
      this.#find(line, 'out-of-order', `Line ${line} opens a stream that was opened before.`);
    }
    if (fields.prev !== this.#last.hash) this.#notLinked(fields);
    this.#streams += 1;
    this.#stream = fields.stream;
    return true;
  }

  #notLinked(fields: ChainFields): void {
    const line = this.#lines;
    const before = this.#last.line;
    if (before === 0) {
      this.#find(
        line,
        'missing-beginning',
        `Line ${line} names a line before it: the beginning of the file is missing.`,
      );
    } else if (fields.prev === NO_PREVIOUS_LINE) {
      this.#find(
        line,
        'unlinked-stream',
        `The stream that begins in line ${line} was begun in another file: it names no line before it.`,
      );
    } else {
      const message = `Line ${before} is not the line that line ${line} was linked to: line ${before} was edited, or lines between the two were removed.`;
      this.#find(before, 'edited', message);
    }
  }

  /** The next record of the same stream; false when it is not in its place and the chain goes on without it. */
  #continue(fields: ChainFields): boolean {
    const line = this.#lines;
    const before = this.#last.line;
    const linked = fields.prev === this.#last.hash;
    if (fields.seq < this.#nextSeq && !linked) {
      const message = `Line ${line} has the number ${fields.seq} after ${this.#nextSeq - 1}: it was moved, or it repeats an earlier line.`;
      this.#find(line, 'out-of-order', message);
      return false;
    }
    if (this.#closed) this.#find(line, 'after-close', `Line ${line} continues a stream that was closed.`);
    if (linked && fields.seq !== this.#nextSeq) {
      this.#find(line, 'wrong-seq', `Line ${line} has the number ${fields.seq} where ${this.#nextSeq} is due.`);
    } else if (!linked && fields.seq > this.#nextSeq) {
      const missing = fields.seq - this.#nextSeq;
      const what = missing === 1 ? 'one record is' : `${missing} records are`;
      this.#find(
        line,
        'missing-records',
        `Before line ${line}, ${what} missing (after number ${this.#nextSeq - 1} in line ${before}).`,
      );
    } else if (!linked) {
      const message = `Line ${before} is not the line that line ${line} was linked to: line ${before} was edited (or the prev of line ${line}).`;
      this.#find(before, 'edited', message);
    }
    return true;
  }

  #skip(finding: Finding, hash: string): void {
    this.#settleBroken(undefined);
    this.#broken = { finding, hash };
  }

  /**
   * A torn line that the next stream links to was torn when that stream began: a crash, which loses a record but forges
   * none. Anything else that is no record is a finding.
   */
  #settleBroken(next: ChainFields | undefined): void {
    const broken = this.#broken;
    if (broken === undefined) return;
    this.#broken = undefined;
    const { line, code, message } = broken.finding;
    if (code === 'broken-json' && next?.event === 'open' && next.prev === broken.hash) {
      const torn = `Line ${line} is torn: the process died while writing it. The stream after it is linked to what is left.`;
      this.#warn(line, 'torn-line', torn);
      this.#last = { line, hash: next.prev };
      return;
    }
    this.#find(line, code, message);
    // The record it was is unknown: the next line is believed, so that one broken line is one finding.
    if (next?.event === 'open') {
      this.#last = { line, hash: next.prev };
    } else if (next !== undefined && next.stream === this.#stream && next.seq === this.#nextSeq + 1) {
      this.#last = { line, hash: next.prev };
      this.#nextSeq = next.seq;
    }
  }

  #missingClose(why: string): void {
    const line = this.#last.line;
    this.#warn(line, 'missing-close', `The stream that ends in line ${line} has no close record: ${why}.`);
    this.#closed = true;
  }

  #find(line: number, code: FindingCode, message: string): void {
    if (this.#findings.length < LISTED) this.#findings.push({ line, code, message });
    else this.#omitted += 1;
  }

  #warn(line: number, code: WarningCode, message: string): void {
    if (this.#warnings.length < LISTED) this.#warnings.push({ line, code, message });
    else this.#omitted += 1;
  }
}
