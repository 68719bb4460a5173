/** Bytes sent at once over one connection, and every answer that comes back: what a request leaves behind shows in the next one. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
  /** False when more of it was to come. */
  readonly whole: boolean;
}

export interface Conversation {
  readonly answers: readonly RawAnswer[];
  /** The gate has ended the connection. */
  readonly closed: boolean;
}

/** How long an open connection may be silent before it has said all it will. */
const SILENCE_MS = 800;
const LIMIT_MS = 8_000;

interface Options {
  /** Whole answers after which nobody waits for more; default: 2. */
  readonly answers?: number;
  /** The client hangs up behind its bytes. */
  readonly end?: boolean;
}

export async function converse(port: number, bytes: Buffer | string, options: Options = {}): Promise<Conversation> {
  const { answers: enough = 2, end = false } = options;
  const socket = connect(port, '127.0.0.1');
  let received = Buffer.alloc(0);
  let closed = false;
  let heardAt = performance.now();
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    heardAt = performance.now();
  });
  for (const event of ['end', 'close', 'error']) socket.on(event, () => (closed = true));
  if (end) socket.end(bytes);
  else socket.write(bytes);
  const giveUpAt = performance.now() + LIMIT_MS;
  const isOver = (): boolean => {
    const silent = received.length > 0 && performance.now() - heardAt > SILENCE_MS;
    return closed || silent || answersIn(received).filter(({ whole }) => whole).length >= enough;
  };
  while (!isOver() && performance.now() < giveUpAt) await sleep(5);
  socket.destroy();
  return { answers: answersIn(received), closed };
}

function answersIn(bytes: Buffer): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = bytes; rest.length > 0;) {
    const headEnd = rest.indexOf('\r\n\r\n');
    if (headEnd < 0) break;
    const head = rest.subarray(0, headEnd).toString('latin1');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
    rest = rest.subarray(headEnd + 4);
    const { body, length } = bodyOf(head, rest);
    answers.push({ status, head, body, whole: length <= rest.length });
    rest = rest.subarray(length);
  }
  return answers;
}

/** Longer than what has come in: not whole. */
function bodyOf(head: string, rest: Buffer): { body: string; length: number } {
  const known = /^content-length: (\d+)$/im.exec(head)?.[1];
  if (known !== undefined) return { body: rest.subarray(0, Number(known)).toString(), length: Number(known) };
  const isChunked = /^transfer-encoding: chunked$/im.test(head);
  const none = /^HTTP\/1\.1 (1\d\d|202|204) /.test(head);
  if (none && !isChunked) return { body: '', length: 0 };
  if (!isChunked) return { body: rest.toString(), length: Number.POSITIVE_INFINITY };
  let body = '';
  for (let at = 0; ;) {
    const lineEnd = rest.indexOf('\r\n', at);
    const size = Number.parseInt(rest.subarray(at, lineEnd).toString(), 16);
    if (lineEnd < 0 || Number.isNaN(size)) return { body, length: Number.POSITIVE_INFINITY };
    body += rest.subarray(lineEnd + 2, lineEnd + 2 + size).toString();
    at = lineEnd + 2 + size + 2;
    if (size === 0) return { body, length: at };
  }
}
