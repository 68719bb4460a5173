/** A process under fuzz: what it listens on, whether it lives, and whether it still answers whoever asks properly. */
import type { ChildProcess } from 'node:child_process';
import { type Socket, connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface Listener {
  readonly name: string;
  /** Nobody is answered there. */
  readonly mute?: boolean;
  readonly connect: () => Socket;
}

export interface Living {
  readonly name: string;
  readonly process: ChildProcess;
  readonly listeners: readonly Listener[];
  /** The last lines it wrote, for a finding. */
  readonly lastWords: () => string;
  readonly close: () => Promise<unknown>;
}

export interface Kind {
  readonly name: string;
  start(): Promise<Living>;
}

const ANSWER_LIMIT_MS = 10_000;
const PROPER = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

export function tcp(name: string, port: number): Listener {
  return { name, connect: () => connect(port, '127.0.0.1') };
}

export function mute(listener: Listener): Listener {
  return { ...listener, mute: true };
}

export function unixSocket(name: string, path: string): Listener {
  return { name, connect: () => connect(path) };
}

/** Bytes inside TLS: what a caller without a certificate of its own can do. */
export function tls(name: string, port: number): Listener {
  return {
    name,
    connect: () => connectTls({ port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false }),
  };
}

/** Why it counts as dead; undefined: it lives, and each of its listeners answers a proper request. */
export async function whyDead({ process: child, listeners, lastWords }: Living): Promise<string | undefined> {
  const ended = (): string | undefined =>
    child.exitCode === null && child.signalCode === null
      ? undefined
      : `the process has ended with ${child.exitCode ?? child.signalCode}: ${lastWords()}`;
  for (const listener of listeners) {
    if (listener.mute === true) continue;
    const answer = ended() ?? (await answersProperly(listener));
    if (answer !== undefined) return ended() ?? `${listener.name} ${answer}: ${lastWords()}`;
  }
  return ended();
}

function answersProperly({ connect: open }: Listener): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = open();
    let received = '';
    const done = (why: string | undefined): void => {
      clearTimeout(limit);
      socket.destroy();
      resolve(why);
    };
    const limit = setTimeout(() => done(`does not answer within ${ANSWER_LIMIT_MS / 1000} s`), ANSWER_LIMIT_MS);
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (/^HTTP\/1\.1 [1-5]\d\d /.test(received)) done(undefined);
    });
    socket.on('error', (error) => done(`takes no connection (${error.message})`));
    socket.on('close', () => done('ends a proper request without an answer'));
    socket.write(PROPER);
  });
}
