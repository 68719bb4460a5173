/** What the gate has to know of one protocol revision. Nothing outside `core/mcp` knows a revision by name. */
import type { MethodRule, ServerRequestRule } from './catalogue.ts';
import type { ClientRequestKind } from './client-request.ts';
import type { Era } from './era.ts';
import type { JsonView, Span } from './json-view.ts';
import type { JsonObject } from './message.ts';
import type { TaskForms } from './task-forms.ts';

export interface Revision {
  /** The date that names it on the wire. */
  readonly version: string;
  readonly era: Era;
  /** Requests a client may send. What is not listed is refused. */
  readonly requests: ReadonlyMap<string, MethodRule>;
  /** Notifications a client may send. What is not listed is refused. */
  readonly notifications: ReadonlySet<string>;
  /** Which member of `params` the `Mcp-Name` header mirrors, by method. */
  readonly mirroredNames: ReadonlyMap<string, string>;
  /** What a server may ask: by requests of its own or, in the modern era, inside of a result. What is not listed is refused in the client's place. */
  readonly serverRequests: ReadonlyMap<string, ServerRequestRule>;
  /** Notifications a server may send. What is not listed is dropped. */
  readonly serverNotifications: ReadonlySet<string>;
  /** Whether one POST may carry several messages as a list. */
  readonly batches: boolean;
  /** What in the params of a request goes back to something that the server has given out; a string says what is wrong with them. */
  readReferences(method: string, params: JsonObject): References | string;
  /** What in a result has to be decided on, or remembered. */
  readOffers(result: JsonView): Offers;
  /** Completes a result that the gate itself made, so that the client accepts it. */
  completeResult(result: JsonObject): JsonObject;
  /**
   * The result that has a client call again with its params and this state, and that needs no capability (MCP 2026-07-28, Multi Round-Trip
   * Requests); undefined where no client would understand it. For requests of those methods alone.
   */
  callAgain(method: string, requestState: string): JsonObject | undefined;
  /** How the gate makes a task of a call; undefined where there are none. */
  readonly tasks: TaskForms | undefined;
  /** Members that a list for one caller has to have: what one may see must not be cached for others. `ttlMs` is what the server says. */
  membersOfList(ttlMs: unknown): Readonly<Record<string, string | number>>;
}

/** What a request refers to. */
export interface References {
  /** State of a server that keeps none itself. */
  readonly requestState: string | undefined;
  /** Kinds of what the client answers to requests that came inside of a result, and of which there are several. */
  readonly answers: readonly ClientRequestKind[];
  readonly taskIds: readonly string[];
  /** What the client would have to declare for its request, and has not. */
  readonly lacks: JsonObject | undefined;
}

/** What a result gives out. */
export interface Offers {
  /** Requests to the client, by a key: an object of `{method, params}`. */
  readonly inputRequests: Span | undefined;
  readonly requestState: Span | undefined;
  /** A task that was begun. */
  readonly taskId: string | undefined;
}

export const NO_REFERENCES: References = { requestState: undefined, answers: [], taskIds: [], lacks: undefined };
export const NO_OFFERS: Offers = { inputRequests: undefined, requestState: undefined, taskId: undefined };
