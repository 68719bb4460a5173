import { expect, test } from 'vitest';
import { ArchiveMetrics } from './metrics.ts';
import { createProbes, listenProbes } from './probes.ts';

test('health, readiness with what is waited for, and metrics, also while the database is away', async () => {
  const metrics = new ArchiveMetrics();
  let waitingFor = ['the database'];
  let isAway = false;
  const server = createProbes({
    metrics,
    waitingFor: () => waitingFor,
    async measure() {
      if (isAway) throw new Error('away');
      metrics.occupied({ streams: 3, oldest: 5000 });
    },
  });
  const port = await listenProbes(server, 0, '127.0.0.1');
  const get = async (path: string): Promise<[number, string]> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return [response.status, await response.text()];
  };
  expect(await get('/healthz')).toEqual([200, '{"alive":true}\n']);
  expect(await get('/readyz')).toEqual([503, '{"ready":false,"waitingFor":["the database"]}\n']);
  waitingFor = [];
  expect(await get('/readyz')).toEqual([200, '{"ready":true,"waitingFor":[]}\n']);
  expect((await get('/x'))[0]).toBe(404);
  expect((await get('/metrics'))[1]).toMatch(/streams 3\n[^]*oldest_record_timestamp_seconds 5\n/);
  isAway = true;
  expect((await get('/metrics'))[0]).toBe(200);
  await expect(
    listenProbes(createProbes({ metrics, waitingFor: () => [], measure: async () => {} }), port, '127.0.0.1'),
  ).rejects.toThrow('EADDRINUSE');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
