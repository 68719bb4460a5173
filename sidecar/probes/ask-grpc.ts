/** A gRPC probe, as a kubelet asks it: grpc.health.v1.Health/Check without TLS (KEP-2727). */
import http2 from 'node:http2';
import { HEALTH_CHECK, healthRequest, saysServing } from './health-message.ts';
import type { Reached } from './reach.ts';

/** Far more than the answer has. */
const MAX_ANSWER_BYTES = 4096;

/** Resolves with whether the service says that it serves; rejects where there is no gRPC at all. */
export function askGrpc(service: string, { socket, authority }: Reached, agent: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const session = http2.connect(`http://${authority}`, { createConnection: () => socket });
    session.once('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': HEALTH_CHECK,
      'content-type': 'application/grpc',
      'user-agent': agent,
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    let length = 0;
    let status: unknown = undefined;
    // Without a message the status stands in the head (Trailers-Only).
    stream.on('response', (headers) => (status = headers['grpc-status']));
    stream.on('trailers', (trailers) => (status = trailers['grpc-status']));
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_ANSWER_BYTES) chunks.push(chunk);
    });
    stream.once('error', reject);
    stream.once('close', () => {
      session.destroy();
      resolve(String(status) === '0' && length <= MAX_ANSWER_BYTES && saysServing(Buffer.concat(chunks)));
    });
    stream.end(healthRequest(service));
  });
}
