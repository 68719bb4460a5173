/** A stream that stays open, as the table of streams sees it. */
import { type JsonObject, type MessageId, isObject } from '../../core/mcp/message.ts';
import type { Refusal } from '../../core/mcp/refusals.ts';
import type { Principal } from '../../core/policy/principal.ts';
import { type ListChanges, NO_LIST_CHANGES } from '../memory/conversation.ts';
import type { AnswerParts } from './parts.ts';
import type { Session } from '../memory/sessions.ts';
import type { OpenStream } from '../memory/streams.ts';
import type { Call } from '../call/call.ts';
import { awaitsAnswers } from '../call/endpoint-session.ts';
import type { Reply } from '../call/reply.ts';

export class CallStream implements OpenStream {
  readonly #call: Call;
  readonly #gate: AnswerParts;
  readonly #reply: Reply;
  readonly #end: (why: Refusal) => void;
  #granted: ListChanges = NO_LIST_CHANGES;

  constructor(call: Call, gate: AnswerParts, reply: Reply, end: (why: Refusal) => void) {
    this.#call = call;
    this.#gate = gate;
    this.#reply = reply;
    this.#end = end;
  }

  get principal(): Principal | undefined {
    return this.#call.principal;
  }

  get session(): Session | undefined {
    return this.#call.session;
  }

  get changes(): ListChanges {
    return this.#call.request.httpMethod === 'GET'
      ? (this.#call.conversation?.announces ?? NO_LIST_CHANGES)
      : this.#granted;
  }

  get subscriptionId(): MessageId | undefined {
    return this.#call.id ?? undefined;
  }

  open(messages: { onSubscribed: ((granted: JsonObject) => void) | undefined }): void {
    const grant = (granted: JsonObject): void => this.grant(granted);
    messages.onSubscribed = grant;
    this.#gate.streams.add(this);
    this.#gate.metrics.openStreams(1);
  }

  close(): void {
    this.#gate.streams.delete(this);
    this.#gate.metrics.openStreams(-1);
  }

  /** What the server says it will tell on a subscription. */
  grant(notifications: JsonObject): void {
    this.#granted = {
      tools: notifications['toolsListChanged'] === true,
      prompts: notifications['promptsListChanged'] === true,
      resources: notifications['resourcesListChanged'] === true,
    };
  }

  write(event: Buffer): void {
    if (this.#reply.started && this.#reply.open) this.#reply.write(event);
  }

  end(why: Refusal): void {
    this.#end(why);
  }

  get awaitsAnswers(): boolean {
    return awaitsAnswers(this.session);
  }

  isStillProven(): boolean {
    return this.#call.entry.proof?.holds() === true;
  }
}

/** What a server announces of its lists in its answer to `initialize`. */
export function ownListChanges(capabilities: unknown): ListChanges {
  const announces = (key: string): boolean => {
    const capability = isObject(capabilities) ? capabilities[key] : undefined;
    return isObject(capability) && capability['listChanged'] === true;
  };
  return { tools: announces('tools'), prompts: announces('prompts'), resources: announces('resources') };
}
