/** The fence at the entrances of the MCP listener: what any of its handlers throws is answered and recorded, and the process goes on. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { fenced } from '../../../core/fence.ts';
import { Call } from '../../call/call.ts';
import { CallRequest } from '../../call/request.ts';
import { settle } from '../../call/settle.ts';
import { newEntry } from '../../call/stages.ts';
import { failCall } from '../../path/fail-call.ts';
import type { Reply } from '../../call/reply.ts';
import type { PathParts } from '../../path/parts.ts';
import { newTraceId } from '../../telemetry/trace-id.ts';
import { HttpReply } from './reply.ts';
import { RawReply } from './raw-reply.ts';

export class HttpFence {
  readonly #gate: PathParts;

  constructor(gate: PathParts) {
    this.#gate = gate;
  }

  /** Around what takes a request that has a response. */
  request(
    handler: (request: IncomingMessage, response: ServerResponse) => void,
  ): (request: IncomingMessage, response: ServerResponse) => void {
    return fenced(handler, (error, request, response) => {
      if (!response.headersSent) {
        this.#fail(error, new HttpReply(request, response));
        return;
      }
      // What has begun can only be cut, so that nobody takes it for whole.
      response.destroy();
      this.#fail(error, undefined);
    });
  }

  /** Around what has nothing but a socket; the first argument is a request, or what was wrong with one. */
  socket<T>(handler: (about: T, socket: Socket) => void): (about: T, socket: Socket) => void {
    return fenced(handler, (error, _about, socket) => this.#fail(error, new RawReply(socket)));
  }

  /** Around what follows on a call that is known: the pieces of its body. */
  call(call: Call, reply: Reply, step: () => void): void {
    try {
      step();
    } catch (error) {
      failCall(call, reply, this.#gate, error);
    }
  }

  /** Around what belongs to no request: timers, and the listener's own troubles. */
  besides(step: () => void): () => void {
    return fenced(step, (error) => this.#gate.log.error({ err: error }, 'something beside the calls failed'));
  }

  #fail(error: unknown, reply: Reply | undefined): void {
    const gate = this.#gate;
    // Of the request nothing is used: it may be what cannot be read.
    const asked = new CallRequest({ httpMethod: 'POST', traceId: newTraceId() });
    const call = new Call(asked, gate.clock.monotonic(), newEntry(undefined, undefined));
    if (reply !== undefined) {
      failCall(call, reply, gate, error);
      return;
    }
    gate.log.error(
      { err: error, traceId: asked.traceId },
      'a request failed behind the head of its answer; it was cut',
    );
    settle(call, gate, 'refused', 'internal-error');
  }
}
