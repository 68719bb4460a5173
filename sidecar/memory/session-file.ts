/**
 * Sessions of a server over Streamable HTTP, kept in a file of the state directory, so that they go on when the gate alone is restarted:
 * the server knows them still, and the official clients open no new one by themselves. What is kept is whose a session is and what was
 * agreed on in it; a session that cannot be read from the file does not exist.
 */
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { sha256 } from '../../core/digest.ts';
import { CLIENT_REQUEST_KINDS } from '../../core/mcp/client-request.ts';
import type { Declared } from '../../core/mcp/client-capabilities.ts';
import type { Principal } from '../../core/policy/principal.ts';
import { type Lock, acquireLock } from '../files/lock.ts';
import type { ListChanges } from './conversation.ts';

/** What is written of a session. */
export interface KeptSession {
  readonly id: string;
  readonly principal: Principal;
  readonly revision: { readonly version: string };
  readonly conversation: Agreed;
}

/** In the handshake. */
interface Agreed {
  readonly announces: ListChanges;
  /** What the client can be asked; nothing where it is not known. */
  readonly declares: Declared | undefined;
}

export interface SessionStore {
  /** Those that were open when the gate before this one ended, oldest first. */
  readonly found: readonly KeptSession[];
  /** Begins with these. */
  begin(sessions: readonly KeptSession[]): void;
  /** It is open; called again, it costs nothing while nothing about it has changed. */
  put(session: KeptSession): void;
  delete(session: KeptSession): void;
}

/** Of all principals together; the newest count. */
const MAX_FOUND = 10_000;
/** Lines that say nothing any more, before the file is written anew. */
const MAX_STALE = 1_000;

export interface SessionFileOptions {
  readonly path: string;
  /** Sessions of one server mean nothing to another. */
  readonly upstream: string;
  /** Once, when sessions are not kept any more. */
  onProblem(error: unknown): void;
}

export class SessionFile implements SessionStore {
  readonly found: readonly KeptSession[];
  readonly #options: SessionFileOptions;
  readonly #head: string;
  readonly #lock: Lock;
  readonly #open = new Map<KeptSession, string>();
  readonly #written = new WeakMap<KeptSession, Agreed & { readonly version: string }>();
  #file: number | undefined = undefined;
  #isOver = false;
  #lines = 0;

  private constructor(options: SessionFileOptions, lock: Lock) {
    this.#options = options;
    this.#lock = lock;
    this.#head = JSON.stringify({ sessions: 1, upstream: sha256(options.upstream) });
    this.found = read(options.path, this.#head);
  }

  /** Undefined while another gate writes there. Throws when the directory cannot be written. */
  static open(options: SessionFileOptions): SessionFile | undefined {
    mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 });
    const lock = acquireLock(`${options.path}.lock`);
    if (lock === undefined) return undefined;
    return new SessionFile(options, lock);
  }

  begin(sessions: readonly KeptSession[]): void {
    for (const session of sessions) this.#open.set(session, this.#lineOf(session));
    // In one piece: who is killed meanwhile has the old file or the new one.
    this.#guarded(() => this.#rewrite());
  }

  put(session: KeptSession): void {
    if (this.#isAsWritten(session)) return;
    const line = this.#lineOf(session);
    this.#open.set(session, line);
    this.#append(line);
  }

  #lineOf(session: KeptSession): string {
    const { id, principal, revision, conversation } = session;
    const { announces, declares } = conversation;
    this.#written.set(session, { version: revision.version, announces, declares });
    const { kind, name } = principal;
    return JSON.stringify({
      open: { id, kind, name, version: revision.version, announces, declares: [...(declares ?? [])] },
    });
  }

  delete(session: KeptSession): void {
    if (!this.#open.delete(session)) return;
    const { kind, name } = session.principal;
    this.#append(JSON.stringify({ closed: { id: session.id, kind, name } }));
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#isOver = true;
    try {
      this.#lock.release();
    } catch {
      // The directory is gone, and the lock with it; a lock whose owner has ended counts for nothing.
    }
  }

  #isAsWritten(session: KeptSession): boolean {
    const written = this.#written.get(session);
    const { announces, declares } = session.conversation;
    return (
      written?.version === session.revision.version && written.announces === announces && written.declares === declares
    );
  }

  /** To the kernel before the client reads of its session: what is killed then has written it. */
  #append(line: string): void {
    this.#guarded(() => {
      if (this.#file === undefined || this.#lines > 2 * this.#open.size + MAX_STALE) this.#rewrite();
      else {
        writeSync(this.#file, `${line}\n`);
        this.#lines++;
      }
    });
  }

  /** What cannot be written ends the keeping, not the sessions: they end with this process, as they did before there was a file. */
  #guarded(write: () => void): void {
    if (this.#isOver) return;
    try {
      write();
    } catch (error) {
      this.close();
      this.#options.onProblem(error);
    }
  }

  #rewrite(): void {
    const { path } = this.#options;
    const draft = `${path}.${process.pid}`;
    const lines = [this.#head, ...this.#open.values()];
    writeFileSync(draft, `${lines.join('\n')}\n`, { mode: 0o600 });
    renameSync(draft, path);
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = openSync(path, 'a', 0o600);
    this.#lines = lines.length;
  }
}

function read(path: string, head: string): KeptSession[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  const [first, ...lines] = text.split('\n');
  if (first !== head) return [];
  const open = new Map<string, KeptSession>();
  for (const line of lines) {
    const entry = entryIn(line);
    if (entry === undefined) continue;
    open.delete(entry.key);
    if (entry.session !== undefined) open.set(entry.key, entry.session);
  }
  return [...open.values()].slice(-MAX_FOUND);
}

/** Undefined for what is not wholly as it was written, such as the last line of a process that was killed. */
function entryIn(line: string): { readonly key: string; readonly session: KeptSession | undefined } | undefined {
  let entry: { readonly open?: Members; readonly closed?: Members } | null;
  try {
    entry = JSON.parse(line) as typeof entry;
  } catch {
    return undefined;
  }
  const { id, kind, name, version, announces, declares } = entry?.open ?? entry?.closed ?? {};
  if (typeof id !== 'string' || typeof kind !== 'string' || typeof name !== 'string') return undefined;
  const key = JSON.stringify([kind, name, id]);
  if (entry?.open === undefined) return { key, session: undefined };
  if (typeof version !== 'string') return undefined;
  const principal: Principal = { kind: kind as Principal['kind'], name, groups: [] };
  const changes = { tools: announces?.['tools'] === true, prompts: announces?.['prompts'] === true };
  const asked = CLIENT_REQUEST_KINDS.filter((one) => Array.isArray(declares) && declares.includes(one));
  const conversation = {
    announces: { ...changes, resources: announces?.['resources'] === true },
    declares: new Set(asked),
  };
  return { key, session: { id, principal, revision: { version }, conversation } };
}

interface Members {
  readonly id?: unknown;
  readonly kind?: unknown;
  readonly name?: unknown;
  readonly version?: unknown;
  readonly announces?: Readonly<Record<string, unknown>>;
  readonly declares?: unknown;
}
