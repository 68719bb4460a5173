import { Agent, request } from 'node:https';
import { expect, test } from 'vitest';
import { lineHash } from '../core/audit/chain.ts';
import { signedStream } from '../core/audit/testing/signed-stream.ts';
import { cleanupAfterEach } from '../test/support/cleanup.ts';
import { eventually } from '../test/support/eventually.ts';
import { serve, type Served } from './testing/served.ts';
import { SERVER } from './testing/stores.ts';

const { use, defer } = cleanupAfterEach();
const lines = signedStream();
const body = lines.map((line) => `${line}\n`).join('');
const path = '/v1/segments';
const counted = (served: Served, name: string): Promise<string> =>
  served.metrics.registry.getSingleMetricAsString(`sallyport_archive_${name}`);

test('a segment is confirmed by its last line, and counted once', async () => {
  const served = await use(serve());
  for (const added of [lines.length, 0]) {
    const { status, text } = await served.ask({ method: 'POST', path, body, gate: SERVER });
    const hash = lineHash(lines.at(-1) ?? '');
    expect([status, JSON.parse(text)]).toEqual([200, { stream: 's1', seq: lines.length - 1, hash, added }]);
  }
  expect(await counted(served, 'records_total')).toContain(`records_total ${lines.length}`);
  expect(await counted(served, 'bytes_total')).toContain(`bytes_total ${Buffer.byteLength(body) - lines.length}`);
});

test('what is refused says why, with a status and a count', async () => {
  const served = await use(serve());
  const post = (gate: string | undefined, sent: string | Buffer) =>
    served.ask({ method: 'POST', path, body: sent, ...(gate === undefined ? {} : { gate }) });
  expect((await post(undefined, body)).status).toBe(401);
  expect((await post('stranger:default/files', body)).status).toBe(401);
  expect((await post('default/other', body)).status).toBe(403);
  expect((await post(SERVER, 'x\n')).status).toBe(422);
  expect((await post(SERVER, Buffer.alloc(4 * 1024 * 1024 + 1))).status).toBe(413);
  expect((await post(SERVER, body)).status).toBe(200);
  const fork = signedStream({ tool: 'other' }).join('\n');
  expect(await post(SERVER, `${fork}\n`)).toMatchObject({
    status: 409,
    text: expect.stringContaining('"reason":"fork"'),
  });
  const refused = await counted(served, 'refused_total');
  for (const [reason, times] of Object.entries({ unproven: 2, 'not-yours': 1, 'bad-line': 1, 'too-large': 1, fork: 1 }))
    expect(refused).toContain(`{reason="${reason}"} ${times}`);
});

test('a database that fails is a passing failure: nothing is confirmed, and the gate sends again', async () => {
  const served = await use(serve());
  await served.store.database.run('ALTER TABLE records RENAME TO elsewhere');
  expect((await served.ask({ method: 'POST', path, body, gate: SERVER })).status).toBe(503);
  expect((await served.ask({ path: '/v1/records', token: 'reads' })).status).toBe(503);
  await served.store.database.run('ALTER TABLE elsewhere RENAME TO records');
  expect((await served.ask({ method: 'POST', path, body, gate: SERVER })).status).toBe(200);
  const failures = await counted(served, 'store_failures_total');
  expect(failures).toContain('{reason="append"} 1');
  expect(failures).toContain('{reason="read"} 1');
});

test('a connection that is kept does not outlive its certificate', async () => {
  let now = Date.now();
  const served = await use(serve(() => now));
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: served.ca, ...served.identity(SERVER) });
  defer(() => agent.destroy());
  const sockets = new Set<unknown>();
  const post = (): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const sent = request(`https://localhost:${served.port}${path}`, { method: 'POST', agent }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
      });
      sent.on('socket', (socket) => sockets.add(socket));
      sent.on('error', reject);
      sent.end(body);
    });
  expect(await post()).toBe(200);
  now += 23 * 3_600_000;
  expect(await post()).toBe(200);
  expect(sockets.size).toBe(1);
  // It was made a little later than what `now` began with.
  now += 2 * 3_600_000;
  expect(await post()).toBe(401);
  expect(await counted(served, 'refused_total')).toContain('{reason="unproven"} 1');
});

test('a gate that is slow with many segments leaves room for those of others', async () => {
  const served = await use(serve());
  const agent = new Agent({ ca: served.ca, ...served.identity(SERVER) });
  const statuses: (number | undefined)[] = [];
  const slow = Array.from({ length: 40 }, () => {
    const sent = request(`https://localhost:${served.port}${path}`, { method: 'POST', agent }, (response) => {
      response.resume();
      statuses.push(response.statusCode);
    });
    sent.on('error', () => {});
    sent.write('{');
    return sent;
  });
  defer(() => slow.forEach((sent) => sent.destroy()));
  await eventually('some have no room', () => statuses.length === 32);
  expect(new Set(statuses)).toEqual(new Set([503]));
  const other = signedStream({ server: 'default/other' }).map((line) => `${line}\n`);
  const answer = await served.ask({ method: 'POST', path, body: other.join(''), gate: 'default/other' });
  expect(answer.status).toBe(200);
});

test('what is no path is said to be none', async () => {
  const served = await use(serve());
  expect((await served.ask({ path: '//', token: 'reads' })).status).toBe(400);
});
