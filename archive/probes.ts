/** The port for those who run the archive: /metrics, /healthz and /readyz. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerFailed, fenced } from '../core/fence.ts';
import type { ArchiveMetrics } from './metrics.ts';

export interface ProbeParts {
  readonly metrics: ArchiveMetrics;
  /** Looks how much there is, right before it is shown. Rejects where the database does not answer. */
  measure(): Promise<void>;
  /** Why no segment can be taken now; empty: it can. */
  waitingFor(): readonly string[];
}

export function createProbes(parts: ProbeParts): Server {
  return createServer(
    fenced(
      async (request: IncomingMessage, response: ServerResponse) => {
        request.resume();
        await answer(request.url ?? '/', response, parts);
      },
      (_error, _request, response) => answerFailed(response),
    ),
  );
}

export function listenProbes(server: Server, port: number, host: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      server.on('error', () => {});
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function answer(url: string, response: ServerResponse, parts: ProbeParts): Promise<void> {
  if (url === '/healthz') return send(response, 200, { alive: true });
  if (url === '/readyz') {
    const waitingFor = parts.waitingFor();
    return send(response, waitingFor.length === 0 ? 200 : 503, { ready: waitingFor.length === 0, waitingFor });
  }
  if (url !== '/metrics') return send(response, 404, { error: 'try /metrics, /healthz or /readyz' });
  // What is counted is shown, whether or not the database can be asked.
  await parts.measure().catch(() => {});
  const { registry } = parts.metrics;
  response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
