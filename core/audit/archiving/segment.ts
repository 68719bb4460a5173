/**
 * What a gate sends to the archive: whole lines of one audit file, in their order, each with its newline. A segment is checked for
 * itself here, line by line; whether it goes on from what the archive has, extend.ts says.
 */
import { lineHash } from '../chain.ts';
import { parseLine, type ChainFields } from '../parse-line.ts';
import { type AuditRecord, readRecord } from '../reading/read-record.ts';
import type { SegmentRefusal } from './answer.ts';

/** No line of a gate is longer; see HeldLine. */
const MAX_LINE_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;
/** No gate gets there, and what is counted on from it is still a number of JavaScript. */
const MAX_SEQ = 2 ** 48;
/** Server, pod and time. A database has a longest name, and no place for NUL or half a character; a bucket takes dots for folders. */
const STREAM = /^(?!\.{1,2}$)[^\p{Cc}\p{Cs}]{1,640}$/u;
/** A gate that does nothing but die and start again leaves as many lives in what it sends at once. */
const MAX_RUNS = 4096;

export interface SegmentLine {
  readonly text: string;
  /** SHA-256 of the line without its newline, hex. */
  readonly hash: string;
  readonly fields: ChainFields;
  readonly record: AuditRecord;
}

/** Lines of one stream that follow on each other. */
export interface Run {
  readonly stream: string;
  readonly lines: readonly SegmentLine[];
  /** What a gate that died has left of its last line; the stream after this one is linked to it. */
  torn: string | undefined;
}

export interface Segment {
  readonly runs: readonly Run[];
  /** The last line, which the answer has to name. */
  readonly last: SegmentLine;
}

// A torn line may end in the middle of a character: what it says counts for nothing, but its bytes have to survive.
const torn = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** `owner`: `namespace/name` of the server that the sender has proven to be a gate of. */
export function parseSegment(body: Uint8Array, owner: string): Segment | SegmentRefusal {
  const runs: { stream: string; lines: SegmentLine[]; torn: string | undefined }[] = [];
  let last: SegmentLine | undefined;
  let broken: { readonly bytes: Uint8Array; readonly hash: string; readonly why: string } | undefined;
  let at = 0;
  let number = 0;
  while (at < body.length) {
    number += 1;
    const end = body.indexOf(NEWLINE, at);
    if (end === -1) return refused('bad-line', `line ${number} does not end in a newline: send whole lines`);
    const bytes = body.subarray(at, end);
    at = end + 1;
    if (bytes.length > MAX_LINE_BYTES) return refused('bad-line', `line ${number} is longer than any record`);
    if (broken !== undefined && last === undefined)
      return refused('bad-line', `${broken.why}, and the line before it is not in the segment`);
    const parsed = parseLine(bytes);
    const hash = lineHash(bytes);
    if (parsed.problem !== undefined) {
      const why = `line ${number} ${parsed.detail}`;
      if (broken !== undefined || parsed.problem !== 'broken-json') return refused('bad-line', broken?.why ?? why);
      broken = { bytes, hash, why };
      continue;
    }
    const { fields } = parsed;
    if (fields.seq > MAX_SEQ || !STREAM.test(fields.stream))
      return refused('bad-line', `line ${number} has a stream, or a number, that no gate has`);
    if (runs.length > MAX_RUNS) return refused('bad-line', `more than ${MAX_RUNS} streams are in one segment`);
    const text = Buffer.from(bytes).toString('utf8');
    const record = readRecord(text);
    if (record === undefined) return refused('bad-line', `line ${number} is no record`);
    if (record.server !== owner)
      return refused(
        'not-yours',
        `line ${number} is of the server ${record.server}, and the sender is a gate of ${owner}`,
      );
    const line = { text, hash, fields, record };
    const run = runs.at(-1);
    if (run === undefined || last === undefined) {
      runs.push({ stream: fields.stream, lines: [line], torn: undefined });
    } else if (broken !== undefined) {
      if (fields.event !== 'open' || fields.prev !== broken.hash) return refused('bad-line', broken.why);
      run.torn = torn(broken.bytes);
      runs.push({ stream: fields.stream, lines: [line], torn: undefined });
    } else {
      if (fields.prev !== last.hash) return refused('bad-chain', `line ${number} is not linked to the line before it`);
      if (fields.stream !== run.stream || fields.event === 'open')
        runs.push({ stream: fields.stream, lines: [line], torn: undefined });
      else if (fields.seq === last.fields.seq + 1) run.lines.push(line);
      else return refused('bad-chain', `line ${number} has the number ${fields.seq} after ${last.fields.seq}`);
    }
    broken = undefined;
    last = line;
  }
  if (broken !== undefined) return refused('bad-line', broken.why);
  if (last === undefined) return refused('bad-line', 'the segment has no line');
  return { runs, last };
}

function refused(reason: SegmentRefusal['reason'], detail: string): SegmentRefusal {
  return { reason, detail };
}
