/** Where clients connect: one HTTP server, one path, everything handed to the path of a call. */
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MCP_METHODS, refuse, refuseMethod, type Refusal } from '../../../core/mcp/refusals.ts';
import { Call } from '../../call/call.ts';
import { comesPlain, Connections } from './connections.ts';
import { allowOrigin, answerPreflight, isPreflight } from './cors.ts';
import { checkHead, isListening, malformedBy } from './intake.ts';
import { endIdle } from '../../call/end-session.ts';
import { refuseCall } from '../../call/refuse-call.ts';
import { CallRequest } from '../../call/request.ts';
import { settle } from '../../call/settle.ts';
import { newEntry } from '../../call/stages.ts';
import { enter } from '../../path/path.ts';
import { TokensToLearn } from './learn-token.ts';
import { InOrder, Place } from '../../memory/in-order.ts';
import type { PathParts } from '../../path/parts.ts';
import { looksForOAuth, refuseOAuth } from './no-oauth.ts';
import { takeOAuthRequest } from './oauth-surface.ts';
import { takeResourceRequest } from './own-resource.ts';
import { newTraceId } from '../../telemetry/trace-id.ts';
import { newCall } from './new-call.ts';
import { SERVER_OPTIONS } from './server-options.ts';
import { NOTHING_PASSES, type Passthrough } from './passed-paths.ts';
import { PassingRequests } from './passthrough.ts';
import { HttpFence } from './fence.ts';
import { giveNonce } from './give-nonce.ts';
import { openHandle, openTaskName } from './handles.ts';
import { mayShakeAnew, passedBy, peerOf } from './peer.ts';
import { Serving } from './serving.ts';
import { HttpReply, endAfterAnswer, endsAfterAnswer } from './reply.ts';
import { RawReply } from './raw-reply.ts';

/** The client closed its side in the middle of a request: as at the end of a whole one, nobody waits for answers any more. */
const CLIENT_ENDED = 'HPE_INVALID_EOF_STATE';
/** The shortest idle time that a policy can give sessions is a minute. */
const IDLE_CHECK_MS = 10_000;

/** How often it is looked whether the last answer has come. */
const LOOK_MS = 100;
/** For what is said at the very end to leave the machine. */
const LAST_WORDS_MS = 250;
const PLAIN = refuse('plain-http', 'use the same URL with https instead of http');
const GOING = refuse('draining', 'connect again in a moment');
const CUT_OFF = refuse(
  'draining',
  'the gate ended before the server had answered. The server may have executed the call: look before calling again',
);

export class HttpServer {
  readonly #gate: PathParts;
  readonly #fence: HttpFence;
  readonly #server: http.Server;
  readonly #answering = new InOrder<http.ServerResponse>();
  /** Streams that end only when somebody ends them. */
  readonly #listening = new InOrder<http.ServerResponse>();
  readonly #serving: Serving;
  readonly #tokens: TokensToLearn;
  readonly #connections: Connections;
  readonly #passing: PassingRequests;
  #draining = false;
  #closing = false;
  #idleCheck: NodeJS.Timeout | undefined = undefined;
  #cut: NodeJS.Timeout | undefined = undefined;

  constructor(gate: PathParts, passthrough: Passthrough = NOTHING_PASSES) {
    this.#gate = gate;
    this.#passing = new PassingRequests(gate, passthrough);
    const fence = new HttpFence(gate);
    this.#fence = fence;
    this.#serving = new Serving(gate, fence);
    this.#tokens = new TokensToLearn(gate, fence);
    this.#server = http.createServer(
      SERVER_OPTIONS,
      fence.request((request, response) => this.#take(request, response, false)),
    );
    this.#connections = new Connections(this.#server, gate, fence);
    this.#server.on(
      'checkContinue',
      fence.request((request, response) => this.#take(request, response, true)),
    );
    this.#server.on(
      'checkExpectation',
      fence.request((request, response) => this.#refuseHead(request, response, refuse('expectation-failed'))),
    );
    const onMalformed = fence.socket<NodeJS.ErrnoException>((error, socket) => this.#onMalformed(error, socket));
    this.#server.on('clientError', (error, socket) => onMalformed(error, socket as Socket));
    // Nobody listens to 'upgrade', so a request that asks for one is served as if it had not (RFC 9110 §7.8).
    const onConnect = fence.socket<http.IncomingMessage>((request, socket) => this.#refuseTunnel(request, socket));
    this.#server.on('connect', (request, socket) => onConnect(request, socket as Socket));
  }

  /** Resolves with the port once connections are taken; rejects with the system's error. */
  listen(host: string | undefined, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        // Connections that cannot be taken, with no file descriptor left for instance, must not cost those that are there.
        this.#server.on('error', (error) => this.#gate.log.error({ err: error }, 'the MCP listener has trouble'));
        const checkIdle = this.#fence.besides(() => {
          endIdle(this.#gate);
          this.#endPlain();
        });
        this.#idleCheck = setInterval(checkIdle, IDLE_CHECK_MS).unref();
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  get connectedAt(): number {
    return this.#connections.connectedAt;
  }

  /** Its other side has shown that it is a gate of this server. */
  takeFromGate(socket: Socket): void {
    this.#connections.takeFromGate(socket);
  }

  /** From now on every answer ends its connection, so that its client's next call goes where it is still wanted. */
  drain(): void {
    this.#draining = true;
    for (const response of this.#answering.all()) response.shouldKeepAlive = false;
  }

  /** Takes no new connection, lets calls finish for `graceMs`, then says so with `onCut` and closes what is left. `others`: of gates. */
  async close(graceMs: number, onCut = (): void => {}, others?: Promise<void>): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    clearInterval(this.#idleCheck);
    this.#closing = true;
    this.drain();
    this.#endListening();
    // Calls of HTTP+SSE are over when their answer is, which nothing here tells of.
    const look = setInterval(() => this.#endListening(), LOOK_MS);
    const timer = setTimeout(() => {
      onCut();
      this.#cutOff();
    }, graceMs);
    await closed;
    // Node does not count the connections that were handed to it.
    await others;
    clearInterval(look);
    clearTimeout(timer);
    clearTimeout(this.#cut);
    // Who was cut off hears of it in a later turn of the loop, and puts on record that it was not the server's fault.
    for (let turn = 0; turn < 10 && this.#answering.size > 0; turn++) await nextTurn();
  }

  /** Time is up: whoever still waits gets an answer, for which there is a moment, and not just the end of its connection. */
  #cutOff(): void {
    const { inFlight, streams, holds } = this.#gate;
    holds.cancelAll();
    inFlight.interruptAll(CUT_OFF);
    streams.endAll(CUT_OFF);
    this.#server.closeIdleConnections();
    this.#cut = setTimeout(() => this.#server.closeAllConnections(), LAST_WORDS_MS);
  }

  #follow(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (this.#draining) response.shouldKeepAlive = false;
    const responses = isListening(request) ? this.#listening : this.#answering;
    const place = new Place(response);
    responses.enter(place);
    this.#connections.begins(request.socket);
    // Without a listener, what goes wrong in writing would be thrown.
    response.on('error', this.#onResponseError);
    response.on('close', () => {
      responses.leave(place);
      this.#connections.ends(request.socket);
      this.#endListening();
      // A connection that was busy when close() looked becomes idle now, and its client may keep it for long.
      if (this.#closing) setImmediate(() => this.#server.closeIdleConnections());
    });
  }

  readonly #onResponseError = (error: Error): void => {
    this.#gate.log.error({ err: error }, 'an answer could not be written');
  };

  /** Streams that were opened before the policy asked for TLS. Calls are decided on by what was in force when they came. */
  #endPlain(): void {
    for (const response of this.#listening.all()) if (comesPlain(response.req, this.#gate.policy)) response.destroy();
  }

  /** A client that merely listens must not use up the time of calls; while there are calls, they may need its stream. */
  #endListening(): void {
    if (!this.#closing || this.#answering.size > 0 || this.#gate.streams.awaitAnswers) return;
    this.#gate.streams.endAll(GOING);
    for (const response of this.#listening.all()) if (!response.writableEnded) response.destroy();
  }

  #take(request: http.IncomingMessage, response: http.ServerResponse, expectsContinue: boolean): void {
    if (endsAfterAnswer(request.socket)) return;
    this.#follow(request, response);
    if (comesPlain(request, this.#gate.policy)) {
      response.shouldKeepAlive = false;
      this.#refuseHead(request, response, PLAIN);
      return;
    }
    this.#tokens.before(request, response, (...both) => this.#serve(...both, expectsContinue));
  }

  #serve(request: http.IncomingMessage, response: http.ServerResponse, expectsContinue: boolean): void {
    const policy = this.#gate.policy.current();
    const { url: target = '', socket } = request;
    const passed = passedBy(request, this.#connections.isFromGate(socket));
    const opened = openHandle(request, this.#gate.handles);
    openTaskName(request, this.#gate.handles);
    const peer = peerOf(request, passed, policy, this.#gate.clock);
    const call = newCall(request, this.#gate.clock, policy, peer);
    const reply = new HttpReply(request, response, this.#gate.handles, opened);
    giveNonce(request, response, policy, this.#gate);
    if (this.#passing.take(call, reply, request)) return;
    if (takeOAuthRequest(call, reply, request, response, this.#gate)) return;
    if (takeResourceRequest(call, reply, request, response, this.#gate)) return;
    const misframed =
      policy === undefined ? undefined : checkHead(request, policy, this.#gate.upstream.url, passed?.gate);
    const { origin } = request.headers;
    if (policy !== undefined && misframed === undefined && origin !== undefined) {
      allowOrigin(response, origin);
      if (isPreflight(request)) {
        answerPreflight(request, response);
        return;
      }
    }
    if (misframed?.reason === 'not-found' && looksForOAuth(request.url ?? '')) {
      refuseOAuth(call, reply, this.#gate, request.url ?? '');
      return;
    }
    const refusal = misframed ?? enter(call, this.#gate);
    this.#holdRoom(call, response);
    const askForBody = (): void => {
      if (expectsContinue) response.writeContinue();
    };
    if (refusal !== undefined) {
      if (mayShakeAnew(refusal, policy)) response.shouldKeepAlive = false;
      refuseCall(call, reply, this.#gate, refusal);
    } else {
      const isPassedOn = passed !== undefined;
      this.#serving.serve({ call, request, target, response, reply, askForBody, isPassedOn }, opened?.owner);
    }
  }

  /** Until its client has taken the answer, or is gone. */
  #holdRoom({ room }: Call, response: http.ServerResponse): void {
    if (room === undefined || response.closed) return;
    room.replyOpened();
    response.on('close', () => room.replyClosed());
  }

  /** What Node's parser does not take for a request: without one there is no response object, so the bytes are written here. */
  #onMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
    if (endsAfterAnswer(socket)) return;
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    if (this.#tokens.breakOff(socket, error) || this.#serving.readerOn(socket)?.breakOff(error) === true) return;
    const last = this.#lastOf(socket);
    if (last !== undefined) {
      // What came before was a request and gets its answer; what comes now is none. A stream has no end to wait for.
      endAfterAnswer(socket);
      if (isListening(last.req) || error.code === CLIENT_ENDED) socket.destroy();
      else last.once('finish', () => socket.end());
      return;
    }
    const asked = new CallRequest({ httpMethod: 'POST', traceId: newTraceId(), peer: socket });
    const entry = newEntry(this.#gate.policy.current(), undefined);
    const call = new Call(asked, this.#gate.clock.monotonic(), entry);
    refuseCall(call, new RawReply(socket), this.#gate, malformedBy(error));
  }

  /** A tunnel would pass undecided. Node leaves the answer to whoever listens. */
  #refuseTunnel(request: http.IncomingMessage, socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const refusal = refuseMethod(MCP_METHODS);
    const call = newCall(request, this.#gate.clock, this.#gate.policy.current());
    // An answer to what came before still has the connection. Nothing will be read from it any more, so it ends with that answer.
    const before = this.#lastOf(socket);
    if (before === undefined) {
      refuseCall(call, new RawReply(socket), this.#gate, refusal);
      socket.destroySoon();
      return;
    }
    settle(call, this.#gate, 'refused', refusal.reason);
    before.once('close', () => socket.destroySoon());
  }

  #lastOf(socket: Socket): http.ServerResponse | undefined {
    const responses = [...this.#answering.all(), ...this.#listening.all()];
    return responses.findLast((response) => response.req.socket === socket);
  }

  #refuseHead(request: http.IncomingMessage, response: http.ServerResponse, refusal: Refusal): void {
    refuseCall(newCall(request, this.#gate.clock, undefined), new HttpReply(request, response), this.#gate, refusal);
  }
}
