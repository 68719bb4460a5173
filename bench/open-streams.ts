/** Streams held open by clients in a process of their own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, startChild, stopChild } from './children.ts';
import type { StreamOrder, StreamState } from './stream-load.ts';

/** Half of the sessions that a gate keeps for one client. */
const SESSIONS_PER_CLIENT = 500;
const LOOK_MS = 500;

export function clientsFor(streams: number): number {
  return Math.max(1, Math.ceil(streams / SESSIONS_PER_CLIENT));
}

export class OpenStreams {
  readonly #child = startChild({ script: `${import.meta.dirname}/stream-load.ts` });

  /** Rejects unless all of them are open; `onLook` hears how far it is. */
  async open(port: number, streams: number, onLook: (state: StreamState) => void = () => {}): Promise<void> {
    const order: StreamOrder = { port, streams, clients: clientsFor(streams) };
    let state = await ask<StreamState>(this.#child, order);
    while (state.open + state.died < streams) {
      await sleep(LOOK_MS);
      state = await this.state();
      onLook(state);
    }
    if (state.died > 0) throw new Error(`only ${state.open} of ${streams} streams were opened: ${state.problem}`);
  }

  state(): Promise<StreamState> {
    return ask<StreamState>(this.#child, 'state');
  }

  /** Resolves with what was the case before. */
  async close(): Promise<StreamState> {
    const state = await this.state();
    await ask(this.#child, 'close');
    return state;
  }

  stop(): Promise<void> {
    return stopChild(this.#child);
  }
}
