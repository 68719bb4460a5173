/** Against a server that lets nobody in without a certificate of its authority. */
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { testAuthority } from '../../testing/certificates.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { upstreamRequest } from '../../testing/upstream-request.ts';
import type { ClientPairTexts } from '../../tls/client-pair.ts';
import type { Exchange } from '../upstream.ts';
import { CertifiedUpstream, type PairSource } from './certified.ts';

const [ours, other] = [testAuthority(), testAuthority()];
const pairOf = ({ issue }: typeof ours, notAfter?: Date): ClientPairTexts => ({
  ...issue({ names: [], usage: 2, ...(notAfter && { notAfter }) }),
  ca: ours.ca,
});
/** In TLS 1.3 the server refuses when the client has begun to speak; Node's says no word then (RFC 8446 §4.4.2.4). */
const REFUSED = expect.stringMatching(/^upstream-(unreachable|broken)$/) as string;
const UNAVAILABLE = {
  reason: 'credentials-unavailable',
  message: 'the gate does not have its client certificate, which the server asks for',
};

let url: string;
/** Fingerprints of whoever came. */
let seen: (string | undefined)[];
let connections: number;
let problems: string[];
let shown: ReturnType<PairSource>;
let clock: FakeClock;

beforeEach(async () => {
  [seen, problems, connections, clock] = [[], [], 0, new FakeClock()];
  const server = https.createServer({ ...ours.issue(), ca: ours.ca, requestCert: true }, (request, response) => {
    seen.push((request.socket as TLSSocket).getPeerCertificate().fingerprint256);
    if (request.url === '/stream') response.write('a');
    else response.end('{}');
  });
  server.on('secureConnection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
});

function upstreamAt(at = url): CertifiedUpstream {
  const upstream = new CertifiedUpstream(
    at,
    clock,
    () => shown,
    (problem) => problems.push(problem),
  );
  onTestFinished(() => upstream.close());
  return upstream;
}

async function ask(upstream: CertifiedUpstream): Promise<unknown> {
  // Until the connection of the one before is free.
  await new Promise((resolve) => setTimeout(resolve, 20));
  let status: number;
  return new Promise((resolve, reject) => {
    upstream.send(upstreamRequest({ httpMethod: 'GET' }), {
      onHead: (said) => void (status = said),
      onData: () => true,
      onEnd: () => resolve(status),
      onError: reject,
    });
  });
}

it('shows its certificate, and believes the authority beside it', async () => {
  shown = pairOf(ours);
  const upstream = upstreamAt();
  expect(await ask(upstream)).toBe(200);
  expect(await ask(upstream)).toBe(200);
  expect(seen[0]).toMatch(/^[0-9A-F:]+$/);
  expect([seen.length, connections]).toEqual([2, 1]);
});

it('shows another one from the next request on, on a connection of its own', async () => {
  const upstream = upstreamAt();
  for (const pair of [pairOf(ours), pairOf(ours)]) {
    shown = pair;
    expect(await ask(upstream)).toBe(200);
  }
  expect(new Set(seen).size).toBe(2);
  // Read again, and the same.
  shown = { ...shown } as ClientPairTexts;
  expect(await ask(upstream)).toBe(200);
  expect(connections).toBe(2);
});

it('ends no stream because of another certificate, and every one when it closes', async () => {
  shown = pairOf(ours);
  const upstream = upstreamAt();
  let ended = false;
  const stream = await new Promise<Exchange>((resolve) => {
    const exchange: Exchange = upstream.send(upstreamRequest({ httpMethod: 'GET', endpoint: '/stream' }), {
      onHead() {},
      onData: () => (setImmediate(() => resolve(exchange)), true),
      onEnd: () => void (ended = true),
      onError: () => void (ended = true),
    });
  });
  shown = pairOf(ours);
  expect(await ask(upstream)).toBe(200);
  expect(ended).toBe(false);
  stream.resume();
  await upstream.close();
  await expect.poll(() => ended).toBe(true);
});

it.each([
  ['of another authority', () => pairOf(other)],
  ['of nobody', () => ({ ...pairOf(ours), ca: other.ca })],
])('is not let in with one, or a server, %s', async (_who, pair) => {
  shown = pair();
  await expect(ask(upstreamAt())).rejects.toMatchObject({ reason: REFUSED });
  expect(seen).toEqual([]);
});

it('without one it is like anybody', async () => {
  shown = pairOf(ours);
  const upstream = upstreamAt();
  expect(await ask(upstream)).toBe(200);
  shown = undefined;
  await expect(ask(upstream)).rejects.toMatchObject({ reason: REFUSED });
  expect(seen).toHaveLength(1);
  expect(problems).toEqual([]);
});

it('sends nothing while the pair does not fit, says so once, and goes on when it does', async () => {
  shown = pairOf(ours);
  const upstream = upstreamAt();
  expect(await ask(upstream)).toBe(200);
  shown = { ...pairOf(ours), key: other.issue().key };
  await expect(ask(upstream)).rejects.toMatchObject(UNAVAILABLE);
  await expect(ask(upstream)).rejects.toMatchObject(UNAVAILABLE);
  expect(problems).toEqual([expect.stringContaining('tls.key does not belong to tls.crt')]);
  shown = { problem: 'it is not there' };
  await expect(ask(upstream)).rejects.toMatchObject(UNAVAILABLE);
  expect(problems.slice(1)).toEqual(['it is not there']);
  expect(seen).toHaveLength(1);
  shown = pairOf(ours);
  expect(await ask(upstream)).toBe(200);
});

it('sends nothing from the moment that it ends, on no connection', async () => {
  const notAfter = Math.trunc(Date.now() / 1000) * 1000 + 3_600_000;
  shown = pairOf(ours, new Date(notAfter));
  const upstream = upstreamAt();
  expect(await ask(upstream)).toBe(200);
  clock.advance(notAfter - clock.now());
  await expect(ask(upstream)).rejects.toMatchObject(UNAVAILABLE);
  expect(problems).toEqual([expect.stringContaining('tls.crt ended at')]);
  expect(seen).toHaveLength(1);
});

it('sends nothing in the clear', async () => {
  shown = pairOf(ours);
  await expect(ask(upstreamAt(url.replace('https', 'http')))).rejects.toMatchObject(UNAVAILABLE);
  expect(problems).toEqual([expect.stringContaining('https://')]);
  expect(connections).toBe(0);
});
