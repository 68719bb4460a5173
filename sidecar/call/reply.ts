/** What the path can say to the client, whatever the transport. */
import type { OutgoingHttpHeaders } from 'node:http';
import { Pieces } from '../../core/mcp/pieces.ts';
import type { Call } from './call.ts';

/** `Pieces`: what came in many goes out in as many. */
export type Body = Buffer | string | Pieces;

/** For who has to have it in one piece. */
export function asOne(body: Body): Buffer | string {
  return body instanceof Pieces ? body.whole : body;
}

/** How much of it goes out. */
export function bytesOf(body: Body): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.length;
}

export interface Reply {
  /** True once the head of an answer is out; then only events can follow. */
  readonly started: boolean;
  /** False when the client is gone or the answer is complete. */
  readonly open: boolean;
  /** Bytes that were written and that the client has not taken yet. */
  readonly unread: number;
  /** A whole answer. */
  send(status: number, headers: OutgoingHttpHeaders, body: Body): void;
  /** The head of an answer whose body follows in chunks. */
  start(status: number, headers: OutgoingHttpHeaders): void;
  /** False when the client reads slower than we write: wait for `onDrain`. */
  write(chunk: Buffer): boolean;
  end(): void;
  /** Breaks off a started answer so that the client cannot take it for a complete one. */
  destroy(): void;
  onDrain(resume: () => void): void;
  /** Called at most once, when the client leaves before the answer is complete. */
  onClientGone(listener: () => void): void;
}

/** The reply to what a client sends in one piece: a message, or a list of them. */
export interface ClientReply extends Reply {
  /** Where the answer to this message goes: here, or to the stream of the session that it was posted to. */
  forMessage(call: Call): Reply;
  /** Splits itself among so many messages of a list. */
  split(list: Call, count: number): BatchAnswers;
}

export interface BatchAnswers {
  /** The reply to one message of the list. */
  part(call: Call): Reply;
  /** One message of the list is settled. */
  settled(): void;
}

export const SSE_HEADERS: OutgoingHttpHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};
