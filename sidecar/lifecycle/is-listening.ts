/** Whether anybody listens where the server should: a connection is made and ended, nothing is said over it. */
import net from 'node:net';
import { isLoopback, LOOPBACKS } from '../../core/loopback.ts';

const TIMEOUT_MS = 500;
/** It is refused, or the machine has no address of that family. */
const NOBODY: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

/**
 * `url`: http or https; of the gate's own machine at whichever loopback address. Only a refusal counts as nobody: who does not answer in
 * time is busy, not gone.
 */
export async function isListening(url: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  // As a URL writes it, an IPv6 address is in brackets (RFC 3986 §3.2.2).
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const number = Number(port) || (protocol === 'https:' ? 443 : 80);
  const hosts = isLoopback(host) ? [...new Set([host, ...LOOPBACKS])] : [host];
  return (await Promise.all(hosts.map((one) => isListeningAt(one, number)))).includes(true);
}

function isListeningAt(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const end = (listens: boolean): void => {
      socket.destroy();
      resolve(listens);
    };
    socket.setTimeout(TIMEOUT_MS, () => end(true));
    socket.once('connect', () => end(true));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => end(!NOBODY.has(code)));
  });
}
