/** Real listeners: on loopback alone, or on an address that stands for the pod's as well. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.ts';
import { LoopbackChecks } from './loopback-checks.ts';

const POD = '127.0.0.9';
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function listen(host: string): Promise<string> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  ends.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

function look(...upstreams: string[]) {
  const results: (boolean | null)[] = [];
  let ups = 0;
  const checks = LoopbackChecks.of(upstreams, [POD], { onUp: () => ups++, onResult: (result) => results.push(result) });
  checks?.start();
  ends.push(() => checks?.stop());
  return { results, ups: () => ups, checks };
}

it('all on loopback', async () => {
  const { results, ups } = look(await listen('127.0.0.1'), await listen('127.0.0.1'));
  await eventually('it is known', () => results.at(-1) === true);
  expect(ups()).toBe(1);
});

it('one of them open', async () => {
  const { results, ups } = look(await listen('127.0.0.1'), await listen('0.0.0.0'));
  await eventually('it is known', () => results.at(-1) === false);
  expect(results).not.toContain(true);
  expect(ups()).toBe(1);
});

it('one of them not there', async () => {
  const { results, ups } = look(await listen('127.0.0.1'), 'http://127.0.0.1:1/mcp');
  await eventually('both were looked at', () => results.length > 4);
  expect(new Set(results)).toEqual(new Set([null]));
  expect(ups()).toBe(0);
});

it('nothing to look at', () => {
  expect(look('http://ledger.test/mcp').checks).toBeUndefined();
});
