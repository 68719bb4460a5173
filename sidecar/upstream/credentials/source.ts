/** Where a key comes from: a file that is there, or somebody who has to be asked first. One file for each kind of source. */
import type { Secret } from '../../../core/credentials/secret.ts';
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { Principal } from '../../../core/policy/principal.ts';

/** Whose call it is. */
export interface Caller {
  /** Undefined: nobody's; the gate asks for itself. */
  readonly principal: Principal | undefined;
  /** As the caller sent it; never sent on. */
  readonly authorization: string | undefined;
}

/**
 * What is known without waiting. `pending`: it has to be fetched first, and then looked at again. `refused`: the call cannot be sent, with
 * what its caller is told.
 */
export type Found =
  | { readonly kind: 'found'; readonly secret: Secret }
  | { readonly kind: 'pending' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What is wrong is for whoever runs the gate; a client is told whose fault it is not. */
export function notToBeHad(name: string): Found {
  const sentence = `the gate does not have ${name}, which the server asks for`;
  return { kind: 'refused', refusal: refuse('credentials-unavailable', sentence) };
}

export interface CredentialSource {
  look(caller: Caller): Found;
  /**
   * Asks for what `look` found pending. `done` is called once, later and not before this returns, when it is worth looking again: with
   * what was asked for, or with a reason that it is not to be had. Returns what to call when nobody waits for it any more; `done` is not
   * called then. Bounded in time by whoever implements it.
   */
  fetch(caller: Caller, done: () => void): () => void;
  /** Keys that may be said in any answer, whosoever call it is: what is the caller's alone is watched for in the answers to that. */
  readonly common: readonly Secret[];
  /** Keys of this caller alone, the newest last: one that is renewed may be said on a stream that is older. */
  ofCaller?(principal: Principal): readonly Secret[];
  /** Why it is not to be had, in a sentence for whoever runs the gate; undefined: it is, or nobody knows yet. */
  readonly problem?: string | undefined;
  /** The server has refused this one (HTTP 401). */
  refused?(secret: Secret): void;
  close(): void;
}
