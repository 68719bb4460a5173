/**
 * Binds the state that a server without sessions gives to its client (`requestState`, MCP 2026-07-28, Multi Round-Trip Requests) to
 * the principal it was given to. The client brings it back with its next call, maybe to another replica: nothing is remembered here,
 * a keyed digest goes with the state, and all replicas of a server have the key.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Principal } from '../../core/policy/principal.ts';
import { ownerOf } from './by-owner.ts';

const PREFIX = 'sp1.';
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

  seal(state: string, principal: Principal, server: string): string {
    return `${PREFIX}${tagOf(this.#keys[0] as Buffer, state, principal, server).toString('base64url')}.${state}`;
  }

  /** The server's own state; undefined when it was not given to this principal. */
  open(sealed: string, principal: Principal, server: string): string | undefined {
    const from = PREFIX.length + TAG_LENGTH;
    if (!sealed.startsWith(PREFIX) || sealed[from] !== '.') return undefined;
    const tag = Buffer.from(sealed.slice(PREFIX.length, from), 'base64url');
    const state = sealed.slice(from + 1);
    if (tag.length !== TAG_BYTES) return undefined;
    const isOurs = this.#keys.some((key) => timingSafeEqual(tag, tagOf(key, state, principal, server)));
    return isOurs ? state : undefined;
  }
}

function tagOf(key: Buffer, state: string, principal: Principal, server: string): Buffer {
  // Lengths first: no two different triples give one text.
  const owner = ownerOf(principal);
  const text = `requestState ${server.length} ${owner.length} ${server}${owner}${state}`;
  return createHmac('sha256', key).update(text).digest().subarray(0, TAG_BYTES);
}
