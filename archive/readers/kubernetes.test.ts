/** What an API server does that is none; a real one is in test/cluster/api/archive. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { issueAuthority, issueServing } from '../../operator/tls/authority.ts';
import { eventually } from '../../test/support/eventually.ts';
import { kubernetesReader, READER_AUDIENCE } from './kubernetes.ts';
import type { ReaderCheck } from './readers.ts';

const made = (name: string, aud: string = READER_AUDIENCE): string =>
  `e30.${Buffer.from(JSON.stringify({ aud, name })).toString('base64url')}.x`;

async function readerOf(answer: (response: ServerResponse, asked: number) => void): Promise<ReaderCheck> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-api-'));
  const authority = issueAuthority(Date.now());
  let asked = 0;
  const api = createServer({ ...issueServing(authority, ['localhost'], Date.now()) }, (request, response) => {
    request.resume();
    asked += 1;
    answer(response, asked);
  });
  onTestFinished(async () => {
    rmSync(folder, { recursive: true });
    api.closeAllConnections();
    await new Promise<void>((resolve) => api.close(() => resolve()));
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const [caFile, tokenFile] = [join(folder, 'ca.crt'), join(folder, 'token')];
  writeFileSync(caFile, authority.cert);
  writeFileSync(tokenFile, 'archive');
  const clock = { now: () => 0, monotonic: () => 0 };
  return kubernetesReader(
    { host: 'localhost', port: String((api.address() as AddressInfo).port), caFile, tokenFile },
    clock,
  );
}

test.each(['null', '7', '{"status":null}', '{', ''])(
  'an answer that is %j lets nobody in, and ends nothing',
  async (text) => {
    const check = await readerOf((response) => response.writeHead(201).end(text));
    expect(await check(made('ada'), 'get', 'a/b')).toMatchObject({ kind: 'refused', status: 503 });
  },
);

test('who makes up tokens has few of them asked for at a time, and none that is not for us', async () => {
  const waiting: ServerResponse[] = [];
  const check = await readerOf((response) => waiting.push(response));
  expect(await check('opaque', 'get', 'a/b')).toMatchObject({ status: 401 });
  expect(await check(made('ada', 'elsewhere'), 'get', 'a/b')).toMatchObject({ status: 401 });
  const many = Array.from({ length: 100 }, async (_, at) => check(made(`${at}`), 'get', 'a/b'));
  await eventually('some are asked for', () => waiting.length === 32);
  for (const response of waiting) response.writeHead(201).end('{"status":{}}');
  const statuses = (await Promise.all(many)).map((reader) => (reader.kind === 'refused' ? reader.status : 200));
  expect(statuses.filter((status) => status === 401)).toHaveLength(32);
  expect(statuses.filter((status) => status === 503)).toHaveLength(68);
});
