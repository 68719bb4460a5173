/** What became of each call of a load, one line each, and the sums of it. */
import { writeFileSync } from 'node:fs';
import type { Seen } from './outcome.ts';

export interface LoggedCall {
  /** 32 hex digits: also the trace id that the call was sent with, by which the audit log of the gate names it (`traceId`). */
  readonly id: string;
  /** Such as `gated`, and `direct` for the control group. */
  readonly group: string;
  /** Which client, such as `v2 modern, new connections`. */
  readonly client: string;
  /** The name of a tool; `connect` for the beginning of a session. */
  readonly tool: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly ended: number;
  readonly seen: Seen;
  /** What the client said of a failure, in its first 200 characters. */
  readonly detail?: string;
}

export interface Sums {
  readonly calls: number;
  readonly opened: number;
  /** Calls of sessions that the server no longer knows: the client is told to open another, and repeats the call there. */
  readonly sessionsEnded: number;
  /** Everything else that was not answered as it should have been. */
  readonly lost: number;
  /** Calls that policy forbids and that were answered all the same. */
  readonly unguarded: number;
}

export class CallLog {
  readonly #calls: LoggedCall[] = [];

  add(call: LoggedCall): void {
    this.#calls.push(call);
  }

  /** In the order in which they ended. */
  get calls(): readonly LoggedCall[] {
    return this.#calls;
  }

  lostOf(group: string, counts = everyClient): LoggedCall[] {
    return this.#calls.filter((call) => call.group === group && counts(call.client) && isLost(call));
  }

  sums(group: string, counts = everyClient): Sums {
    const all = this.#calls.filter((call) => call.group === group && counts(call.client));
    return {
      calls: all.length,
      opened: all.filter(({ tool, seen }) => tool === 'connect' && seen === 'answered').length,
      sessionsEnded: all.filter(({ seen }) => seen === 'session-ended').length,
      lost: all.filter(isLost).length,
      unguarded: all.filter(({ seen }) => seen === 'unguarded').length,
    };
  }

  /** A table for people: a line for each group and client. */
  table(): string {
    const keys = [...new Set(this.#calls.map(({ group, client }) => `${group}\t${client}`))].toSorted();
    const lines = keys.map((key) => {
      const [group = '', client = ''] = key.split('\t');
      const { calls, opened, sessionsEnded, lost, unguarded } = this.sums(group, (name) => name === client);
      const name = `${group}, ${client}`.padEnd(44);
      return `${name} ${calls} calls, ${opened} sessions, ${sessionsEnded} ended, ${lost} lost, ${unguarded} unguarded`;
    });
    return lines.join('\n');
  }

  /** JSON lines. */
  write(path: string): void {
    writeFileSync(path, this.#calls.map((call) => `${JSON.stringify(call)}\n`).join(''));
  }
}

const everyClient = (_client: string): boolean => true;

function isLost({ seen }: LoggedCall): boolean {
  return seen !== 'answered' && seen !== 'denied' && seen !== 'session-ended';
}
