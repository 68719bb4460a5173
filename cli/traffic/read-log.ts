/** The lines of a traffic log, one after the other, however large it is. */
import { createReadStream } from 'node:fs';
import { HeldLine } from '../../core/audit/held-line.ts';
import type { TrafficLine } from '../../core/traffic/line.ts';
import { readTrafficLine } from '../../core/traffic/read-line.ts';
import { visible } from '../../core/shown/terminal-text.ts';
import { systemReason, UserError } from '../errors.ts';

const NEWLINE = 0x0a;
const SHOWN = 5;

/** Lines that are not read: they count for nothing. */
export class Unread {
  count = 0;
  readonly #said: string[] = [];
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  add(line: number, problem: string): void {
    this.count++;
    if (this.#said.length < SHOWN) this.#said.push(`${visible(this.#file)}:${line}: ${problem}; it is left out`);
  }

  /** For people; empty where all was read. */
  get words(): string {
    const more = this.count - this.#said.length;
    return [...this.#said, ...(more > 0 ? [`${more} more lines are left out`] : [])]
      .map((line) => `${line}\n`)
      .join('');
  }
}

/** Throws a UserError for what cannot be read, or is no traffic log at all. */
export async function* readTraffic(file: string, unread: Unread): AsyncGenerator<TrafficLine> {
  let isFirst = true;
  for await (const { number, text } of linesOf(file)) {
    const read = text === undefined ? { problem: 'is longer than any line of a traffic log' } : readTrafficLine(text);
    if (isFirst && !('line' in read && 'traffic' in read.line))
      throw noLog(file, 'problem' in read ? read.problem : 'is not the head of one');
    isFirst = false;
    if ('line' in read) yield read.line;
    else unread.add(number, read.problem);
  }
  if (isFirst) throw noLog(file, 'is not there');
}

function noLog(file: string, problem: string): UserError {
  return new UserError(
    `${visible(file)} is no traffic log: its first line ${problem}`,
    'record one: sallyport up --record FILE',
  );
}

async function* linesOf(file: string): AsyncGenerator<{ readonly number: number; readonly text: string | undefined }> {
  const held = new HeldLine();
  let number = 0;
  const take = (): { readonly number: number; readonly text: string | undefined } => {
    const line = held.take();
    number++;
    return { number, text: 'oversized' in line ? undefined : Buffer.from(line.bytes).toString('utf8') };
  };
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        held.push(chunk.subarray(start, end));
        const line = take();
        if (line.text !== '') yield line;
        start = end + 1;
      }
      if (start < chunk.length) held.push(chunk.subarray(start));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new UserError(`cannot read ${visible(file)}: ${systemReason(error)}`, 'check the path and its permissions');
  }
  const rest = take();
  if (rest.text !== '') yield rest;
}
