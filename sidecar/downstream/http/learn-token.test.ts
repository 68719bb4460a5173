/** What comes on a connection while the issuer of its token is asked for keys. */
import { connect } from 'node:net';
import { beforeEach, expect, it } from 'vitest';
import { cleanupAfterEach } from '../../../test/support/cleanup.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { type TestGate, startGate } from '../../../test/support/gate.ts';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { TestIssuer } from '../../testing/test-issuer.ts';
import type { Upstream } from '../../upstream/upstream.ts';

const { use, defer } = cleanupAfterEach();
const upstream: Upstream = {
  url: undefined,
  endpointIn: () => undefined,
  close: async () => {},
  send: () => ({ resume() {}, abort() {} }),
};
let gate: TestGate;
let token: string;
/** The issuer says its keys. */
let say: () => void;
beforeEach(async () => {
  const issuer = await use(TestIssuer.start());
  const documents: Record<string, unknown> = {
    '/.well-known/openid-configuration': { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` },
    '/keys': await issuer.jwks(),
  };
  const held: (() => void)[] = [];
  issuer.answer = ({ url = '' }, response) => {
    held.push(() => response.end(JSON.stringify(documents[url])));
    return true;
  };
  say = () => {
    issuer.answer = () => false;
    for (const answer of held.splice(0)) answer();
  };
  const jwt = [{ issuer: issuer.url, audiences: ['gate'] }];
  gate = await use(startGate({ upstream: () => upstream, policy: policyOf(ALLOW_ALL, { jwt }) }));
  token = await issuer.token({ aud: 'gate' });
  await eventually('the issuer is asked', () => held.length > 0);
});

function head(method: string, ...headers: string[]): string {
  const lines = [`${method} /mcp HTTP/1.1`, `Host: 127.0.0.1:${gate.port}`, `Authorization: Bearer ${token}`];
  return [...lines, 'Content-Type: application/json', 'Accept: application/json', ...headers, '', ''].join('\r\n');
}

function opened(): { send: (text: string) => void; end: () => void; received: () => string; isClosed: () => boolean } {
  const socket = connect(gate.port, '127.0.0.1');
  let text = '';
  let closed = false;
  socket.on('data', (chunk: Buffer) => (text += chunk.toString())).on('error', () => {});
  socket.on('close', () => (closed = true));
  defer(() => socket.destroy());
  return {
    send: (more) => socket.write(more),
    end: () => socket.end(),
    received: () => text,
    isClosed: () => closed,
  };
}

it.each([
  ['what is no chunk', 'nonsense\r\n', false],
  ['the end of the connection', '28\r\n{', true],
])('a body that breaks off by %s is answered, on record, and ends its connection', async (_what, body, ends) => {
  const client = opened();
  client.send(head('POST', 'Transfer-Encoding: chunked'));
  client.send(body);
  if (ends) client.end();
  await eventually('it is closed', client.isClosed);
  expect(client.received()).toMatch(/^HTTP\/1\.1 400 /);
  say();
  expect(await gate.decisions(1)).toMatchObject([{ decision: { reason: 'malformed-http' } }]);
});

it('what is no HTTP behind a whole request takes nothing from that one', async () => {
  const client = opened();
  client.send(`${head('POST', 'Content-Length: 2')}{]nonsense\r\n\r\n`);
  say();
  const [decision] = await gate.decisions(1);
  expect(decision).toMatchObject({ principal: { kind: 'jwt', name: 'ada' }, decision: { reason: 'not-json' } });
});

it('no more wait than there is room for, and whoever is known already does not wait', async () => {
  opened().send(head('PUT').repeat(513));
  expect(await gate.decisions(1)).toMatchObject([{ decision: { reason: 'too-many-calls' } }]);
  say();
  // Of refusals that are alike the first is on record, and the others are counted.
  expect((await gate.decisions(2)).at(-1)).toMatchObject({ decision: { reason: 'method-not-allowed' } });
  opened().send(`${head('POST', 'Content-Length: 2')}{]`);
  expect((await gate.decisions(3)).at(-1)).toMatchObject({ decision: { reason: 'not-json' } });
});
