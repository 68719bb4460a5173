/** The bytes of a watch as events. */
import type { Readable } from 'node:stream';
import { LineSplitter } from '../../core/line-splitter.ts';
import type { Status } from './api-error.ts';
import type { KubeObject } from './resource.ts';

/** etcd takes 1.5 MB; a line holds one object and its frame. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

export interface WatchEvent {
  readonly type: string;
  readonly object: KubeObject & Status;
}

/** One line, one event, in order: the next is read when the last has been dealt with. */
export async function* eventsOf(stream: Readable, touch: () => void): AsyncGenerator<WatchEvent> {
  const lines: Buffer[] = [];
  const splitter = new LineSplitter(MAX_LINE_BYTES, (line) => lines.push(line));
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    touch();
    if (!splitter.push(chunk)) throw new Error(`the watch sent a line of more than ${MAX_LINE_BYTES} bytes`);
    for (const line of lines.splice(0)) yield parse(line);
  }
}

function parse(line: Buffer): WatchEvent {
  try {
    return JSON.parse(line.toString()) as WatchEvent;
  } catch (error) {
    throw new Error(`the watch sent a line that is not JSON: ${line.toString().slice(0, 80)}`, { cause: error });
  }
}
