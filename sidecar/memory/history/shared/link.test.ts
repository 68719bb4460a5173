import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../../../test/support/eventually.ts';
import { freePort } from '../../../../test/support/ports.ts';
import { StoreServer, storePrograms } from '../../../../test/support/store-server.ts';
import { openLink } from './link.ts';

const at = (port: number) => ({ host: '127.0.0.1', port, tls: false, ca: null, database: 0, username: null });
const open = (port: number, ended: string[] = [], timeoutMs = 1_000) =>
  openLink({ to: at(port), password: undefined, timeoutMs, onEnd: ({ message }) => ended.push(message) });

it('is not there where nobody listens', async () => {
  const ended: string[] = [];
  await expect(open(await freePort(), ended)).rejects.toThrow(/ECONNREFUSED/);
  expect(ended).toEqual([]);
});

it('is not waited for where somebody listens and says nothing', async () => {
  const silent = createServer(() => {});
  onTestFinished(() => void silent.close());
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  await expect(open((silent.address() as AddressInfo).port, [], 100)).rejects.toThrow('no connection within 100 ms');
});

describe.each(storePrograms())('%s', (program) => {
  it('says once that it is over, when the store goes, and rejects what is open', async () => {
    const server = await StoreServer.start(program);
    onTestFinished(() => server.close());
    const ended: string[] = [];
    const link = await open(server.port, ended);
    server.stall();
    const asked = link.run(['k'], ['Ask', '', 'release', '', 'i', '', '']);
    asked.catch(() => {});
    await server.kill();
    await eventually('it is over', () => ended.length > 0);
    await expect(asked).rejects.toThrow();
    link.close();
    expect(ended).toHaveLength(1);
  });

  it('says nothing of an end that was wanted', async () => {
    const server = await StoreServer.start(program);
    onTestFinished(() => server.close());
    const ended: string[] = [];
    const link = await open(server.port, ended);
    link.close();
    link.close();
    await server.kill();
    expect(ended).toEqual([]);
  });
});
