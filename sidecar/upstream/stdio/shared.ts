/**
 * One child process for all clients of the modern era, in which a process is no session: every request gets an id, and a progress
 * token, that no other has, and what comes back gets the client's own again (MCP 2026-07-28, stdio transport).
 */
import type { Clock } from '../../../core/clock.ts';
import { JsonView } from '../../../core/mcp/json-view.ts';
import { type JsonObject, type MessageId, isObject } from '../../../core/mcp/message.ts';
import { answeredId, whyNoMessage } from '../../../core/mcp/message-form.ts';
import { readServerMessage } from '../../../core/mcp/server-message.ts';
import { messageEvent } from '../../../core/mcp/sse.ts';
import type { Principal } from '../../../core/policy/principal.ts';
import { LateOwners } from '../../memory/late-owners.ts';
import type { PartialLines } from '../../memory/partial-lines.ts';
import { NOTHING_TO_STOP, answerInstead } from '../answer-instead.ts';
import type { StdioBackoff } from './backoff.ts';
import { type ChildEvents, StdioChild } from './child.ts';
import type { StdioCommand } from './process-group.ts';
import { StdioEra } from './era.ts';
import type { Overlong } from '../../../core/mcp/overlong-message.ts';
import { overlongLine, strayLine } from './log.ts';
import { remapAnswer, remapRequest } from './remap.ts';
import { HeldMessages } from './held-messages.ts';
import { SharedCall, ownCall, refusalOfEra, tooSlow } from './shared-call.ts';
import { type Said, routeOf } from './shared-route.ts';
import {
  CANCELLED,
  LISTEN,
  LOG_LEVEL,
  PROGRESS,
  cancelled,
  declined,
  listenEnded,
  tooLong,
  whyOverlong,
} from './words.ts';
import type { UpstreamRequest } from '../request.ts';
import { type Exchange, UpstreamError, type UpstreamSink } from '../upstream.ts';

/** A server may log for a call that was cancelled a little longer. */
const LATE_LOGS_MS = 10_000;

export interface SharedOptions {
  readonly command: StdioCommand;
  readonly clock: Clock;
  readonly backoff: StdioBackoff;
  /** Counts the lines of all programs of a gate that have no end yet. */
  readonly partial: PartialLines;
  onLog(line: string): void;
  /** A line that is no message was skipped. */
  onStray(): void;
}

export class StdioShared implements ChildEvents {
  readonly #options: SharedOptions;
  readonly #era: StdioEra;
  /** By the id that the server knows them by. */
  readonly #calls = new Map<number, SharedCall>();
  /** Messages that wait for the era to be known, in order. */
  readonly #held = new HeldMessages();
  #deciding = false;
  #lastId = 0;
  #child: StdioChild | undefined = undefined;
  #startedAt = 0;
  /** To whose calls, which were given up, a log message may belong. */
  readonly #late = new LateOwners(LATE_LOGS_MS);
  #closing = false;

  constructor(options: SharedOptions) {
    this.#options = options;
    this.#era = new StdioEra(options);
  }

  send(request: UpstreamRequest, sink: UpstreamSink): Exchange {
    const { message, body } = request;
    if (message === undefined || body === undefined)
      throw new UpstreamError('upstream-invalid', 'there is nothing to send');
    if (this.#child === undefined) {
      if (this.#era.verdict === 'legacy') return answerInstead(sink, request, refusalOfEra(request));
      this.#options.backoff.check();
    }
    this.#child?.checkReads();
    if (message.kind !== 'request') {
      if (message.kind === 'notification') this.#notify(request, message.method, message.params, body);
      sink.onHead(202, {});
      sink.onEnd();
      return NOTHING_TO_STOP;
    }
    const gateId = ++this.#lastId;
    const remapped = remapRequest(body, gateId);
    const meta = message.params['_meta'];
    const shared = new SharedCall({
      sink,
      id: message.id,
      revision: request.revision,
      owner: request.principal,
      token: remapped.token,
      listens: message.method === LISTEN,
      wantsLogs: isObject(meta) && LOG_LEVEL in meta,
      onAbort: () => this.#giveUp(gateId),
    });
    this.#deliver(gateId, remapped.body);
    this.#calls.set(gateId, shared);
    return shared;
  }

  /** Resolves when no process of ours is left. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([this.#child?.stop(), this.#era.close()]);
  }

  onLine(line: Buffer): void {
    const message = readServerMessage(line);
    if (typeof message === 'string') this.#onUnreadable(line, message);
    else if (message.kind === 'response') this.#answerInForm(message, line);
    else if (message.kind === 'request') this.#decline(message.id);
    else this.#route({ method: message.method, params: message.params, line });
  }

  onOverlong(message: Overlong, isGivenUp: boolean): void {
    this.#child?.remark(overlongLine(message, isGivenUp));
    if (message.kind === 'request') this.#child?.send(tooLong(message.id, isGivenUp));
    else if (message.kind === 'answer') this.#fail(message.id, whyOverlong(isGivenUp));
  }

  onLog(line: string): void {
    this.#options.onLog(line);
  }

  onGone(why: string): void {
    this.#child = undefined;
    if (!this.#closing) {
      this.#options.onLog(`the server that is shared is gone: ${why}`);
      this.#options.backoff.crashed(this.#startedAt, why);
    }
    this.#failAll(new UpstreamError('upstream-broken', why));
  }

  #deliver(gateId: number, body: Buffer): void {
    if (this.#child === undefined && !this.#deciding && this.#era.verdict === 'modern') this.#start();
    if (this.#child !== undefined) {
      this.#child.send(body);
      return;
    }
    this.#held.add(gateId, body);
    if (!this.#deciding) void this.#decide();
  }

  #start(): StdioChild {
    this.#startedAt = this.#options.clock.monotonic();
    this.#child = new StdioChild(this.#options.command, this, this.#options.partial);
    return this.#child;
  }

  async #decide(): Promise<void> {
    this.#deciding = true;
    try {
      const era = await this.#era.ask();
      if (this.#closing) throw new UpstreamError('upstream-unreachable', 'it is being stopped');
      if (era === 'legacy') this.#refuseAll();
      else {
        this.#options.backoff.check();
        const child = this.#start();
        for (const body of this.#held.takeAll()) child.send(body);
      }
    } catch (error) {
      const known = error instanceof UpstreamError;
      this.#failAll(known ? error : new UpstreamError('upstream-unreachable', 'it could not be run', error));
    } finally {
      this.#deciding = false;
      this.#held.takeAll();
    }
  }

  #refuseAll(): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const shared of calls) shared.refuse(refusalOfEra(shared));
  }

  #failAll(error: UpstreamError): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const shared of calls) shared.fail(error);
  }

  /** What clients say without asking. Progress has nothing to be about: servers ask clients for nothing in this era. */
  #notify({ principal }: UpstreamRequest, method: string, params: JsonObject, body: Buffer): void {
    if (method === CANCELLED) this.#takenBack(principal, params['requestId']);
    else if (method !== PROGRESS) this.#deliver(++this.#lastId, body);
  }

  /** Only the caller's own call, and only when there is no doubt which one is meant. */
  #takenBack(principal: Principal | undefined, requestId: unknown): void {
    const meant = ownCall(this.#calls, principal, requestId);
    if (meant === undefined) return;
    const [gateId, shared] = meant;
    this.#giveUp(gateId);
    if (shared.listens) endListening(shared);
    else shared.fail(new UpstreamError('upstream-broken', 'the client took the call back'));
  }

  /** Nobody waits for this call any more; what still comes for it belongs to nobody. */
  #giveUp(gateId: number): void {
    const shared = this.#calls.get(gateId);
    if (shared === undefined) return;
    this.#calls.delete(gateId);
    if (this.#held.delete(gateId)) return;
    if (shared.wantsLogs) this.#late.add(shared.owner, this.#options.clock.monotonic());
    this.#child?.send(cancelled(gateId));
  }

  /** A result that can be read is one; an error may lack what makes clients take it for one. */
  #answerInForm({ id, error }: { readonly id: unknown; readonly error: JsonView | undefined }, line: Buffer): void {
    const view = error === undefined ? undefined : JsonView.of(line);
    const why = view === undefined ? undefined : whyNoMessage(view);
    if (why === undefined) this.#answer(id, line);
    else this.#onUnreadable(line, why);
  }

  #answer(gateId: unknown, line: Buffer): void {
    const shared = this.#find(gateId);
    if (shared === undefined) {
      this.#child?.remark('an answer to no open call was dropped');
      return;
    }
    this.#calls.delete(gateId as number);
    if (shared.emit(messageEvent(remapAnswer(line, shared.id)))) shared.complete();
    else shared.fail(tooSlow());
  }

  /** What was meant for people, most often; they should see it. If clients would take it for an answer, its call must not wait for another one. */
  #onUnreadable(line: Buffer, why: string): void {
    const id = answeredId(line);
    if (id === undefined) {
      this.#child?.remark(strayLine(line, why));
      this.#options.onStray();
      return;
    }
    // Not shown: it was for a client, and people here are somebody else.
    this.#child?.remark(`a line on standard output was dropped, ${why}`);
    this.#fail(id, why);
  }

  /** The answer to this call is here, and nothing can be done with it. */
  #fail(id: MessageId, why: string): void {
    const shared = this.#find(id);
    if (shared === undefined) return;
    this.#calls.delete(id as number);
    shared.fail(new UpstreamError('upstream-invalid', why));
  }

  #route(said: Said): void {
    const route = routeOf(this.#calls, said, this.#late, this.#options.clock.monotonic());
    if (route === undefined) this.#child?.remark('a message that belongs to no open call was dropped');
    else if (route.message === undefined) this.#end(route.gateId);
    else this.#emit(route.gateId, route.message);
  }

  #emit(gateId: number, line: Buffer): void {
    const shared = this.#find(gateId);
    if (shared === undefined || shared.emit(messageEvent(line))) return;
    this.#giveUp(gateId);
    shared.fail(tooSlow());
  }

  /** The server has ended a subscription. */
  #end(gateId: number): void {
    const shared = this.#find(gateId);
    if (shared === undefined) return;
    this.#calls.delete(gateId);
    endListening(shared);
  }

  #find(gateId: unknown): SharedCall | undefined {
    return typeof gateId === 'number' ? this.#calls.get(gateId) : undefined;
  }

  #decline(id: MessageId): void {
    this.#child?.remark('a request of the server was declined: no client can be asked in this revision');
    this.#child?.send(declined(id));
  }
}

function endListening(shared: SharedCall): void {
  if (shared.emit(listenEnded(shared.id))) shared.complete();
  else shared.fail(tooSlow());
}
