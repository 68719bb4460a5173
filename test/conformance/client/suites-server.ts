/** The suite's server as it stands behind a gate: asked for with the suite's own token, since the gate lets none of a client through. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

export interface Behind {
  readonly url: string;
  close(): Promise<void>;
}

export async function startBehind(server: URL, tokenOf: () => string | undefined): Promise<Behind> {
  const listening = http.createServer((request, response) => {
    const token = tokenOf();
    const headers = {
      ...request.headers,
      host: server.host,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const { method, url: path } = request;
    const asking = http.request(server, { method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => {});
    });
    asking.on('error', () => response.destroy());
    response.on('close', () => asking.destroy());
    pipeline(request, asking, () => {});
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}${server.pathname}`,
    async close() {
      listening.closeAllConnections();
      await new Promise<void>((resolve) => listening.close(() => resolve()));
    },
  };
}
