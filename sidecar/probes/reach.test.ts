import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { LOOPBACKS } from '../../core/loopback.ts';
import { reach } from './reach.ts';

async function listen(host: string): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => void server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

const never = new AbortController().signal;

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '[::1]'],
])('finds whoever listens on %s, and says how a URL has it', async (host, authority) => {
  const { port } = await listen(host);
  const { socket, authority: said } = await reach(LOOPBACKS, port, never);
  expect(said).toBe(`${authority}:${port}`);
  socket.destroy();
});

it('says what the last address said where none answers', async () => {
  const { server, port } = await listen('127.0.0.1');
  await new Promise((resolve) => server.close(resolve));
  await expect(reach(LOOPBACKS, port, never)).rejects.toThrow(`::1:${port}`);
  await expect(reach([], port, never)).rejects.toThrow('there is no address');
});

it('asks no further once its time is up', async () => {
  const { port } = await listen('127.0.0.1');
  await expect(reach(LOOPBACKS, port, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
});

it('outlives a connection that breaks while nobody looks', async () => {
  const { port } = await listen('127.0.0.1');
  const { socket } = await reach(LOOPBACKS, port, never);
  socket.destroy(new Error('broken'));
  await new Promise((resolve) => socket.once('close', resolve));
});
