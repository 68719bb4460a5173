/**
 * Legacy sessions and who opened them. A session id is no proof of anything (MCP, Security Best Practices, Session
 * Hijacking): it is good only together with the principal that it was given to.
 */
import type { Clock } from '../../core/clock.ts';
import type { Revision } from '../../core/mcp/revision.ts';
import { findRevision } from '../../core/mcp/revisions/index.ts';
import type { Principal } from '../../core/policy/principal.ts';
import { Conversation } from './conversation.ts';
import type { SessionStore } from './session-file.ts';
import { ByOwner, ownerOf } from './by-owner.ts';
import { BoundedMap } from './bounded-map.ts';

export interface Session {
  readonly id: string;
  readonly principal: Principal;
  readonly conversation: Conversation;
  /** What client and server agreed on. */
  revision: Revision;
  /** Monotonic milliseconds. */
  lastUsed: number;
  /** Streams and calls that are open in it; while there are, it is not idle. */
  inUse: number;
  /** What has to end with it. */
  readonly atEnd: Set<() => void>;
  /** Of HTTP+SSE (2024-11-05): where its messages are posted to, and the one stream that carries all answers. */
  readonly transport: EndpointTransport | undefined;
}

export interface EndpointTransport {
  readonly endpoint: string;
  readonly stream: SessionStream;
  /** Bytes that the gate itself has written since the client had taken everything. */
  ownUnread: number;
}

/** The one stream of such a session, as whoever answers on it needs it. */
export interface SessionStream {
  readonly open: boolean;
  readonly unread: number;
  write(event: Buffer): boolean;
  destroy(): void;
  onDrain(resume: () => void): void;
}

/** Per principal: whoever opens more loses its own oldest one, never somebody else's. */
const MAX_SESSIONS = 1_000;
/** Principals that speak without sessions. */
const MAX_SESSIONLESS = 1_000;

export class SessionTable {
  readonly #clock: Clock;
  readonly #sessions = new ByOwner<Session>(MAX_SESSIONS);
  readonly #sessionless = new BoundedMap<string, Conversation>(MAX_SESSIONLESS);

  #store: SessionStore | undefined = undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From here on sessions outlive this process; those that outlived the one before are open again, for whom they were given to. */
  keep(store: SessionStore): void {
    const restored: Session[] = [];
    for (const { id, principal, revision, conversation } of store.found) {
      const known = findRevision(revision.version);
      if (known?.era !== 'legacy') continue;
      const session = this.open(id, principal, known);
      session.conversation.announces = conversation.announces;
      session.conversation.declare(conversation.declares);
      session.conversation.wasRestored = true;
      restored.push(session);
    }
    store.begin(restored);
    this.#store = store;
  }

  /** Called with a session that had to make room for another one. */
  onEvicted: (session: Session) => void = () => {};

  /** Opens a session, or says of one that is open what was agreed on. */
  open(id: string, principal: Principal, revision: Revision, transport?: Session['transport']): Session {
    const known = this.#sessions.get(id, principal);
    if (known !== undefined) {
      known.revision = revision;
      return known;
    }
    const lastUsed = this.#clock.monotonic();
    const conversation = new Conversation();
    const session: Session = { id, principal, conversation, revision, lastUsed, inUse: 0, atEnd: new Set(), transport };
    const evicted = this.#sessions.set(id, principal, session);
    // A session of HTTP+SSE is its stream, which ends with the process.
    if (transport === undefined) this.#store?.put(session);
    if (evicted !== undefined) {
      this.#store?.delete(evicted);
      this.onEvicted(evicted);
    }
    return session;
  }

  /** The session, if it exists and this principal opened it; nothing tells the two failures apart. */
  find(id: string, principal: Principal): Session | undefined {
    const session = this.#sessions.get(id, principal);
    if (session === undefined) return undefined;
    session.lastUsed = this.#clock.monotonic();
    // What was agreed on in it is known since its first answer.
    if (session.transport === undefined) this.#store?.put(session);
    return session;
  }

  /** What a principal says without a session is one conversation. */
  sessionless(principal: Principal): Conversation {
    const owner = ownerOf(principal);
    const known = this.#sessionless.get(owner);
    if (known !== undefined) return known;
    const conversation = new Conversation();
    this.#sessionless.set(owner, conversation);
    return conversation;
  }

  close(session: Session): void {
    this.#sessions.delete(session.id, session.principal);
    this.#store?.delete(session);
  }

  /** Of a server whose sessions have ids that nobody else gives out. */
  closeAll(id: string): void {
    for (const session of this.#sessions.deleteWhere((one) => one.id === id)) this.#store?.delete(session);
  }

  /** Takes out the sessions in which nothing happened for so long, and returns them. */
  closeIdle(idleMs: number): Session[] {
    const limit = this.#clock.monotonic() - idleMs;
    const idle = this.#sessions.deleteWhere(
      ({ inUse, transport, lastUsed }) => inUse === 0 && transport === undefined && lastUsed <= limit,
    );
    for (const session of idle) this.#store?.delete(session);
    return idle;
  }
}
