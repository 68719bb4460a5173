/** A connection to the server of the pod, at whichever of its addresses it listens. */
import { connect, type Socket } from 'node:net';

export interface Reached {
  readonly socket: Socket;
  /** As in the authority of a URL: `127.0.0.1:8080`, `[::1]:8080` (RFC 3986 §3.2.2). */
  readonly authority: string;
}

/** The first address that takes the connection; rejects with what the last one said. */
export async function reach(addresses: readonly string[], port: number, signal: AbortSignal): Promise<Reached> {
  let problem = new Error('there is no address to ask at');
  for (const address of addresses) {
    try {
      const socket = await connectTo(address, port, signal);
      return { socket, authority: `${address.includes(':') ? `[${address}]` : address}:${port}` };
    } catch (error) {
      problem = error as Error;
      if (signal.aborted) break;
    }
  }
  throw problem;
}

function connectTo(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      // Whoever takes it over listens; until then, and afterwards, it must not end the process.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}
