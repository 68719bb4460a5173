import net from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../../test/support/ports.ts';
import { isListening } from './is-listening.ts';

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['[::1]', '[::1]'],
  // What the gate of a pod is told, whichever of the two its server has.
  ['[::1]', '127.0.0.1'],
])('tells whether somebody listens at %s, asked for %s', async (host, asked) => {
  const port = await freePort();
  const url = `http://${asked}:${port}/mcp`;
  expect(await isListening(url)).toBe(false);
  const server = net.createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(port, host.replaceAll(/[[\]]/g, ''), resolve));
  expect(await isListening(url)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await isListening(url)).toBe(false);
});
