/** What one evaluation has at hand. */
import { Budget } from './budget.ts';
import { Failure } from './failure.ts';
import type { Value } from './values.ts';

/** Whom a condition is about, and when. What is not known is undefined, and a condition that reads it fails. */
export interface Facts {
  readonly principal:
    | {
        readonly kind: string;
        readonly name: string;
        readonly groups: readonly string[];
        readonly issuer?: string;
        readonly scopes?: readonly string[];
        readonly attributes?: Readonly<Record<string, string>>;
      }
    | undefined;
  readonly server: { readonly namespace: string; readonly name: string } | undefined;
  readonly session: SessionFacts | undefined;
  /** Milliseconds since the Unix epoch, taken once for each call. */
  readonly now: number | undefined;
}

export interface SessionFacts {
  /** The revision of MCP that both speak, such as 2025-11-25. */
  readonly protocol: string;
  /** Of the session, as its server gave it; empty where there is none. */
  readonly id: string;
}

export const NO_FACTS: Facts = { principal: undefined, server: undefined, session: undefined, now: undefined };

export class Frame extends Budget {
  readonly facts: Facts;
  /** Of the tool, prompt or method, or the URI of the resource. */
  readonly subject: string;
  readonly args: object | undefined;
  /** Variables of macros, by their depth. */
  readonly slots: Value[] = [];

  constructor(facts: Facts, subject: string, args: object | undefined, work: number) {
    super(work);
    this.facts = facts;
    this.subject = subject;
    this.args = args;
  }
}

export type Step = (frame: Frame) => Value;

export function unknown(what: string): Failure {
  return new Failure('missing', `It is not known here what the rule asks for (${what}).`);
}
