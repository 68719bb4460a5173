/**
 * One message on its way from client to server: what came in, and what each stage of the path has learned about it. A stage is entered
 * once, and only behind the one before; the types below are of calls that have come so far.
 */
import type { Outline } from '../../core/mcp/outline.ts';
import type { Message, MessageId } from '../../core/mcp/message.ts';
import type { Awaits } from '../../core/mcp/refusals.ts';
import type { Revision } from '../../core/mcp/revision.ts';
import type { Inspection } from '../../core/policy/inspection.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Principal } from '../../core/policy/principal.ts';
import type { TraceParent } from '../../core/telemetry/trace-context.ts';
import type { Proof } from '../identity/proof.ts';
import type { Asked } from '../memory/asked.ts';
import type { Doing } from '../memory/in-flight.ts';
import type { Place } from '../memory/in-order.ts';
import type { Conversation } from '../memory/conversation.ts';
import type { Room } from '../memory/room.ts';
import type { Session } from '../memory/sessions.ts';
import { Course } from './course.ts';
import { toolTarget } from './halted-tasks.ts';
import type { CallRequest } from './request.ts';
import type { Agreement, Content, Draft, Entry, Head, Judgement, Reading, Sending } from './stages.ts';

/** What the messages of one list have in common. */
export interface ListShare {
  /** One budget for deciding about all of them: as many as a list may have would take as many times the time. */
  readonly inspection: Inspection | undefined;
  /** One of them is settled. */
  settled(): void;
}

/** How far a call has come, as the compiler sees it. */
interface Stages {
  readonly entry: Entry;
  readonly content: Content | undefined;
  readonly reading: Reading | undefined;
  readonly judgement: Judgement | undefined;
}

export class Call<S extends Stages = Stages> {
  readonly request: CallRequest;
  /** The list that it came in; undefined for a message of its own. */
  readonly list: ListShare | undefined;
  readonly entry: S['entry'];
  readonly course: Course;
  /** Among those that the server has, for whoever counts these. */
  place: Place<Call> | undefined = undefined;
  #content: Content | undefined = undefined;
  #reading: Reading | undefined = undefined;
  #judgement: Judgement | undefined = undefined;
  #sending: Sending | undefined = undefined;
  #agreement: Agreement | undefined = undefined;
  #joined: TraceParent | undefined = undefined;

  /** `admittedAt` in monotonic milliseconds; `entry` is filled by the first stage. */
  constructor(request: CallRequest, admittedAt: number, entry: S['entry'], list?: ListShare) {
    this.request = request;
    this.list = list;
    this.entry = entry;
    this.course = new Course(admittedAt);
  }

  /** Gone once it is sent. */
  get content(): S['content'] {
    return this.#content;
  }

  get reading(): S['reading'] {
    return this.#reading;
  }

  get judgement(): S['judgement'] {
    return this.#judgement;
  }

  get sending(): Sending | undefined {
    return this.#sending;
  }

  /** For the walk alone, as the following ones: a stage begins, and its steps fill in what it learns. */
  isRead(reading: Reading, content: Content | undefined): void {
    this.#reading = reading;
    this.#content = content;
  }

  isJudged(judgement: Judgement): void {
    if (this.#reading === undefined) throw new Error('a call is judged once it is read');
    this.#judgement = judgement;
  }

  /** A step waits, and what it says waits with it. */
  waits(content: Content): void {
    this.course.hasWaited = true;
    this.#content = content;
  }

  isSent(sending: Sending): void {
    if (this.#judgement === undefined) throw new Error('a call is sent once it is judged');
    this.#sending = sending;
  }

  /** The server has all of what it says. */
  isHandedOver(): void {
    this.#content = undefined;
  }

  /** For the door of answers alone: the answer has opened a session, or named the revision of what follows. */
  agrees(agreement: Agreement): void {
    this.#agreement = agreement;
  }

  /** What it says names the trace that it belongs to. */
  joins(parent: TraceParent): void {
    this.#joined = parent;
  }

  /** The span of its client that it is part of: by `_meta` of its message, or else by the head of its request. */
  get parent(): TraceParent | undefined {
    return this.#joined ?? this.request.parent;
  }

  get traceId(): string {
    return this.#joined?.traceId ?? this.request.traceId;
  }

  get isElement(): boolean {
    return this.list !== undefined;
  }

  get principal(): Principal | undefined {
    return this.entry.proof?.principal;
  }

  /** For whoever wants it to end. */
  get doing(): Doing {
    const { targets = [], taskTool } = this.#judgement ?? {};
    return {
      principal: this.principal,
      targets: taskTool === undefined ? targets : [...targets, toolTarget(taskTool)],
    };
  }

  get policy(): Policy | undefined {
    return this.#reading === undefined ? this.entry.policy : this.#reading.policy;
  }

  get room(): Room | undefined {
    return this.entry.room;
  }

  get outline(): Outline | undefined {
    return this.#reading?.outline;
  }

  get session(): Session | undefined {
    return this.#agreement?.session ?? this.#reading?.session;
  }

  /** As its client has it; undefined where there is none. */
  get sessionId(): string | undefined {
    return this.session?.id ?? this.#reading?.sessionId;
  }

  get conversation(): Conversation | undefined {
    return this.#agreement?.session?.conversation ?? this.#reading?.conversation;
  }

  /** Of the message itself. */
  get revision(): Revision | undefined {
    return this.#agreement?.revision ?? this.#reading?.revision;
  }

  /** What the server speaks to the client: in a session what both agreed on, whatever a single request of it says. */
  get answeredIn(): Revision | undefined {
    return this.session?.revision ?? this.revision;
  }

  get asked(): Asked | undefined {
    return this.#judgement?.asked;
  }

  /** Monotonic milliseconds at which it was handed to the server; 0 when it was not. */
  get forwardedAt(): number {
    return this.#sending?.at ?? 0;
  }

  /** The id an answer must carry; null where there is none to answer. */
  get id(): MessageId | null {
    const head = this.#reading?.head;
    if (head === undefined) return this.outline?.kind === 'request' ? this.outline.id : null;
    return head.kind === 'request' ? head.id : null;
  }

  get awaits(): Awaits {
    if (this.id !== null) return 'answer';
    if (this.#reading?.head !== undefined) return 'nothing';
    const { kind, method } = this.outline ?? {};
    // Of another name it may be a call whose id was forgotten.
    const isNotification = kind === 'notification' && method?.startsWith('notifications/') === true;
    return kind === 'response' || isNotification ? 'nothing' : undefined;
  }

  get methodName(): string | undefined {
    return this.#reading?.head?.method;
  }
}

/** At the first stage: whose is it, and is there room for it? */
export type EnteringCall = Call<Entering>;
interface Entering extends Stages {
  readonly entry: Draft<Entry>;
}

interface Entered extends Stages {
  readonly entry: Entry & { readonly proof: Proof };
}
export type EnteredCall = Call<Entered>;

/** At the second: what does it say? */
export type ReadingCall = Call<ReadingStages>;
interface ReadingStages extends Entered {
  readonly content: Draft<Content> | undefined;
  readonly reading: Draft<Reading>;
}

interface Read extends Entered {
  readonly reading: Reading & { readonly revision: Revision };
}
export type ReadCall = Call<Read>;

interface ReadMessage extends Read {
  readonly content: Content & { readonly message: Message };
  readonly reading: Read['reading'] & { readonly head: Head };
}
export type MessageCall = Call<ReadMessage>;

/** At the third: may it? */
export type JudgingCall = Call<Judging>;
interface Judging extends Read {
  readonly judgement: Draft<Judgement>;
}
export type JudgingMessage = Call<MessageJudging>;
interface MessageJudging extends ReadMessage {
  readonly judgement: Draft<Judgement>;
}

interface Judged extends Read {
  readonly judgement: Judgement;
}
/** The server may have it. */
export type JudgedCall = Call<Judged>;

export function isEntered(call: Call): call is EnteredCall {
  return call.entry.proof !== undefined;
}

export function isRead<C extends EnteredCall>(call: C): call is C & ReadCall {
  return call.reading?.revision !== undefined;
}

export function isOneMessage<C extends ReadCall>(call: C): call is C & MessageCall {
  return call.content?.message !== undefined && call.reading.head !== undefined;
}

export function isJudged<C extends ReadCall>(call: C): call is C & JudgedCall {
  return call.judgement !== undefined;
}
