/** A stdio server behind Streamable HTTP: one child process for each legacy session, and one for all clients of the modern era. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../core/clock.ts';
import { refuse } from '../../../core/mcp/refusals.ts';
import { SYSTEM_CLOCK } from '../../clock.ts';
import { PartialLines } from '../../memory/partial-lines.ts';
import { NOTHING_TO_STOP, answerInstead } from '../answer-instead.ts';
import { StdioBackoff } from './backoff.ts';
import { type StdioCommand, prepareGroups } from './process-group.ts';
import { LaterExchange } from '../later-exchange.ts';
import { StdioPeer } from './peer.ts';
import { StdioShared } from './shared.ts';
import { Stopping } from './stopping.ts';
import type { UpstreamRequest } from '../request.ts';
import type { Exchange, Upstream, UpstreamSink } from '../upstream.ts';

const MAX_CHILDREN = 64;

export interface StdioSessionsOptions {
  readonly command: StdioCommand;
  /** Default: that of the machine. */
  readonly clock?: Clock;
  /** Of lines without an end, over all children. Default: what the memory of this process allows. */
  readonly maxPartialBytes?: number;
  onLog(line: string): void;
  /** A line of its output that is no message was skipped. */
  onStray(): void;
  /** A child is gone; its session with it. */
  onSessionGone(sessionId: string): void;
}

export class StdioSessions implements Upstream {
  readonly url = undefined;
  readonly #options: StdioSessionsOptions;
  readonly #peers = new Map<string, StdioPeer>();
  readonly #stopping = new Stopping();
  readonly #clock: Clock;
  readonly #backoff: StdioBackoff;
  readonly #partial: PartialLines;
  readonly #shared: StdioShared;
  #closing = false;

  constructor(options: StdioSessionsOptions) {
    prepareGroups();
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#backoff = new StdioBackoff(this.#clock);
    this.#partial = new PartialLines(options.maxPartialBytes);
    this.#shared = new StdioShared({
      command: options.command,
      partial: this.#partial,
      clock: this.#clock,
      backoff: this.#backoff,
      onLog: (line) => options.onLog(line),
      onStray: () => options.onStray(),
    });
  }

  send(request: UpstreamRequest, sink: UpstreamSink): Exchange {
    if (request.message?.kind === 'request' && request.message.method === 'initialize')
      return this.#open(request, sink);
    if (request.revision?.era === 'modern') return this.#shared.send(request, sink);
    if (request.sessionId === undefined)
      return answerInstead(sink, request, refuse('session-required', 'start one with initialize'));
    const peer = this.#use(request.sessionId);
    if (peer === undefined)
      return answerInstead(sink, request, refuse('session-not-found', 'start a new one with initialize'));
    if (request.httpMethod === 'GET') return peer.listen(sink);
    if (request.httpMethod === 'POST') return peer.send(request, sink);
    this.#stop(request.sessionId, peer);
    sink.onHead(200, {});
    sink.onEnd();
    return NOTHING_TO_STOP;
  }

  endpointIn(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const [sessionId, peer] of this.#peers) this.#stop(sessionId, peer);
    await Promise.all([this.#stopping.all(), this.#shared.close()]);
  }

  #open(request: UpstreamRequest, sink: UpstreamSink): Exchange {
    if (!this.#stopping.isFull) return this.#begin(request, sink);
    const later = new LaterExchange();
    void this.#beginLater(later, request, sink);
    return later;
  }

  async #beginLater(later: LaterExchange, request: UpstreamRequest, sink: UpstreamSink): Promise<void> {
    const isRoom = await this.#stopping.room();
    later.begin(sink, () => (isRoom && !this.#closing ? this.#begin(request, sink) : tooMany(request, sink)));
  }

  #begin(request: UpstreamRequest, sink: UpstreamSink): Exchange {
    if (this.#peers.size >= MAX_CHILDREN && !this.#stopIdlest()) return tooMany(request, sink);
    this.#backoff.check();
    const startedAt = this.#clock.monotonic();
    const sessionId = randomUUID();
    const peer = new StdioPeer({
      command: this.#options.command,
      headers: { 'mcp-session-id': sessionId },
      partial: this.#partial,
      onLog: (line) => this.#options.onLog(line),
      onStray: () => this.#options.onStray(),
      onGone: (why) => {
        if (this.#peers.delete(sessionId)) {
          this.#options.onLog(`the server of session ${sessionId} is gone: ${why}`);
          this.#backoff.crashed(startedAt, why);
        }
        this.#options.onSessionGone(sessionId);
      },
    });
    this.#peers.set(sessionId, peer);
    try {
      return peer.send(request, sink);
    } catch (error) {
      // Nobody has been told its id, so nobody would end it.
      this.#stop(sessionId, peer);
      throw error;
    }
  }

  /** The peer of a session, moved to the end of the map: its order is the order of last use. */
  #use(sessionId: string): StdioPeer | undefined {
    const peer = this.#peers.get(sessionId);
    if (peer === undefined) return undefined;
    this.#peers.delete(sessionId);
    this.#peers.set(sessionId, peer);
    return peer;
  }

  /** Clients forget to end their sessions; the one that was idle longest makes room. False when all are busy. */
  #stopIdlest(): boolean {
    for (const [sessionId, peer] of this.#peers) {
      if (peer.busy) continue;
      this.#stop(sessionId, peer);
      return true;
    }
    return false;
  }

  #stop(sessionId: string, peer: StdioPeer): void {
    this.#peers.delete(sessionId);
    this.#stopping.add(peer);
  }
}

function tooMany(request: UpstreamRequest, sink: UpstreamSink): Exchange {
  const why = `at most ${MAX_CHILDREN} are served; end one with DELETE`;
  return answerInstead(sink, request, refuse('too-many-sessions', why));
}
