/** Ports on which nobody listens, and that a server can keep over a restart. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below 32768, where systems take the local ports of outgoing connections from: nobody else gets it while we restart. */
const FIRST = 20_000;
const LAST = 32_000;

export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port, host)) return port;
  }
}

async function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, host), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
