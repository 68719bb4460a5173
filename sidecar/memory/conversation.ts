/**
 * What the gate remembers of two sides that speak with each other in a legacy revision, where an answer may come on another stream
 * than the one its request was sent on: a session or, with servers that have none, all that one principal says.
 * The ids of the two directions are separate spaces, and `1` is not `"1"` (JSON-RPC 2.0, Request object).
 */
import type { Declared } from '../../core/mcp/client-capabilities.ts';
import type { JsonView } from '../../core/mcp/json-view.ts';
import type { MessageId } from '../../core/mcp/message.ts';
import type { Revision } from '../../core/mcp/revision.ts';
import { EventIds } from './event-ids.ts';
import { AskedTable } from './asked.ts';
import { BoundedMap } from './bounded-map.ts';

/** Of which lists a client is told that they have changed. */
export interface ListChanges {
  readonly tools: boolean;
  readonly prompts: boolean;
  readonly resources: boolean;
}

export const NO_LIST_CHANGES: ListChanges = { tools: false, prompts: false, resources: false };

const MAX_ASKED_BACK = 1_000;

export class Conversation {
  readonly asked = new AskedTable();
  /** What the client declared in `initialize`; undefined where the gate has seen none. */
  declares: Declared | undefined = undefined;
  /** Requests of the server that were shown to the client and are not answered. */
  readonly askedBack = new BoundedMap<MessageId, true>(MAX_ASKED_BACK);
  /** Requests of the gate's own that its client has not answered, and who hears of the answer. */
  readonly ownRequests = new BoundedMap<MessageId, (answer: JsonView | undefined) => void>(MAX_ASKED_BACK);
  /** Answers of the gate to requests of the server that it has not taken yet. */
  refusalsOnTheWay = 0;
  /** What was agreed on over a pipe, where no header names the revision of what follows. */
  agreed: Revision | undefined = undefined;
  /** What the server announces in its answer to `initialize`. */
  announces: ListChanges = NO_LIST_CHANGES;
  /** What the client was given, from which it may resume its stream. */
  readonly events = new EventIds();
  /** It began before this process did: what it was given then is not known. */
  wasRestored = false;

  /** Clients of one name that speak without a session are one to the server: it may ask what one of them can be asked. */
  declare(declares: Declared | undefined): void {
    if (declares === undefined) return;
    this.declares = this.declares === undefined ? declares : new Set([...this.declares, ...declares]);
  }
}
