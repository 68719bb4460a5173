/**
 * The past as all gates of a server have it together, in a store that they share. Where the store is away, each gate goes on by what it
 * has written itself, with its part of each limit, or refuses, as the server says; what it lets through meanwhile is told to the store
 * before that is asked again.
 */
import { createHmac } from 'node:crypto';
import type { Clock } from '../../../../core/clock.ts';
import type { How, Outcome, Wanted } from '../../../../core/history/ops.ts';
import { type History, isLater, type Later } from '../history.ts';
import { type Password, StoreConnection, type StoreFailure, StoreError, type Run } from './connection.ts';
import { divided } from './divided.ts';
import type { Destination, Link, LinkOptions } from './store-link.ts';
import { Owed } from './owed.ts';
import { argumentsOf, keysOf, outcomeIn, type Scope } from './words.ts';

export interface StoreSaid extends Destination {
  readonly onFailure: 'Local' | 'Deny';
}

export interface SharedEvents {
  /** Undefined: no store is named any more. */
  onState(state: { readonly problem: string | undefined } | undefined): void;
  answered(ms: number): void;
  failed(reason: StoreFailure): void;
  /** What was asked of it has been decided without it. */
  fellBack(to: 'local' | 'denied'): void;
}

export interface SharedParts {
  /** What this gate has written itself, in the store too. */
  readonly local: History;
  /** The store as the policy names it now: the same object until it names another one; undefined: none. */
  readonly said: () => StoreSaid | undefined;
  readonly scope: () => Scope;
  readonly password: () => Password;
  /** How many gates the server has; undefined: nobody knows. */
  readonly replicas: () => number | undefined;
  readonly clock: Clock;
  readonly events: SharedEvents;
  readonly openLink?: (options: LinkOptions) => Promise<Link>;
}

type Told = (outcome: Outcome | undefined) => void;

interface Store {
  readonly said: StoreSaid;
  readonly connection: StoreConnection;
}

const PURPOSE = 'sallyport what came before v1';
/** Told to the store at once; a script that takes long lets everybody wait. */
const TOLD_AT_ONCE = 200;

export class SharedHistory implements History {
  readonly #parts: SharedParts;
  readonly #owed = new Owed();
  #store: Store | undefined = undefined;
  #secret: { readonly of: string; readonly key: Buffer } | undefined = undefined;

  constructor(parts: SharedParts) {
    this.#parts = parts;
    this.follow();
  }

  apply(wanted: readonly Wanted[], how: How): Outcome | Later {
    const store = this.follow();
    if (store === undefined) return this.#parts.local.apply(wanted, how);
    if (!store.connection.isUp) {
      this.#parts.events.failed('away');
      return this.#alone(wanted, how, store) ?? later(Promise.resolve(undefined));
    }
    return later(this.#ask(wanted, how, store));
  }

  /** By the password of the store, which all of them have, and nobody has to read it from the policy. */
  get secret(): Buffer | undefined {
    if (this.follow() === undefined) return undefined;
    const password = this.#parts.password();
    if (password === undefined || 'problem' in password) return undefined;
    if (this.#secret?.of !== password.text)
      this.#secret = { of: password.text, key: createHmac('sha256', password.text).update(PURPOSE).digest() };
    return this.#secret.key;
  }

  /** Call it when the policy may be another one. */
  follow(): Store | undefined {
    const said = this.#parts.said();
    if (said === this.#store?.said) return this.#store;
    this.#store?.connection.close();
    this.#store = said === undefined ? undefined : { said, connection: this.#connect(said) };
    if (said === undefined) this.#parts.events.onState(undefined);
    return this.#store;
  }

  close(): void {
    this.#store?.connection.close();
  }

  #connect(to: StoreSaid): StoreConnection {
    const { password, clock, events, openLink } = this.#parts;
    return new StoreConnection({
      ...{ to, password, clock, ...(openLink === undefined ? {} : { openLink }) },
      events: {
        onState: (problem) => events.onState({ problem }),
        onOpen: async (run) => {
          await this.#tell(PROBE, run);
          await this.#tellOwed(run);
        },
      },
    });
  }

  async #ask(wanted: readonly Wanted[], how: How, store: Store): Promise<Outcome | Later | undefined> {
    const { clock, events, local, scope } = this.#parts;
    const begun = clock.monotonic();
    try {
      const reply = await store.connection.run(keysOf(wanted, scope()), argumentsOf(wanted, how));
      const outcome = outcomeIn(reply, wanted);
      if (outcome !== undefined) {
        events.answered(clock.monotonic() - begun);
        // So that whoever has to go on without the store does not begin at nothing.
        if (how === 'Take' && outcome.holds) local.apply(wanted.map(unasked), 'Take');
        return outcome;
      }
      store.connection.distrust();
      events.failed('wrong');
    } catch (error) {
      events.failed(error instanceof StoreError ? error.reason : 'refused');
    }
    return this.#alone(wanted, how, store);
  }

  /** Undefined: nobody can tell, and the call is refused. */
  #alone(wanted: readonly Wanted[], how: How, { said }: Store): Outcome | Later | undefined {
    const { clock, events, local, replicas } = this.#parts;
    const gates = said.onFailure === 'Local' ? replicas() : undefined;
    const isWritten = how === 'Take';
    // What has happened has happened, whoever may decide on what is to come.
    const isNote = isWritten && wanted.every(({ isAsked }) => !isAsked);
    if ((gates === undefined && !isNote) || (isWritten && !this.#owed.hasRoomFor(wanted))) {
      events.fellBack('denied');
      return undefined;
    }
    const outcome = local.apply(divided(wanted, gates ?? 1), how);
    if (isWritten && (isLater(outcome) || outcome.holds)) this.#owed.add(wanted, clock.monotonic());
    if (gates === undefined) return undefined;
    if (!isNote) events.fellBack('local');
    return outcome;
  }

  async #tellOwed(run: Run): Promise<void> {
    while (this.#owed.size > 0) {
      const told = this.#owed.take(TOLD_AT_ONCE, this.#parts.clock.monotonic());
      try {
        await this.#tell(told, run);
      } catch (error) {
        // It may have been written all the same, and is counted twice then.
        this.#owed.add(told, this.#parts.clock.monotonic());
        throw error;
      }
    }
  }

  async #tell(wanted: readonly Wanted[], run: Run): Promise<void> {
    const reply = await run(keysOf(wanted, this.#parts.scope()), argumentsOf(wanted, 'Take'));
    if (outcomeIn(reply, wanted)?.holds !== true) throw new StoreError('wrong', 'it answers what makes no sense');
  }
}

/** A store that only reads, is full, or gives no right to this is found out before anybody asks it. */
const PROBE: readonly Wanted[] = [
  { op: { kind: 'mark', of: 'probe', whom: '', forMs: 1_000, note: '' }, isAsked: false },
  { op: { kind: 'window', of: 'probe', whom: '', windowMs: 1_000, limit: undefined, add: 1 }, isAsked: false },
  { op: { kind: 'lease', of: 'probe', whom: '', id: 'probe', limit: 1, forMs: 1_000 }, isAsked: false },
];

function unasked({ op }: Wanted): Wanted {
  return { op, isAsked: false };
}

function later(found: Promise<Outcome | Later | undefined>): Later {
  return { done: (callback) => void tellWhenFound(found, callback) };
}

async function tellWhenFound(found: Promise<Outcome | Later | undefined>, callback: Told): Promise<void> {
  const outcome = await found;
  if (outcome !== undefined && isLater(outcome)) outcome.done(callback);
  else callback(outcome);
}
