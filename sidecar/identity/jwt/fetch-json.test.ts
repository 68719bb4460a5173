import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestIssuer } from '../../testing/test-issuer.ts';
import { fetchJson } from './fetch-json.ts';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await TestIssuer.start();
});
afterAll(() => issuer.close());

function answers(status: number, body: string): void {
  issuer.answer = (_, response) => {
    response.writeHead(status, { location: `${issuer.url}/keys` }).end(body);
    return true;
  };
}

it('is the object that was answered', async () => {
  answers(200, '{"keys":[]}');
  expect(await fetchJson(issuer.url)).toEqual({ keys: [] });
});

it.each([
  [404, '{}', 'answered with status 404'],
  [302, '{}', 'answered with status 302'],
  [200, 'x', 'answered with something that is not JSON'],
  [200, 'null', 'answered with no JSON object'],
  [200, '[]', 'answered with no JSON object'],
  [200, `"${'x'.repeat(262_144)}"`, 'answered with more than 262144 bytes'],
])('status %s with %.20s is none', async (status, body, why) => {
  answers(status, body);
  await expect(fetchJson(issuer.url)).rejects.toThrow(`${issuer.url} ${why}`);
});

it('an answer that ends early is none', async () => {
  issuer.answer = (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy());
    return true;
  };
  await expect(fetchJson(issuer.url)).rejects.toMatchObject({ code: 'ECONNRESET' });
});

it('nobody there is none', async () => {
  const gone = await TestIssuer.start();
  await gone.close();
  const failure = { message: `${gone.url} could not be asked`, cause: { code: 'ECONNREFUSED' } };
  await expect(fetchJson(gone.url)).rejects.toMatchObject(failure);
});

it('it may be at a port that browsers do not go to', async () => {
  const server = await listening(BLOCKED);
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
    // What makes the port one of those.
    await expect(fetch(url)).rejects.toMatchObject({ cause: { message: 'bad port' } });
    expect(await fetchJson(url)).toEqual({ keys: [] });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Of the Fetch Standard, "bad port": several, for somebody may have one. */
const BLOCKED = [6000, 10_080, 6666, 6697, 5061, 4190];

async function listening(ports: readonly number[]): Promise<http.Server> {
  for (const port of ports) {
    const server = http.createServer((_, response) => response.end('{"keys":[]}'));
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (isFree) return server;
  }
  return expect.fail('all of these ports are taken');
}
