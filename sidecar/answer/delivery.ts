/** One answer on its way to its client: what all forms of it share, and the one end that it comes to, whatever comes first. */
import type { OutgoingHttpHeaders } from 'node:http';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import type { Call } from '../call/call.ts';
import type { Outcome } from '../telemetry/outcome.ts';
import type { ProgressOffset } from '../call/progress-offset.ts';
import { settle } from '../call/settle.ts';
import { takesMore } from '../call/accepts-events.ts';
import { answerRefusal } from '../call/refusal-reply.ts';
import { noteDetail } from '../call/refuse-call.ts';
import type { Reply } from '../call/reply.ts';
import type { AnswerParts } from './parts.ts';
import type { Exchange, UpstreamError } from '../upstream/upstream.ts';
import { AnswerRoom } from './answer-room.ts';
import { isOnEndpoint } from './sessions.ts';
import type { AnswerForm, Rest } from './forms/form.ts';
import { Leaving } from './leaving.ts';
import { MessageDoor } from './messages.ts';
import { PacedWriter } from './paced-writer.ts';
import { Pulse } from './pulse.ts';
import { expectAnswer } from './terms-of.ts';

const NOTHING = (): void => {};
const START_ANEW = 'start a new one with initialize';

export class Delivery {
  readonly call: Call;
  readonly reply: Reply;
  readonly gate: AnswerParts;
  readonly messages: MessageDoor;
  readonly leaving: Leaving;
  readonly pulse: Pulse;
  readonly room: AnswerRoom;
  /** Undefined until the head is there. */
  form: AnswerForm | undefined = undefined;
  exchange: Exchange | undefined = undefined;
  /** Called once, when it is over. */
  onOver: () => void = NOTHING;
  readonly #writer: PacedWriter;
  #deadline: NodeJS.Timeout | undefined = undefined;
  #isOver = false;

  constructor(call: Call, reply: Reply, gate: AnswerParts, progress: ProgressOffset | undefined) {
    this.call = call;
    this.reply = reply;
    this.gate = gate;
    this.messages = new MessageDoor(call, gate, expectAnswer(call), progress);
    const reachesClient = (): boolean => reply.open && takesMore(call);
    this.messages.reachesClient = reachesClient;
    this.leaving = new Leaving(call, gate, () => this.fenced(() => this.leave()));
    this.pulse = new Pulse(call, reply, gate);
    this.#writer = new PacedWriter(reply, () => {
      if (this.form?.hasRoom() !== false) this.exchange?.resume();
    });
    this.room = new AnswerRoom(
      call,
      () => this.exchange?.resume(),
      (refusal) => this.fenced(() => this.#giveUpUnread(refusal)),
    );
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Of an answer that itself says nothing: over HTTP+SSE the one to the call may have come on the stream long before. */
  get restBesides(): Rest {
    return isOnEndpoint(this.call) && this.messages.sawAnswer ? 'answered' : 'refused';
  }

  /** What throws has decided nothing, so nothing more of the answer passes; and who calls us could not answer in our place. */
  fenced<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      try {
        this.gate.log.error({ err: error, traceId: this.call.traceId }, 'an answer could not be inspected');
        this.giveUp(refuse('upstream-invalid', 'its answer could not be inspected'));
      } catch {
        // Not even that can be said: cut off, the client knows at least that it has no answer.
        this.reply.destroy();
      }
      return undefined;
    }
  }

  /** False when the server has to wait for the client. */
  write(chunk: Buffer): boolean {
    this.pulse.beat();
    this.call.course.answerBytes += chunk.length;
    return this.#writer.write(chunk);
  }

  /** The answer is over by then, or `then` ends it. The first deadline counts. */
  within(ms: number, then: () => void): void {
    this.#deadline ??= setTimeout(() => {
      this.fenced(() => {
        if (!this.#isOver) then();
      });
    }, ms).unref();
  }

  /** Nothing more is wanted of the server. */
  abort(): void {
    this.exchange?.abort();
  }

  /** No more comes of it, and the client is told why. `said` are headers of the server that go with its status, such as Retry-After. */
  giveUp(refusal: Refusal, said: OutgoingHttpHeaders = {}): void {
    if (this.#isOver) return;
    this.abort();
    const { rest } = this;
    if (rest === 'answered') {
      // What went wrong behind its answer is nothing to the client.
      this.reply.end();
      this.finish('answered', 'forwarded');
      return;
    }
    if (rest === 'torn') this.reply.destroy();
    else {
      const shown = this.messages.screen(refusal);
      answerRefusal(this.call, this.reply, shown, said);
      noteDetail(this.call, shown);
      this.call.asked?.answer();
    }
    this.finish('upstream-error', refusal.reason);
  }

  /** The server could not be reached, or broke off. */
  broke({ reason, message }: UpstreamError): void {
    if (this.#isOver) return;
    if (this.form?.isResumable !== true) {
      this.giveUp(this.#isSessionGone(reason) ? refuse('session-not-found', START_ANEW) : refuse(reason, message));
      return;
    }
    this.reply.end();
    this.finish('upstream-error', reason);
  }

  /**
   * In a pod that is on its way out the server ends before the gate does. Nothing was sent to it, and its sessions are over: what the
   * client reads of that anywhere else is 404, upon which it opens another (MCP, "Session Management").
   */
  #isSessionGone(reason: string): boolean {
    const { call, gate } = this;
    return reason === 'upstream-unreachable' && gate.leaving && call.session !== undefined && !isOnEndpoint(call);
  }

  /** The process ends, and the server is not done: a client that merely lost its connection would not know what to make of it. */
  interrupt(why: Refusal): void {
    if (this.#isOver) return;
    this.abort();
    const { rest } = this;
    if (rest === 'torn') this.reply.destroy();
    else if (rest === 'answered' || this.form?.isResumable === true) this.reply.end();
    else answerRefusal(this.call, this.reply, why);
    if (rest === 'answered') this.finish('answered', 'forwarded');
    else this.finish('interrupted', why.reason);
  }

  /** Nobody is there any more who could take it. */
  leave(): void {
    this.abort();
    this.finish('client-gone', 'forwarded');
  }

  finish(outcome: Outcome, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const ended = this.leaving.begun ? 'client-gone' : outcome;
    this.pulse.stop();
    clearTimeout(this.#deadline);
    this.leaving.end();
    this.onOver();
    this.form?.close();
    if (ended === 'upstream-error') this.#tell(reason);
    settle(this.call, this.gate, ended, this.#isKept && reason === 'forwarded' ? 'cached' : reason);
  }

  get rest(): Rest {
    return this.form?.rest ?? this.restBesides;
  }

  /** The server was not asked. */
  get #isKept(): boolean {
    return this.call.course.keptMs !== undefined;
  }

  /** What the client has not taken is what takes up the room: it must not wait behind it for the words. */
  #giveUpUnread(refusal: Refusal): void {
    if (this.#isOver) {
      this.reply.destroy();
      return;
    }
    const { unread } = this.reply;
    this.giveUp(refusal);
    if (unread > 0) this.reply.destroy();
  }

  #tell(reason: string): void {
    this.gate.metrics.upstreamError(reason);
    const { detail } = this.call.course;
    if (detail !== undefined) this.gate.notices.say(detail, { about: 'server', sentence: detail });
  }
}
