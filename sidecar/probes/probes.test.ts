import http, { type IncomingMessage, type RequestListener } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LOOPBACKS } from '../../core/loopback.ts';
import { issueForLoopback } from '../testing/certificates.ts';
import { type ProbeAnswer, Probes } from './probes.ts';
import type { ProbeRoute } from './routes.ts';

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function ask(how: Omit<ProbeRoute, 'path' | 'timeoutSeconds'>, addresses = LOOPBACKS, timeoutSeconds = 5) {
  const route: ProbeRoute = { path: '/probes/app/readiness', timeoutSeconds, ...how };
  const answer = new Probes(new Map([[route.path, route]]), addresses).ask(route.path, 'kube-probe/1.36');
  return answer as Promise<ProbeAnswer>;
}

function webServer(answer: RequestListener): { server: http.Server; seen: IncomingMessage[] } {
  const seen: IncomingMessage[] = [];
  const server = http.createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  return { server, seen };
}

const answering = (status: number) => webServer((_, response) => void response.writeHead(status).end('body'));

describe('an HTTP probe', () => {
  it.each([200, 204, 302, 404, 503])('passes on the status %i', async (status) => {
    const { server } = answering(status);
    expect(await ask({ httpGet: { port: await listen(server) } })).toMatchObject({ status });
  });

  it('names the address where nothing else is said', async () => {
    const { server, seen } = answering(200);
    const port = await listen(server);
    await ask({ httpGet: { port } });
    expect(seen[0]?.headers.host).toBe(`127.0.0.1:${port}`);
  });

  it('reaches a server that listens on IPv6 loopback alone', async () => {
    const { server, seen } = answering(200);
    const port = await listen(server, '::1');
    expect(await ask({ httpGet: { port } })).toMatchObject({ status: 200 });
    expect(seen[0]?.headers.host).toBe(`[::1]:${port}`);
  });

  it('reaches a server that listens on the address of the pod alone', async () => {
    const own = Object.values(networkInterfaces())
      .flat()
      .find((one) => one?.internal === false && one.family === 'IPv4')?.address;
    // Without a network there is no such address.
    const address = own ?? '127.0.0.2';
    const { server } = answering(200);
    const port = await listen(server, address);
    expect(await ask({ httpGet: { port } }, [...LOOPBACKS, address])).toMatchObject({ status: 200 });
  });

  it('does not mind whose certificate it is', async () => {
    const { cert, key } = issueForLoopback();
    const server = https.createServer({ cert, key }, (_, response) => void response.writeHead(206).end());
    expect(await ask({ httpGet: { port: await listen(server), scheme: 'HTTPS' } })).toMatchObject({ status: 206 });
  });

  it('is over with the head: the body may have no end', async () => {
    const { server } = webServer((_, response) => void response.writeHead(200).write('for ever'));
    expect(await ask({ httpGet: { port: await listen(server) } })).toMatchObject({ status: 200 });
    server.closeAllConnections();
  });

  it('fails when its time is up', async () => {
    const { server } = webServer(() => {});
    const port = await listen(server);
    expect(await ask({ httpGet: { port } }, LOOPBACKS, 0.2)).toEqual({
      status: 504,
      said: 'the server did not answer in 0.2 s',
    });
  });

  it('fails where nothing listens', async () => {
    const { server } = answering(200);
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await ask({ httpGet: { port } })).toMatchObject({ status: 502 });
  });

  it('fails where what answers speaks no HTTP', async () => {
    const server = http.createServer();
    server.on('connection', (socket) => socket.end('what?\r\n\r\n'));
    expect(await ask({ httpGet: { port: await listen(server) } })).toMatchObject({ status: 502 });
  });
});

describe('a connection', () => {
  it('is enough', async () => {
    const { server } = answering(500);
    expect(await ask({ tcpSocket: { port: await listen(server) } })).toMatchObject({ status: 200 });
  });
});

describe('a gRPC probe', () => {
  it('fails where no gRPC is spoken', async () => {
    const { server } = answering(200);
    const { status } = await ask({ grpc: { port: await listen(server), service: '' } }, LOOPBACKS, 2);
    expect(status).toBeGreaterThan(500);
  });

  it('fails where the server does not say that it serves', async () => {
    const server = http2.createServer();
    server.on('stream', (stream) => stream.respond({ ':status': 200, 'grpc-status': '0' }, { endStream: true }));
    expect(await ask({ grpc: { port: await listen(server) } })).toEqual({
      status: 503,
      said: 'the server does not say SERVING',
    });
  });
});

describe('who asks', () => {
  it('gets no answer where the pod has no such probe', () => {
    expect(new Probes(new Map(), LOOPBACKS).ask('/probes/app/readiness', undefined)).toBeUndefined();
  });

  it('shares the answer with whoever asks at the same time', async () => {
    const { server, seen } = webServer((_, response) => void setTimeout(() => response.writeHead(200).end(), 50));
    const route: ProbeRoute = {
      path: '/probes/app/liveness',
      timeoutSeconds: 5,
      httpGet: { port: await listen(server) },
    };
    const probes = new Probes(new Map([[route.path, route]]), LOOPBACKS);
    const answers = await Promise.all(Array.from({ length: 20 }, async () => probes.ask(route.path, 'curl/8')));
    expect(answers.map((answer) => answer?.status)).toEqual(Array(20).fill(200));
    expect(seen.map(({ headers }) => headers['user-agent'])).toEqual(['kube-probe']);
    expect(await probes.ask(route.path, undefined)).toMatchObject({ status: 200 });
    expect(seen).toHaveLength(2);
  });
});
