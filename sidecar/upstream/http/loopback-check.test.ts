import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { LoopbackCheck } from './loopback-check.ts';

/** Every address of 127.0.0.0/8 is this machine: one serves as loopback, another as the address of the pod. */
const POD_IP = '127.0.0.9';

async function listen(host: string, port = 0): Promise<number> {
  const server = net.createServer((socket) => socket.destroy());
  server.listen(port, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function check(port: number, podIps = [POD_IP], onUp = () => {}) {
  const onResult = vi.fn();
  const started = LoopbackCheck.of(`http://127.0.0.1:${port}/mcp`, podIps, { onUp, onResult });
  onTestFinished(() => started?.stop());
  started?.start();
  return onResult;
}

it.each([
  ['loopback alone', '127.0.0.1', true],
  ['every address', '0.0.0.0', false],
])('finds out that a server listens on %s', async (_name, host, loopbackOnly) => {
  const onResult = check(await listen(host));
  await vi.waitFor(() => expect(onResult).toHaveBeenCalledExactlyOnceWith(loopbackOnly));
});

it('finds a server that listens on one of several addresses of the pod', async () => {
  const port = await listen('127.0.0.1');
  await listen('127.0.0.8', port);
  const onResult = check(port, [POD_IP, '127.0.0.8']);
  await vi.waitFor(() => expect(onResult).toHaveBeenCalledWith(false));
});

it('knows nothing before the server is up, and finds out when it is', async () => {
  const port = await listen('127.0.0.7');
  const onResult = check(port);
  await vi.waitFor(() => expect(onResult).toHaveBeenCalledWith(null));
  await listen('127.0.0.1', port);
  await vi.waitFor(() => expect(onResult).toHaveBeenLastCalledWith(true), { timeout: 5_000 });
});

it('says once that the server is up', async () => {
  const port = await listen('127.0.0.7');
  const onUp = vi.fn();
  const onResult = check(port, [POD_IP], onUp);
  await vi.waitFor(() => expect(onResult).toHaveBeenCalledTimes(3));
  expect(onUp).not.toHaveBeenCalled();
  await listen('127.0.0.1', port);
  await vi.waitFor(() => expect(onResult).toHaveBeenLastCalledWith(true));
  expect(onUp).toHaveBeenCalledOnce();
});

it.each([
  ['a server that is not in the pod', 'http://10.0.0.1/mcp', [POD_IP]],
  ['a pod whose address is not known', 'http://127.0.0.1/mcp', []],
])('does not check %s', (_name, upstream, podIps) => {
  expect(LoopbackCheck.of(upstream, podIps, { onUp() {}, onResult() {} })).toBeUndefined();
});
