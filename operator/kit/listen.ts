/** Servers as parts of the operator: begin to listen, or fail with the reason. */
import type { AddressInfo, Server } from 'node:net';

/**
 * Resolves with the port, once connections are accepted; rejects when the address cannot be had. Troubles after that, such as no file
 * descriptor being left for another connection, end nothing: who asks is not answered, and asks again.
 */
export function listen(server: Server, port: number, host?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      server.on('error', () => {});
      resolve((server.address() as AddressInfo).port);
    });
  });
}
