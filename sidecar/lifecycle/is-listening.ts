/** Whether anybody listens where the server should: a connection is made and ended, nothing is said over it. */
import net from 'node:net';

const TIMEOUT_MS = 500;

/** `url`: http or https. Only a refusal counts as nobody: who does not answer in time is busy, not gone. */
export function isListening(url: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  // As a URL writes it, an IPv6 address is in brackets (RFC 3986 §3.2.2).
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return new Promise((resolve) => {
    const socket = net.connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
    const end = (listens: boolean): void => {
      socket.destroy();
      resolve(listens);
    };
    socket.setTimeout(TIMEOUT_MS, () => end(true));
    socket.once('connect', () => end(true));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code !== 'ECONNREFUSED'));
  });
}
