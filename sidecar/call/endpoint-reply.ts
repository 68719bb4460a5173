/**
 * How a call is answered that was posted to the address of an HTTP+SSE session (MCP 2024-11-05, HTTP with SSE): the POST itself only
 * says that it was taken, and everything else goes to the one stream of the session.
 */
import type { OutgoingHttpHeaders } from 'node:http';
import { messageEvent } from '../../core/mcp/sse.ts';
import type { Call } from './call.ts';
import type { Reply } from './reply.ts';

export function replyOf(call: Call, reply: Reply): Reply {
  const stream = call.session?.transport?.stream;
  return stream === undefined ? reply : new EndpointReply(call, reply, stream);
}

class EndpointReply implements Reply {
  readonly #call: Call;
  readonly #post: Reply;
  readonly #stream: Reply;
  #started = false;
  #over = false;

  constructor(call: Call, post: Reply, stream: Reply) {
    this.#call = call;
    this.#post = post;
    this.#stream = stream;
  }

  get started(): boolean {
    return this.#started;
  }

  get open(): boolean {
    return !this.#over && this.#stream.open;
  }

  send(status: number, headers: OutgoingHttpHeaders, body: Buffer | string): void {
    if (this.#over) return;
    this.#over = true;
    // Nobody waits on the stream for what becomes of a notification.
    if (this.#call.id !== null && headers['content-type'] === 'application/json' && body.length > 0) {
      this.#stream.write(messageEvent(body.toString().replaceAll(/[\r\n]/g, ' ')));
      this.#accept();
    } else if (this.#started) this.#accept();
    else this.#post.send(status, headers, body);
  }

  /** Only events follow: nothing else is streamed on a transport that has no answers of its own. */
  start(): void {
    this.#started = true;
    this.#accept();
  }

  write(chunk: Buffer): boolean {
    return this.#over || this.#stream.write(chunk);
  }

  end(): void {
    this.#over = true;
    this.#accept();
  }

  destroy(): void {
    this.#over = true;
    this.#post.destroy();
  }

  onDrain(resume: () => void): void {
    this.#stream.onDrain(resume);
  }

  /** The client is there as long as its stream is, whose end ends the session and with it all that waits; see end-session.ts. */
  onClientGone(): void {}

  #accept(): void {
    this.#post.send(202, ACCEPTED, 'Accepted');
  }
}

const ACCEPTED: OutgoingHttpHeaders = { 'content-type': 'text/plain' };
