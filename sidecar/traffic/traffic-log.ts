/**
 * Writes what comes through a gate to a traffic log, for a time and up to a size, and then no more. Nobody waits for it: what cannot be
 * written in time is left out, and counted. It is no evidence; that is the audit log's.
 */
import { hash } from 'node:crypto';
import { createWriteStream, fstatSync, openSync, readSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { hmacSha256Hex } from '../../core/digest.ts';
import { Allowance } from '../../core/inspect/content/work.ts';
import { isObject } from '../../core/mcp/message.ts';
import { MAX_TRAFFIC_WORK } from '../../core/traffic/found-in.ts';
import { TRAFFIC_VERSION, type TrafficCall, type TrafficEnd, type TrafficLine } from '../../core/traffic/line.ts';
import { maskedTool } from '../../core/traffic/masked-tool.ts';
import { shapeOfError, shapeOfResult } from '../../core/traffic/result-shape.ts';
import { shapeOf } from '../../core/traffic/shape-of.ts';
import { makeDirectory } from '../files/make-directory.ts';
import type { Noted, NotedAnswer, NotedCall, TrafficTap } from './tap.ts';

export interface TrafficLogOptions {
  /** Gone on with where it is there already. */
  readonly file: string;
  /** `namespace/name`. */
  readonly server: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly maxBytes: number;
  /** Names of parameters whose values are kept. */
  readonly full: readonly string[];
  readonly clock: Clock;
  /** Makes digests of sessions, and is never written. */
  readonly key: Buffer;
  /** Once, when nothing more is written; `error`: what the system said. */
  onEnd(why: TrafficEnd['end'] | 'failed', error?: Error): void;
}

/** Not on the disk yet: beyond, lines are left out. */
const MAX_QUEUED = 1024 * 1024;
/** Whoever reads a log takes no longer line. */
const MAX_LINE = 256 * 1024;
/** Kept for the end itself. */
const END_BYTES = 128;
/** Tools of one server that are written; an error of the server must not fill the log. */
const MAX_TOOLS = 2_000;
/** UTF-16 units of schemas that are remembered, of all tools that were ever listed. */
const MAX_SCHEMAS = 8 * 1024 * 1024;
/** Bytes of an answer that is looked into. */
const MAX_ANSWER = 256 * 1024;

export class TrafficLog implements TrafficTap {
  readonly file: string;
  readonly #options: TrafficLogOptions;
  readonly #stream: WriteStream;
  readonly #timer: NodeJS.Timeout;
  readonly #full: ReadonlySet<string>;
  readonly #tools = new Map<string, unknown>();
  readonly #written = new Set<string>();
  #bytes: number;
  #schemaBytes = 0;
  #calls = 0;
  #lost = 0;
  #isOver = false;

  /** Throws the system's error where the file cannot be had. */
  constructor(options: TrafficLogOptions) {
    const { file, server, until, maxBytes, full, clock } = options;
    makeDirectory(dirname(file));
    const fd = openSync(file, 'a+', 0o600);
    this.file = file;
    this.#options = options;
    this.#full = new Set(full);
    this.#bytes = fstatSync(fd).size;
    const begins = this.#bytes > 0 && !endsWhole(fd, this.#bytes) ? '\n' : '';
    this.#stream = createWriteStream(file, { fd });
    this.#stream.on('error', (error) => this.#end('failed', error));
    // Also where nobody calls any more.
    this.#timer = setTimeout(() => void this.isOn, Math.max(0, until - clock.now()) + 1).unref();
    // Numbers of calls begin anew, so what is behind it is another part.
    const head = { server, time: iso(clock.now()), until: iso(until), maxBytes, full };
    this.#write({ traffic: TRAFFIC_VERSION, ...head }, begins);
  }

  /** What comes now is written; ends by itself. */
  get isOn(): boolean {
    if (this.#isOver) return false;
    if (this.#options.clock.now() < this.#options.until) return true;
    this.#end('time');
    return false;
  }

  begin(tool: string | undefined, args: unknown): Noted {
    const work = new Allowance(MAX_TRAFFIC_WORK);
    const schema = tool === undefined ? undefined : this.#tools.get(tool);
    const shape = args === undefined ? undefined : shapeOf(args, { tool, schema, full: this.#full, work });
    return { call: ++this.#calls, shape, isWritten: false, result: undefined };
  }

  answered(noted: Noted, answer: NotedAnswer): void {
    if (noted.result !== undefined || !this.isOn) return;
    const { bytes, failed } = answer;
    const result = bytes > MAX_ANSWER || failed ? undefined : answer.result();
    const shape = failed
      ? shapeOfError(answer.error(), bytes)
      : shapeOfResult(result, bytes, new Allowance(MAX_TRAFFIC_WORK));
    noted.result = shape;
    if (noted.isWritten) this.#write({ answered: noted.call, result: shape });
  }

  listed(tools: unknown): void {
    if (!this.isOn || !Array.isArray(tools)) return;
    for (const one of tools.slice(0, MAX_TOOLS) as unknown[]) {
      const tool = maskedTool(one, new Allowance(MAX_TRAFFIC_WORK));
      if (tool === undefined || !isObject(one)) continue;
      const text = JSON.stringify(tool);
      // What a server says of a tool may be as long as it likes: a digest is all that is kept of what was written, and of the rest nothing.
      const digest = hash('sha256', text, 'base64url');
      if (this.#written.has(digest) || this.#written.size >= MAX_TOOLS) continue;
      this.#written.add(digest);
      if (text.length <= MAX_LINE) this.#know(String(one['name']), tool['inputSchema'], text.length);
      this.#write({ tool });
    }
  }

  /** Of which values are words of a schema, as it is written: a tool that is not known is not less safe, but tells less. */
  #know(name: string, schema: unknown, length: number): void {
    if ((this.#schemaBytes += length) <= MAX_SCHEMAS) this.#tools.set(name, schema);
    else this.#tools.delete(name);
  }

  ended({ noted, session, ...call }: NotedCall): void {
    if (!this.isOn) return;
    noted.isWritten = true;
    const line: TrafficCall = {
      call: noted.call,
      ...call,
      session: session === undefined ? undefined : hmacSha256Hex(this.#options.key, Buffer.from(session)).slice(0, 16),
      arguments: noted.shape,
      result: noted.result,
    };
    this.#write(line);
  }

  async close(): Promise<void> {
    this.#end('closed');
    await new Promise<void>((resolve) => {
      if (this.#stream.closed || this.#stream.destroyed) resolve();
      else this.#stream.once('close', resolve);
    });
  }

  #write(line: TrafficLine, before = ''): void {
    if (this.#isOver) return;
    const text = `${before}${JSON.stringify(line)}\n`;
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_LINE || this.#stream.writableLength + bytes > MAX_QUEUED) {
      this.#lost++;
      return;
    }
    if (this.#bytes + bytes + END_BYTES > this.#options.maxBytes) {
      this.#end('size');
      return;
    }
    this.#bytes += bytes;
    this.#stream.write(text);
  }

  #end(why: TrafficEnd['end'] | 'failed', error?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#tools.clear();
    this.#written.clear();
    if (why === 'failed') this.#stream.destroy();
    else this.#stream.end(`${JSON.stringify({ end: why, time: iso(this.#options.clock.now()), lost: this.#lost })}\n`);
    this.#options.onEnd(why, error);
  }
}

/** What a gate that was cut off has left of its last line must not take the next one with it. */
function endsWhole(fd: number, size: number): boolean {
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, size - 1);
  return last[0] === 0x0a;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
