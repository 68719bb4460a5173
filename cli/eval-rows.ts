/** Reads labelled rows, one JSON object a line, as they come: a file may be larger than memory. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { systemReason, UserError } from './errors.ts';

export interface EvalRow {
  readonly id: string;
  /** `family/shape`; the shape is what rates are of. */
  readonly class: string;
  readonly label: 'attack' | 'benign';
  readonly value: string;
  /** Type of the parameter that the value is meant for. */
  readonly param: string;
  /** Such as `rows.jsonl:12`. */
  readonly place: string;
}

const LF = 0x0a;
/** A value of the largest size that a gate takes, with all of it escaped, is shorter. */
const MAX_LINE = 64 * 1024 * 1024;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** `-` is standard input. */
export async function* readRows(path: string): AsyncGenerator<EvalRow> {
  const name = path === '-' ? 'stdin' : path;
  let number = 0;
  for await (const line of linesOf(path === '-' ? process.stdin : createReadStream(path), path)) {
    number++;
    const place = `${name}:${number}`;
    if (line.length > MAX_LINE) throw new UserError(`${place}: the line is longer than 64 MiB`, 'split the row');
    const row = readRow(line, place);
    if (row !== undefined) yield row;
  }
}

async function* linesOf(stream: Readable, path: string): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
        yield Buffer.concat([...pending, chunk.subarray(start, end)]);
        pending = [];
        length = 0;
        start = end + 1;
      }
      pending.push(chunk.subarray(start));
      length += chunk.length - start;
      // What reads it says that it is too long.
      if (length > MAX_LINE) break;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new UserError(`cannot read ${path}: ${systemReason(error)}`, 'check the path and its permissions');
  }
  if (length > 0) yield Buffer.concat(pending);
}

const FIELDS = ['id', 'class', 'label', 'value', 'param'] as const;

/** Undefined for an empty line. */
function readRow(line: Buffer, place: string): EvalRow | undefined {
  const row = parse(line, place);
  if (row === undefined) return undefined;
  for (const field of FIELDS) {
    if (typeof row[field] === 'string') continue;
    throw new UserError(
      `${place}: "${field}" is ${row[field] === undefined ? 'missing' : 'no string'}`,
      'a row is {"id", "class", "label", "value", "param"}, all of them strings',
    );
  }
  const { id, class: shape, label, value, param } = row as Record<(typeof FIELDS)[number], string>;
  if (label !== 'attack' && label !== 'benign') {
    throw new UserError(`${place}: "label" is ${JSON.stringify(label)}`, 'write attack or benign');
  }
  return { id, class: shape, label, value, param, place };
}

function parse(line: Buffer, place: string): Record<string, unknown> | undefined {
  let text: string;
  try {
    text = utf8.decode(line);
  } catch {
    throw new UserError(`${place}: is not UTF-8`, 'save the file as UTF-8');
  }
  if (text.trim() === '') return undefined;
  try {
    const row: unknown = JSON.parse(text);
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new UserError(
    `${place}: is no JSON object`,
    'each line is one, such as {"id": "a-1", "class": "ssrf/metadata", …}',
  );
}
