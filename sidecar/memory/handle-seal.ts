/**
 * Binds the state that a client without a session is given (`requestState`, MCP 2026-07-28, Multi Round-Trip Requests) to the principal it
 * was given to: the server's own, and that of a call which waits for a person. The client brings it back with its next call, maybe to
 * another replica: nothing is remembered here, a keyed digest goes with the state, and all replicas of a server have the key.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Principal } from '../../core/policy/principal.ts';
import { ownerOf } from './by-owner.ts';

/** Whose state it is: one of a kind is none of the other, whatever a server puts into its own. */
export type StateKind = 'server' | 'held call';

const PREFIXES: Readonly<Record<StateKind, string>> = { server: 'sp1.', 'held call': 'sph1.' };
/** Goes into the tag. */
const PURPOSES: Readonly<Record<StateKind, string>> = { server: 'requestState', 'held call': 'held call' };
/** 128 bits of HMAC-SHA-256 (RFC 2104 §5: at least half of the output). */
const TAG_BYTES = 16;
const TAG_LENGTH = 22;

export class HandleSeal {
  readonly #own: Buffer;
  /** The first one seals; what others have sealed is opened as well. */
  #keys: readonly Buffer[];

  /** `key` is good as long as there is none that all replicas share, and what it has sealed stays good. */
  constructor(key: Buffer) {
    this.#own = key;
    this.#keys = [key];
  }

  /** The key that all replicas share, once it is known, and those before and after it. */
  adopt(key: Buffer, others: readonly Buffer[]): void {
    this.#keys = [key, ...others, this.#own];
  }

  seal(state: string, principal: Principal, server: string, kind: StateKind = 'server'): string {
    const tag = tagOf(this.#keys[0] as Buffer, state, principal, server, kind);
    return `${PREFIXES[kind]}${tag.toString('base64url')}.${state}`;
  }

  /** The state itself; undefined when it was not given to this principal. */
  open(sealed: string, principal: Principal, server: string, kind: StateKind = 'server'): string | undefined {
    const prefix = PREFIXES[kind];
    const from = prefix.length + TAG_LENGTH;
    if (!sealed.startsWith(prefix) || sealed[from] !== '.') return undefined;
    const tag = Buffer.from(sealed.slice(prefix.length, from), 'base64url');
    const state = sealed.slice(from + 1);
    if (tag.length !== TAG_BYTES) return undefined;
    const isOurs = this.#keys.some((key) => timingSafeEqual(tag, tagOf(key, state, principal, server, kind)));
    return isOurs ? state : undefined;
  }
}

/** By its form alone: whether it is one, the seal says. */
export function looksLikeHeldCall(state: string): boolean {
  return state.startsWith(PREFIXES['held call']);
}

function tagOf(key: Buffer, state: string, principal: Principal, server: string, kind: StateKind): Buffer {
  // Lengths first: no two different triples give one text.
  const owner = ownerOf(principal);
  const text = `${PURPOSES[kind]} ${server.length} ${owner.length} ${server}${owner}${state}`;
  return createHmac('sha256', key).update(text).digest().subarray(0, TAG_BYTES);
}
