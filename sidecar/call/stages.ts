/**
 * What each stage of the path learns about a call. While a stage goes on, its steps fill a draft of their own; once it is done nobody
 * changes what it has learned.
 */
import type { Past } from '../memory/history/past.ts';
import type { MethodRule, Target } from '../../core/mcp/catalogue.ts';
import { type Declared, declaredByRequest } from '../../core/mcp/client-capabilities.ts';
import type { Era } from '../../core/mcp/era.ts';
import { type Edit, JsonView } from '../../core/mcp/json-view.ts';
import type { Message, MessageId } from '../../core/mcp/message.ts';
import type { Outline } from '../../core/mcp/outline.ts';
import type { Revision } from '../../core/mcp/revision.ts';
import type { Redacted } from '../../core/inspect/content/redact.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { HeldState } from '../approvals/held-state.ts';
import type { Proof } from '../identity/proof.ts';
import type { Asked } from '../memory/asked.ts';
import type { Conversation } from '../memory/conversation.ts';
import type { Room } from '../memory/room.ts';
import type { Session } from '../memory/sessions.ts';

export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** Who makes it, and is there room for it? */
export interface Entry {
  /** In force when the head was there: it says how large the body may be. */
  readonly policy: Policy | undefined;
  readonly proof: Proof | undefined;
  /** What it takes up, since it is known whose it is; the one stream of a pipe takes up none. */
  readonly room: Room | undefined;
}

export function newEntry(policy: Policy | undefined, proof: Proof | undefined): Draft<Entry> {
  return { policy, proof, room: undefined };
}

/** What it says, until it is sent. Kept longer, large ones would survive into the part of the heap that is expensive to clean. */
export interface Content {
  readonly body: Buffer;
  readonly message: Message | undefined;
  /** False when a number of the body cannot be told from its neighbours. */
  readonly exact: boolean;
  /** Where its members stand, as far as that is known from reading it. */
  readonly view: JsonView | undefined;
}

export function newContent(body: Buffer): Draft<Content> {
  return { body, message: undefined, exact: true, view: undefined };
}

/** Where the members of its text stand; undefined where it is no object. */
export function viewOf({ body, view }: Content): JsonView | undefined {
  return view ?? JsonView.of(body);
}

/** Of one that waits: only what the answer to it needs, besides its text. As values its arguments take many times the memory. */
export function contentOfWaiting({ body, message, exact }: Content): Content {
  if (message?.kind !== 'request') return { body, message, exact, view: undefined };
  const { _meta } = message.params;
  const params = _meta === undefined ? {} : { _meta };
  return { body, message: { kind: 'request', id: message.id, method: message.method, params }, exact, view: undefined };
}

/** Of a message, what is known of it to the end. */
export type Head =
  | { readonly kind: 'request'; readonly id: MessageId; readonly method: string }
  | { readonly kind: 'notification'; readonly id?: never; readonly method: string }
  | { readonly kind: 'response'; readonly id: MessageId; readonly method?: never };

/** What is it, in which revision, and in whose session? */
export interface Reading {
  /** In force when the body was there: it decides. */
  readonly policy: Policy | undefined;
  readonly head: Head | undefined;
  /** The messages of a body that is a list of them; each becomes a call of its own. */
  readonly batch: readonly Buffer[] | undefined;
  /** Of a body that is refused as it stands: who has to hear of it. Nothing is decided by it. */
  readonly outline: Outline | undefined;
  readonly revision: Revision | undefined;
  /** Of the session that counts: one that begins anew has none. */
  readonly sessionId: string | undefined;
  readonly session: Session | undefined;
  /** Of the legacy era, and of transports that carry one client only. */
  readonly conversation: Conversation | undefined;
  /** It has waited for a person already, and was asked to come back. */
  readonly resumed: HeldState | undefined;
}

export function newReading(policy: Policy | undefined, sessionId: string | undefined): Draft<Reading> {
  return {
    ...{ policy, head: undefined, batch: undefined, outline: undefined, revision: undefined },
    ...{ sessionId, session: undefined, conversation: undefined, resumed: undefined },
  };
}

const NO_TARGETS: readonly Target[] = [];
const NO_EDITS: readonly Edit[] = [];

/** Is it known, is what it refers to its own, and is it allowed? */
export interface Judgement {
  /** The entry of its revision's catalogue. */
  readonly rule: MethodRule | undefined;
  /** Once it is decided on, without their arguments. */
  readonly targets: readonly Target[];
  /** The tool that has begun the task which it is about; undefined where it is about none, or takes it back. */
  readonly taskTool: string | undefined;
  /** What the result of that task adds to. */
  readonly taskPast: Past | undefined;
  readonly verdict: Verdict | undefined;
  readonly argumentsHmac: string | undefined;
  /** It is open under this id. */
  readonly asked: Asked | undefined;
  /** Counted as a call that is open in it. */
  readonly openIn: Session | undefined;
  /** What is other in the body that is sent, in its order. */
  readonly edits: readonly Edit[];
  /** How much of what kind these take out; undefined: nothing. */
  readonly redacted: Redacted | undefined;
  /** The stream goes on behind the event that its client names. */
  readonly resumes: boolean;
}

export function newJudgement(): Draft<Judgement> {
  return {
    ...{
      rule: undefined,
      targets: NO_TARGETS,
      taskTool: undefined,
      taskPast: undefined,
      verdict: undefined,
      argumentsHmac: undefined,
    },
    ...{ asked: undefined, openIn: undefined, edits: NO_EDITS, redacted: undefined, resumes: false },
  };
}

/** The server has it. */
export interface Sending {
  /** Monotonic milliseconds. */
  readonly at: number;
  /** Of the modern era: what the client can be asked in the answer. */
  readonly declares: Declared | undefined;
}

/** Noted while its params are there. */
export function newSending(at: number, era: Era | undefined, message: Message | undefined): Sending {
  const isModern = era === 'modern' && message?.kind === 'request';
  return { at, declares: isModern ? declaredByRequest(message.params) : undefined };
}

/** What the server's answer has opened, or said of what follows it. */
export interface Agreement {
  readonly session: Session | undefined;
  readonly revision: Revision | undefined;
}
