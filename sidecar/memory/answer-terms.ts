/**
 * What decides on the answer to a request, noted when the server is handed it. It is kept with what was asked, so that every way on
 * which an answer may come back (its own stream, another one of the session, one that is resumed) finds the same.
 */
import type { MethodRule } from '../../core/mcp/catalogue.ts';
import type { Declared } from '../../core/mcp/client-capabilities.ts';
import type { ContentPlan } from '../../core/policy/content/content-plan.ts';
import type { Noted } from '../traffic/tap.ts';
import type { Obligations } from '../../core/policy/verdict.ts';
import type { Ticket } from './results/result-store.ts';
import type { Past } from './history/past.ts';

export interface AnswerTerms {
  readonly method: string;
  /** The entry of its revision's catalogue; undefined for a method that only a pack knows. */
  readonly rule: MethodRule | undefined;
  /** Ids of the rules of packs that carry the verdict on the request. */
  readonly rules: readonly string[];
  /** What that verdict leaves to be done. */
  readonly obligations: Obligations;
  /** The tool that it calls; undefined for anything else. */
  readonly tool: string | undefined;
  /** The tool that has begun the task which it is about; undefined where it is about none, or takes it back. */
  readonly taskTool: string | undefined;
  /** What the result of that task adds to; undefined: nothing. */
  readonly taskPast: Past | undefined;
  /** What is looked for in its answer, and in all that is said until then; undefined: nothing. */
  readonly content: ContentPlan | undefined;
  /** Where traffic is recorded: what was noted of the request. */
  readonly traffic?: Noted | undefined;
  /** Its result may be kept; undefined: it may not. */
  readonly keeps: Ticket | undefined;
  /** Ids of what it clears of what is kept, once it is answered. */
  readonly clears: readonly string[];
  /** What the answer adds to; undefined: nothing. */
  readonly past: Past | undefined;
  /** Of `initialize`: what the client can be asked. */
  readonly declares: Declared | undefined;
}
