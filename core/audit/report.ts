/** What a verification found: the report, and the list of findings as it grows. */
import type { LineProblem } from './parse-line.ts';

export type FindingCode =
  | LineProblem
  | 'partial-line'
  | 'line-too-long'
  | 'edited'
  | 'missing-records'
  | 'missing-beginning'
  | 'missing-files'
  | 'missing-open'
  | 'out-of-order'
  | 'duplicate'
  | 'wrong-seq'
  | 'after-close'
  | 'unlinked-stream'
  | 'two-successors'
  | 'head-not-found'
  | 'bad-checkpoint'
  | 'bad-signature'
  | 'stranger-signed'
  | 'checkpoint-mismatch'
  | 'checkpoint-not-met'
  | 'rewritten'
  | 'cut-off'
  | 'stream-missing'
  | 'other-server-signed'
  | 'replaced-key'
  | 'unsigned-lines'
  | 'empty';

export type WarningCode =
  | 'missing-close'
  | 'torn-line'
  | 'call-without-end'
  | 'continued'
  | 'released-files'
  | 'pruned-records'
  | 'separate-chain'
  | 'unknown-key'
  | 'unsigned-tail'
  | 'other-servers'
  | 'copy'
  | 'clock-ahead'
  | 'clock-back';

/** A line, and its file where there are several. */
export interface Place {
  file?: string | undefined;
  /** 1-based; the line under suspicion, which is not always the line where it shows. */
  line: number;
}

export interface Finding extends Place {
  code: FindingCode;
  message: string;
}

export interface Warning extends Place {
  code: WarningCode;
  message: string;
}

/** What is proven of one stream. Times are as of RFC 3339; those of lines are what the gate's clock said, those of witnesses what theirs did. */
export interface StreamProof {
  stream: string;
  /** `namespace/name`, as its last line says. */
  server: string;
  /** Numbers (`seq`) of the first and the last line that are here. */
  first: number;
  last: number;
  /** Its lines with lower numbers are signed: by which key (C2SP verifier key), and when the line with that checkpoint is of. */
  signed: { before: number; by: string; at: string } | null;
  /** Its lines with lower numbers existed at that time, as this witness (C2SP verifier key) saw. */
  witnessed: { before: number; by: string; at: string } | null;
  /** Lines that no checkpoint covers, and the earliest and latest time that they claim. */
  unsigned: { records: number; from: string; to: string } | null;
}

/** What signatures prove, lines that say so included. */
export interface ProofReport {
  /** Lines that a checkpoint covers. */
  signed: number;
  /** Lines that witnesses saw, by the checkpoints given. */
  witnessed: number;
  /** The first thousand. */
  streams: readonly StreamProof[];
  /** Lines after the last checkpoint of their stream. */
  unsigned: number;
  /** Verifier keys (C2SP signed-note) of those who signed. */
  keys: readonly string[];
  /** They are among the keys that were given; else the log itself names them, which proves that it is of one piece, not whose. */
  trusted: boolean;
  /** The last checkpoint that holds. */
  upTo: (Place & { time: string }) | null;
}

export interface Report {
  ok: boolean;
  files: number;
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
  /** The line whose hash is `expectHead`, in the file with that name; lines after it were written after that head was taken. */
  expectedHeadLine: number | null;
  expectedHeadFile?: string | undefined;
  firstTime: string | null;
  lastTime: string | null;
  proof: ProofReport;
}

const LISTED = 1000;

export class Findings {
  readonly findings: Finding[] = [];
  readonly warnings: Warning[] = [];
  omitted = 0;

  find({ file, line }: Place, code: FindingCode, message: string): void {
    if (this.findings.length < LISTED) this.findings.push(inFile(file, { line, code, message }));
    else this.omitted += 1;
  }

  warn({ file, line }: Place, code: WarningCode, message: string): void {
    if (this.warnings.length < LISTED) this.warnings.push(inFile(file, { line, code, message }));
    else this.omitted += 1;
  }
}

/** A single file has no name in its report. */
function inFile<T extends object>(file: string | undefined, found: T): T & { file?: string } {
  return file === undefined ? found : { file, ...found };
}

/** How a sentence about `here` names a line that may be in another file. */
export function lineOf(place: Place, here: Place): string {
  return place.file === here.file || place.file === undefined
    ? `line ${place.line}`
    : `line ${place.line} of ${place.file}`;
}
