/** A reply where there is no request to respond to: one whole HTTP message, then the connection ends. */
import { type OutgoingHttpHeaders, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type Body, type Reply, asOne } from '../../call/reply.ts';

export class RawReply implements Reply {
  readonly started = false;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get open(): boolean {
    return this.#socket.writable;
  }

  get unread(): number {
    return this.#socket.writableLength;
  }

  send(status: number, headers: OutgoingHttpHeaders, said: Body): void {
    const body = asOne(said);
    const all = { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${String(value)}\r\n`);
    this.#socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body.toString()}`);
  }

  start(): void {
    this.destroy();
  }

  write(): boolean {
    return true;
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  onDrain(): void {}

  onClientGone(): void {}
}
