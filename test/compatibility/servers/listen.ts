/** An HTTP server on a free port of the loopback interface, which it tells on standard error: `PORT 12345`. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export function listen(serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>): void {
  const server = http.createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1', () => {
    process.stderr.write(`PORT ${(server.address() as AddressInfo).port}\n`);
  });
}
