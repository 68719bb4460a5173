/**
 * How a call is answered that was posted to the address of an HTTP+SSE session (MCP 2024-11-05, HTTP with SSE): the POST itself only
 * says that it was taken, and everything else goes to the one stream of the session, as events and nothing else.
 */
import type { OutgoingHttpHeaders } from 'node:http';
import { isJsonType } from '../../core/mcp/accept.ts';
import { messageEvent } from '../../core/mcp/sse.ts';
import type { Session, SessionStream } from '../memory/sessions.ts';
import type { Call } from '../call/call.ts';
import { type Body, type Reply, SSE_HEADERS, asOne } from '../call/reply.ts';

/** Refusals come as fast as they are asked for: whoever does not read them must not fill our memory with them. */
const MAX_OWN_UNREAD_BYTES = 1024 * 1024;
const ACCEPTED: OutgoingHttpHeaders = { 'content-type': 'text/plain' };

/** Where the answer to a message goes: to the stream of the session that it was posted to, if it was. */
export function replyOf(call: Call, post: Reply): Reply {
  const { session } = call;
  return session?.transport === undefined ? post : new EndpointReply(call, post, session, session.transport.stream);
}

class EndpointReply implements Reply {
  readonly #call: Call;
  readonly #post: Reply;
  readonly #session: Session;
  readonly #stream: SessionStream;
  readonly #goneListeners: (() => void)[] = [];
  readonly #onSessionEnd = (): void => this.#leave();
  #started = false;
  #over = false;

  constructor(call: Call, post: Reply, session: Session, stream: SessionStream) {
    this.#call = call;
    this.#post = post;
    this.#session = session;
    this.#stream = stream;
    session.atEnd.add(this.#onSessionEnd);
  }

  get started(): boolean {
    return this.#started;
  }

  get open(): boolean {
    return !this.#over && this.#stream.open;
  }

  get unread(): number {
    return this.#stream.unread;
  }

  send(status: number, headers: OutgoingHttpHeaders, body: Body): void {
    if (this.#over) return;
    this.#finish();
    const isAnswer = this.#call.id !== null && isJsonType(headers['content-type']) && body.length > 0;
    if (isAnswer) this.#event(messageEvent(asOne(body)));
    // Nobody waits on the stream for what becomes of a notification.
    if (isAnswer || this.#started) this.#accept();
    else this.#post.send(status, headers, body);
  }

  start(_status: number, headers: OutgoingHttpHeaders): void {
    if (headers['content-type'] !== SSE_HEADERS['content-type']) throw new Error('only events can be streamed here');
    this.#started = true;
    this.#accept();
  }

  write(chunk: Buffer): boolean {
    return this.#over || this.#event(chunk);
  }

  end(): void {
    if (this.#over) return;
    this.#finish();
    this.#accept();
  }

  destroy(): void {
    this.#finish();
    this.#post.destroy();
  }

  onDrain(resume: () => void): void {
    this.#stream.onDrain(resume);
  }

  /** The client is there as long as its stream is. */
  onClientGone(listener: () => void): void {
    this.#goneListeners.push(listener);
  }

  /** What the server says is bounded by its own pace; this is about what the gate says. */
  #event(event: Buffer): boolean {
    const { transport } = this.#session;
    if (transport === undefined) return true;
    if (this.#stream.unread === 0) transport.ownUnread = 0;
    transport.ownUnread += event.length;
    if (transport.ownUnread <= MAX_OWN_UNREAD_BYTES) return this.#stream.write(event);
    this.#stream.destroy();
    return true;
  }

  #leave(): void {
    if (this.#over) return;
    this.#finish();
    this.#post.send(404, ACCEPTED, 'The session is over');
    for (const listener of this.#goneListeners) listener();
  }

  #finish(): void {
    this.#over = true;
    this.#session.atEnd.delete(this.#onSessionEnd);
  }

  #accept(): void {
    this.#post.send(202, ACCEPTED, 'Accepted');
  }
}
