import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { News } from '../told.ts';
import { secretFiles } from '../secret-files.ts';
import { Endpoint } from '../testing/endpoint.ts';
import { requestOf } from '../testing/request.ts';
import { secretFolder } from '../testing/secret-folder.ts';
import { webhookChannel } from './channel.ts';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const signal = new AbortController().signal;

let endpoint: Endpoint;
beforeEach(async () => {
  endpoint = await Endpoint.start();
});
afterEach(() => endpoint.close());

function channel(keys: object = {}) {
  const folder = secretFolder({ hook: { url: `${endpoint.url}/in?key=s3cret`, secret: SECRET, ...keys } });
  return webhookChannel('hook', secretFiles(folder, 'hook'), undefined);
}

function send(news: News, status: object = {}, keys: object = {}) {
  return channel(keys).send({ request: requestOf({ status }), news, told: {}, now: Date.now() }, signal);
}

const verified = (at: number): unknown => {
  const { body, headers } = endpoint.received[at] ?? { body: '', headers: {} };
  return new Webhook(SECRET).verify(body, headers as Record<string, string>);
};

test('a request is a signed message with all that is to be known', async () => {
  expect(await send('Requested')).toEqual({});
  expect(endpoint.received[0]).toMatchObject({ method: 'POST', path: '/in?key=s3cret' });
  expect(verified(0)).toMatchObject({
    type: 'approval.requested',
    data: {
      namespace: 'finance',
      name: 'ledger-transfer-x7k2m',
      state: 'Pending',
      subject: { call: { tool: 'transfer', preview: { amount: 5000, to: 'ACME' } } },
      principal: { name: 'billing-agent' },
      expiresAt: '2026-11-21T10:16:00.000Z',
      votes: [],
      commands: { show: expect.stringContaining('kubectl -n finance get approvalrequests.sallyport.dev') },
    },
  });
});

test('attempts at one piece of news have one id, other news others', async () => {
  await send('Requested');
  await send('Requested');
  await send('Settled', { state: 'Approved', decidedBy: 'ada' });
  await send('Settled', { state: 'Consumed', decidedBy: 'ada' });
  const ids = endpoint.received.map(({ headers }) => headers['webhook-id']);
  expect(ids[0]).toBe(ids[1]);
  expect(new Set(ids).size).toBe(3);
  expect(verified(3)).toMatchObject({ type: 'approval.settled', data: { state: 'Consumed', decidedBy: 'ada' } });
});

test.each([
  ['answers 503', { status: 503, headers: { 'retry-after': '9' } }, 'Later', 9_000],
  ['takes no such message', { status: 422 }, 'Never', undefined],
  ['leads elsewhere', { status: 307, headers: { location: 'http://127.0.0.1:1/' } }, 'Later', undefined],
])('an endpoint that %s', async (_, reply, again, afterMs) => {
  endpoint.answer = () => reply;
  await expect(send('Requested')).rejects.toMatchObject({ again, afterMs });
  expect(endpoint.received).toHaveLength(1);
});

test('neither its URL nor its key is in what goes wrong', async () => {
  await endpoint.close();
  const error: unknown = await send('Requested').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'NotTakenError', again: 'Later', message: 'no answer came (ECONNREFUSED)' });
  expect((error as Error).cause).toBeUndefined();
});

test.each([
  ['a URL that is none', { url: 'ftp://example.com' }, 'none of http or https'],
  ['a key that is none', { secret: 'abc' }, 'whsec_'],
])('%s is named', async (_, keys, expected) => {
  await expect(send('Requested', {}, keys)).rejects.toThrow(expected);
  expect(endpoint.received).toHaveLength(0);
});

test('an answer without an end is not read to its end', async () => {
  endpoint.answer = () => ({ body: 'x'.repeat(4 * 1024 * 1024) });
  expect(await send('Requested')).toEqual({});
});
