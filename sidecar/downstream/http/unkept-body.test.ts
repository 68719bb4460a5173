import { beforeAll, expect, test } from 'vitest';
import { cleanupAfterAll } from '../../../test/support/cleanup.ts';
import { type TestGate, startGate } from '../../../test/support/gate.ts';
import { JSON_HEADERS } from '../../../test/support/messages.ts';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { type RawResponse, rawExchange } from '../../../test/support/raw-http.ts';

const { use } = cleanupAfterAll();
let gate: TestGate;
beforeAll(async () => {
  const policy = policyOf({ ...ALLOW_ALL, limits: { body: '4Ki' } }, { anonymous: true });
  gate = await use(startGate({ upstream: 'http://127.0.0.1:1/mcp', policy }));
});

const MIB = 1024 * 1024;
const post = (body: string): Promise<RawResponse> =>
  rawExchange(gate.port, { headers: JSON_HEADERS, body, chunked: 64 * 1024 });
const filler = (bytes: number): string => `"params":{"x":"${'x'.repeat(bytes)}"}`;

test.each([
  ['first', `{"jsonrpc":"2.0","id":7,"method":"a",${filler(5000)}}`, 7],
  ['last', `{"jsonrpc":"2.0","method":"a",${filler(5000)},"id":"z"}`, 'z'],
  ['far away', `{"jsonrpc":"2.0","method":"a",${filler(MIB)},"id":"far"}`, 'far'],
  ['twice, of which nobody knows which counts', `{"id":1,"method":"a",${filler(5000)},"id":2}`, null],
  ['nowhere, in what is no message', `[${'1,'.repeat(5000)}{"id":1}]`, null],
])('whoever sent it is told under the id that stands %s', async (_where, body, id) => {
  const response = await post(body);
  expect(JSON.parse(response.body)).toMatchObject({ id, error: { code: -32_600 } });
});

test('a notification gets no word, which its sender could not place', async () => {
  const { status, body } = await post(`{"jsonrpc":"2.0","method":"notifications/x",${filler(5000)}}`);
  expect([status, body]).toEqual([202, '']);
});

test('what goes on and on is not read to its end, and its connection ends', async () => {
  const response = await post(`{"jsonrpc":"2.0","method":"a",${filler(17 * MIB)},"id":"never"}`).catch(
    (error: unknown) => error,
  );
  // Whoever still sends when the connection is closed may not see what was said before.
  if (response instanceof Error) expect(response.message).toMatch(/ECONNRESET|EPIPE|closed after/);
  else expect(response).toMatchObject({ status: 413, headers: { connection: 'close' } });
  const records = await gate.decisions(1);
  expect(records.at(-1)).toMatchObject({ decision: { reason: 'body-too-large' } });
});
