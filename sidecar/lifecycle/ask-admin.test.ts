import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { CommandConfig } from '../command-config.ts';
import { askAdmin } from './ask-admin.ts';

async function gate(answer: http.RequestListener): Promise<CommandConfig> {
  const server = http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { adminHost: undefined, adminPort: (server.address() as AddressInfo).port } as CommandConfig;
}

test('what is asked arrives, and the answer comes back', async () => {
  const config = await gate((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => response.end(`${request.method} ${request.url} ${body}\n`));
  });
  await expect(askAdmin(config, { method: 'PUT', path: '/x', body: 'debug' }, 'no')).resolves.toBe('PUT /x debug');
});

test('a gate that says no is quoted', async () => {
  const config = await gate((_, response) => response.writeHead(400).end('{"error":"that is no level"}'));
  await expect(askAdmin(config, { method: 'PUT', path: '/x' }, 'it is as before')).rejects.toThrow(
    /^it is as before at 127\.0\.0\.1:\d+: HTTP 400 \{"error":"that is no level"\}$/,
  );
});

test('an answer that breaks off is none', async () => {
  const config = await gate((_, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('x');
    setTimeout(() => response.destroy(), 20);
  });
  await expect(askAdmin(config, { method: 'GET', path: '/x' }, 'no')).rejects.toThrow('no at 127.0.0.1');
});
