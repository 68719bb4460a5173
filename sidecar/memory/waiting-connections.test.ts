import { EventEmitter } from 'node:events';
import type http from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WaitingConnections } from './waiting-connections.ts';

/** As far as the table knows a socket. */
class Connection extends EventEmitter {
  destroyed = false;

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }

  get asSocket(): Socket {
    return this as unknown as Socket;
  }
}

function table(max: number) {
  let crowded = 0;
  const waiting = new WaitingConnections(() => crowded++, max);
  const open = (): Connection => {
    const connection = new Connection();
    waiting.opened(connection.asSocket);
    return connection;
  };
  return { waiting, open, crowded: () => crowded };
}
const closed = (...connections: Connection[]): boolean[] => connections.map(({ destroyed }) => destroyed);

describe('connections on which nothing is asked', () => {
  it('are bounded, and the longest waiting makes room', () => {
    const { open, crowded } = table(2);
    const [a, b, c] = [open(), open(), open()];
    expect([closed(a, b, c), crowded()]).toEqual([[true, false, false], 1]);
  });

  it('make room for others when they close by themselves', () => {
    const { open, crowded } = table(2);
    const [a, b] = [open(), open()];
    a.destroy();
    const c = open();
    expect([closed(b, c), crowded()]).toEqual([[false, false], 0]);
  });

  it('are none while a request is served on them', () => {
    const { waiting, open } = table(1);
    const a = open();
    waiting.begins(a.asSocket);
    const b = open();
    expect(closed(a, b)).toEqual([false, false]);
    waiting.ends(a.asSocket);
    expect(closed(a, b)).toEqual([false, true]);
  });

  it('are none until every request of several at once has its answer', () => {
    const { waiting, open } = table(1);
    const a = open();
    waiting.begins(a.asSocket);
    waiting.begins(a.asSocket);
    waiting.ends(a.asSocket);
    const b = open();
    expect(closed(a, b)).toEqual([false, false]);
  });

  it('are none once they are gone, however their request ends', () => {
    const { waiting, open, crowded } = table(1);
    const a = open();
    waiting.begins(a.asSocket);
    a.destroy();
    waiting.ends(a.asSocket);
    expect([closed(open()), crowded()]).toEqual([[false], 0]);
  });

  it('of a server that nobody else watches are told by what it emits', () => {
    const { waiting } = table(1);
    const server = new EventEmitter();
    waiting.watch(server as unknown as http.Server);
    const [a, b, response] = [new Connection(), new Connection(), new EventEmitter()];
    server.emit('connection', a);
    server.emit('request', { socket: a }, response);
    server.emit('connection', b);
    expect(closed(a, b)).toEqual([false, false]);
    response.emit('close');
    expect(closed(a, b)).toEqual([false, true]);
  });
});
