import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { askGrpc } from './ask-grpc.ts';
import { reach } from './reach.ts';

/** grpc.health.v1 as the protocol has it: the service `down` does not serve, `other` is not known, `long` says too much. */
async function healthServer(): Promise<number> {
  const server = http2.createServer();
  server.on('stream', (stream, headers) => {
    stream.on('data', (frame: Buffer) => {
      const service = frame.subarray(7).toString();
      const isKnown = headers[':path'] === '/grpc.health.v1.Health/Check' && service !== 'other';
      if (!isKnown) {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '5' }, { endStream: true });
        return;
      }
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': service === 'failed' ? '13' : '0' }));
      const said = Buffer.from([0, 0, 0, 0, 2, 8, service === 'down' ? 2 : 1]);
      stream.end(service === 'long' ? Buffer.concat([said, Buffer.alloc(5000)]) : said);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

it.each([
  ['', true],
  ['up', true],
  ['down', false],
  ['other', false],
  ['failed', false],
  ['long', false],
])('whether the service %j serves: %s', async (service, serves) => {
  const reached = await reach(['127.0.0.1'], await healthServer(), new AbortController().signal);
  expect(await askGrpc(service, reached, 'kube-probe/1.36')).toBe(serves);
  reached.socket.destroy();
});
