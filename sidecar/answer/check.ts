/** What a check of an answer gets to see, and what it can say. The list of them is in checks.ts. */
import type { Edit, JsonView } from '../../core/mcp/json-view.ts';
import type { MessageId } from '../../core/mcp/message.ts';
import type { Pieces } from '../../core/mcp/pieces.ts';
import type { Refusal } from '../../core/mcp/refusals.ts';
import type { Offers } from '../../core/mcp/revision.ts';
import type { ContentPlan } from '../../core/policy/content/content-plan.ts';
import type { Call } from '../call/call.ts';
import type { AnswerParts } from './parts.ts';
import type { AnswerTerms } from '../memory/answer-terms.ts';

export interface Answer {
  /** The call whose stream it came on; the one it answers when `isOwn`. */
  readonly call: Call;
  readonly gate: AnswerParts;
  /** To have it whole costs a copy of what is large: only who looks into all of it asks for that. */
  readonly text: Pieces;
  readonly id: MessageId | undefined;
  /** Either `result` or `error`. */
  readonly result: JsonView | undefined;
  readonly error: JsonView | undefined;
  /** What the result gives out. */
  readonly offers: Offers;
  readonly isOwn: boolean;
  /** Of the request that it answers, on whatever stream it came; undefined for an error that answers something without an id. */
  readonly terms: AnswerTerms | undefined;
  /** What is looked for in it; undefined: nothing. */
  readonly content: ContentPlan | undefined;
}

/** Nothing: it passes. `edits`: it passes with these changes, if no other check stops it. `stop`: the refusal takes its place. */
export type Ruling = undefined | { readonly edits: readonly Edit[] } | { readonly stop: Refusal };

/** Throws `UnreadableMessage` where it cannot tell what it is to decide on. */
export type Check = (answer: Answer) => Ruling;

/** What becomes of a message: it passes as it is, other text takes its place, or nothing does. */
export type Passage = 'pass' | 'drop' | { readonly instead: Buffer | string };

/** What cannot be read cannot be decided on. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}
