/**
 * Legacy sessions and who opened them. A session id is no proof of anything (MCP, Security Best Practices, Session
 * Hijacking): it is good only together with the principal that it was given to.
 */
import type { Clock } from '../core/clock.ts';
import type { Revision } from '../core/mcp/revision.ts';
import type { Principal } from '../core/policy/principal.ts';

export interface Session {
  readonly id: string;
  readonly owner: string;
  /** What client and server agreed on. */
  readonly revision: Revision;
  /** Monotonic milliseconds. */
  lastUsed: number;
}

const MAX_SESSIONS = 10_000;
const IDLE_MS = 60 * 60_000;

export class SessionTable {
  readonly #clock: Clock;
  /** In the order of last use, oldest first. */
  readonly #sessions = new Map<string, Session>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(id: string, principal: Principal, revision: Revision): void {
    this.#dropIdle();
    this.#sessions.delete(id);
    this.#sessions.set(id, { id, owner: ownerOf(principal), revision, lastUsed: this.#clock.monotonic() });
  }

  /** The session, if it exists and this principal opened it; nothing tells the two failures apart. */
  find(id: string, principal: Principal): Session | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined || session.owner !== ownerOf(principal)) return undefined;
    session.lastUsed = this.#clock.monotonic();
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    return session;
  }

  close(id: string): void {
    this.#sessions.delete(id);
  }

  #dropIdle(): void {
    const limit = this.#clock.monotonic() - IDLE_MS;
    for (const session of this.#sessions.values()) {
      if (session.lastUsed > limit && this.#sessions.size < MAX_SESSIONS) break;
      this.#sessions.delete(session.id);
    }
  }
}

function ownerOf(principal: Principal): string {
  return `${principal.kind}:${principal.name}`;
}
