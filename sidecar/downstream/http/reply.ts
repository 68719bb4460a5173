/** A reply as an HTTP response. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Pieces } from '../../../core/mcp/pieces.ts';
import type { Call } from '../../call/call.ts';
import { type Body, bytesOf, type ClientReply, type Reply } from '../../call/reply.ts';
import type { OpenedHandle, PodHandles } from '../../memory/pod-handles.ts';
import { BatchReply } from '../batch-reply.ts';
import { replyOf } from '../endpoint-reply.ts';

/** Connections that end with the answer they are given; what follows on them is no request any more (RFC 9112 §9.6). */
const ENDING = new WeakSet<Socket>();

const SESSION = 'mcp-session-id';

export function endAfterAnswer(socket: Socket): void {
  ENDING.add(socket);
}

export function endsAfterAnswer(socket: Socket): boolean {
  return ENDING.has(socket);
}

function flush(reply: HttpReply): void {
  reply.flush();
}

export class HttpReply implements ClientReply {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #handles: PodHandles | undefined;
  readonly #opened: OpenedHandle | undefined;
  #started = false;
  #ended = false;
  /** What is written in this turn of the event loop is gathered, and goes out at its end. */
  #gathers = false;

  /** `opened`: the session that the request names, where a gate has made its name. */
  constructor(request: IncomingMessage, response: ServerResponse, handles?: PodHandles, opened?: OpenedHandle) {
    this.#request = request;
    this.#response = response;
    this.#handles = handles;
    this.#opened = opened;
  }

  get started(): boolean {
    return this.#started;
  }

  get open(): boolean {
    return !this.#ended && !this.#response.destroyed;
  }

  get unread(): number {
    return this.#response.writableLength;
  }

  send(status: number, headers: OutgoingHttpHeaders, body: Body): void {
    if (!this.open || this.#started) return;
    const length = bytesOf(body);
    // Throws where a header or the status is none (ERR_INVALID_CHAR); then nothing has been sent, and another answer still can be.
    this.#response.writeHead(status, this.#framed(length === 0 ? headers : { ...headers, 'content-length': length }));
    this.#ended = true;
    if (!(body instanceof Pieces)) {
      this.#response.end(body);
      return;
    }
    // Node holds them back until the end of this turn, and writes them together.
    for (const piece of body.list) this.#response.write(piece);
    this.#response.end();
  }

  start(status: number, headers: OutgoingHttpHeaders): void {
    if (!this.open || this.#started) return;
    this.#response.writeHead(status, this.#framed(headers));
    this.#started = true;
    // A stream must be seen to be open before its first event; a body of known length follows at once.
    if (headers['content-length'] !== undefined) return;
    this.#gather();
    this.#response.flushHeaders();
  }

  write(chunk: Buffer): boolean {
    if (!this.open) return true;
    this.#gather();
    return this.#response.write(chunk);
  }

  end(): void {
    if (!this.open) return;
    this.#ended = true;
    // Node 24 would write the end of the body in front of what is gathered.
    this.flush();
    this.#response.end();
  }

  destroy(): void {
    this.#ended = true;
    this.#response.destroy();
  }

  onDrain(resume: () => void): void {
    this.#response.once('drain', resume);
  }

  onClientGone(listener: () => void): void {
    let isOver = false;
    const gone = (): void => {
      if (isOver || this.#response.writableEnded) return;
      isOver = true;
      listener();
    };
    this.#response.once('close', gone);
    // A response that waits behind another one on its connection (pipelining) is not always told when the connection closes.
    if (this.#response.socket !== null) return;
    const { socket } = this.#request;
    socket.once('close', gone);
    this.#response.once('socket', () => socket.off('close', gone));
  }

  forMessage(call: Call): Reply {
    return replyOf(call, this);
  }

  split(list: Call, count: number): BatchReply {
    return new BatchReply(list, this.forMessage(list), count);
  }

  /** Called at the end of the turn. */
  flush(): void {
    if (!this.#gathers) return;
    this.#gathers = false;
    const { socket } = this.#response;
    socket?.cork();
    this.#response.uncork();
    socket?.uncork();
  }

  /** The events that come with one read of the server's go out as one chunk (RFC 9112 §7.1), with one write; the head with the first of them. */
  #gather(): void {
    if (this.#gathers || !this.#response.chunkedEncoding) return;
    this.#gathers = true;
    this.#response.cork();
    process.nextTick(flush, this);
  }

  /** Answering before the whole request is read leaves its rest in the connection: nobody may take that for a next request. */
  #framed(answer: OutgoingHttpHeaders): OutgoingHttpHeaders {
    const headers = this.#withOwnNonce(this.#withOwnVary(this.#named(answer)));
    if (this.#request.complete) return headers;
    endAfterAnswer(this.#request.socket);
    return { ...headers, connection: 'close' };
  }

  /** The client knows its session by the name that it was given, or is given one that any replica can read. */
  #named(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
    const id = headers[SESSION];
    if (typeof id !== 'string') return headers;
    const known = id === this.#request.headers[SESSION] ? (this.#opened?.handle ?? id) : this.#handles?.seal(id);
    return known === undefined || known === id ? headers : { ...headers, [SESSION]: known };
  }

  /** The next proof is for the gate, whatever the server says of its own (RFC 9449 §8.2). */
  #withOwnNonce(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
    const own = this.#response.getHeader('dpop-nonce');
    return own === undefined || headers['dpop-nonce'] === undefined ? headers : { ...headers, 'dpop-nonce': own };
  }

  /** The server's would take the place of the gate's, and a cache show one origin what was made for another (RFC 9110 §12.5.5). */
  #withOwnVary(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
    const own = this.#response.getHeader('vary');
    if (own === undefined || headers['vary'] === undefined) return headers;
    return { ...headers, vary: `${String(own)}, ${headers['vary']}` };
  }
}
