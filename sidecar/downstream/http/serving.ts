/** What becomes of a request whose head is in order: it is served here, or passed on to the gate that has what it names. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Call } from '../../call/call.ts';
import type { GateAddress } from '../../memory/pod-handles.ts';
import type { PathParts } from '../../path/parts.ts';
import type { Refusal } from '../../../core/mcp/refusals.ts';
import { refuseCall } from '../../call/refuse-call.ts';
import { admit, readToRefuse } from '../../path/path.ts';
import { BodyReader } from './body-reader.ts';
import type { HttpFence } from './fence.ts';
import { PassedOn, type ToPassOn } from './pass-on.ts';
import type { HttpReply } from './reply.ts';
import { openTasks } from './task-handles.ts';

export interface ToServe {
  readonly call: Call;
  readonly request: IncomingMessage;
  /** As it came, in the words that its client was given. */
  readonly target: string;
  readonly response: ServerResponse;
  readonly reply: HttpReply;
  /** The client is asked for its body, where it waits for that. */
  readonly askForBody: () => void;
  /** Another gate has passed it on. One hop: it is served here, or nowhere. */
  readonly isPassedOn: boolean;
}

/** What becomes of a request that was to be passed on, and of which nothing has been taken. */
type Here = Pick<ToPassOn, 'serveHere' | 'refuseHere'>;

export class Serving {
  readonly #gate: PathParts;
  readonly #fence: HttpFence;
  /** Whoever reads the newest body of a connection. */
  readonly #reading = new WeakMap<Socket, BodyReader>();

  constructor(gate: PathParts, fence: HttpFence) {
    this.#gate = gate;
    this.#fence = fence;
  }

  readerOn(socket: Socket): BodyReader | undefined {
    return this.#reading.get(socket);
  }

  /** `owner`: the gate that has the session, where that is another one. */
  serve(asked: ToServe, owner: GateAddress | undefined): void {
    if (asked.isPassedOn) this.#serveHere(asked, false);
    else {
      const here: Here = {
        serveHere: () => this.#serveHere(asked, false),
        refuseHere: (why) => this.#refuseHere(asked, why),
      };
      if (!this.#passOn(asked, owner, here)) this.#serveHere(asked, mayNameTask(asked));
    }
  }

  #serveHere(asked: ToServe, mayPassOn: boolean): void {
    const { call, reply } = asked;
    if (call.request.httpMethod !== 'POST') {
      admit(call, undefined, reply, this.#gate);
      return;
    }
    this.#read(asked, (body) => this.#onBody(asked, body, mayPassOn));
  }

  #refuseHere(asked: ToServe, why: Refusal): void {
    const { call, reply } = asked;
    if (call.request.httpMethod !== 'POST') refuseCall(call, reply, this.#gate, why);
    else this.#read(asked, (body) => readToRefuse(call, body, reply, this.#gate, why));
  }

  #read(asked: ToServe, onBody: (body: Buffer) => void): void {
    const reader = new BodyReader(asked, this.#gate, this.#fence, onBody);
    this.#reading.set(asked.request.socket, reader);
    reader.read(asked.askForBody);
  }

  #onBody(asked: ToServe, body: Buffer, mayPassOn: boolean): void {
    const { handles, replicas } = this.#gate;
    const opened = replicas === undefined ? undefined : openTasks(body, handles);
    const serveHere = (): void => admit(asked.call, opened?.body ?? body, asked.reply, this.#gate);
    const refuseHere = (why: Refusal): void => readToRefuse(asked.call, body, asked.reply, this.#gate, why);
    if (!mayPassOn || !this.#passOn(asked, opened?.owner, { serveHere, refuseHere }, body)) serveHere();
  }

  /** False where there is nobody to pass it on to. `body`: where it has been read. */
  #passOn(asked: ToServe, owner: GateAddress | undefined, here: Here, body?: Buffer): boolean {
    const { replicas } = this.#gate;
    if (owner === undefined || replicas === undefined) return false;
    const parts = { ...asked, ...here, owner, replicas, fence: this.#fence, ...(body !== undefined && { body }) };
    new PassedOn(parts, this.#gate).begin();
    return true;
  }
}

/** In a session all is where the session is; clients of 2026-07-28 may name one of an earlier life, and it means nothing. */
function mayNameTask({ call: { request } }: ToServe): boolean {
  return request.sessionId === undefined || request.headers['mcp-method'] !== undefined;
}
