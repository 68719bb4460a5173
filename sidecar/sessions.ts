/**
 * Legacy sessions and who opened them. A session id is no proof of anything (MCP, Security Best Practices, Session
 * Hijacking): it is good only together with the principal that it was given to.
 */
import type { Clock } from '../core/clock.ts';
import type { Revision } from '../core/mcp/revision.ts';
import type { Principal } from '../core/policy/principal.ts';

export interface Session {
  readonly id: string;
  /** What client and server agreed on. */
  readonly revision: Revision;
  /** Monotonic milliseconds. */
  lastUsed: number;
}

/** Per principal: whoever opens more loses its own oldest one, never somebody else's. */
const MAX_SESSIONS = 1_000;
const IDLE_MS = 60 * 60_000;

export class SessionTable {
  readonly #clock: Clock;
  /** By owner, then by id in the order of last use, oldest first. */
  readonly #byOwner = new Map<string, Map<string, Session>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(id: string, principal: Principal, revision: Revision): void {
    this.#dropIdle();
    const owner = ownerOf(principal);
    const sessions = this.#byOwner.get(owner) ?? new Map<string, Session>();
    this.#byOwner.set(owner, sessions);
    sessions.delete(id);
    const [oldest] = sessions.keys();
    if (sessions.size >= MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest);
    sessions.set(id, { id, revision, lastUsed: this.#clock.monotonic() });
  }

  /** The session, if it exists and this principal opened it; nothing tells the two failures apart. */
  find(id: string, principal: Principal): Session | undefined {
    const sessions = this.#byOwner.get(ownerOf(principal));
    const session = sessions?.get(id);
    if (sessions === undefined || session === undefined) return undefined;
    session.lastUsed = this.#clock.monotonic();
    sessions.delete(id);
    sessions.set(id, session);
    return session;
  }

  close(id: string): void {
    for (const sessions of this.#byOwner.values()) sessions.delete(id);
  }

  #dropIdle(): void {
    const limit = this.#clock.monotonic() - IDLE_MS;
    for (const [owner, sessions] of this.#byOwner) {
      for (const session of sessions.values()) {
        if (session.lastUsed > limit) break;
        sessions.delete(session.id);
      }
      if (sessions.size === 0) this.#byOwner.delete(owner);
    }
  }
}

function ownerOf(principal: Principal): string {
  return `${principal.kind}:${principal.name}`;
}
