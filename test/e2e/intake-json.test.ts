/** Bodies that two parsers could read in two ways are refused before anything is decided by them. */
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { JSON_HEADERS, callTool, legacyHeaders, request } from '../support/messages.ts';
import { rawExchange } from '../support/raw-http.ts';

const { use } = cleanupAfterAll();
let fixture: FixtureServer;
let gate: TestGate;
beforeAll(async () => {
  fixture = await use(startFixture());
  gate = await use(startGate({ upstream: fixture.url }));
});

const CALL = callTool('echo', { path: '/data' });
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const withArguments = (json: string): string =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":${json}}}`;

describe('a body that is not one JSON text', () => {
  it.each<[name: string, body: string | Buffer, code: number | 'result', reason: string, says: RegExp]>([
    ['broken JSON', '{"jsonrpc":"2.0",', -32700, 'not-json', /not one JSON value/],
    ['two objects in a row', CALL + CALL, -32700, 'not-json', /not one JSON value/],
    ['two objects on two lines', `${CALL}\n${CALL}`, -32700, 'not-json', /not one JSON value/],
    ['a trailing NUL', `${CALL}\0`, -32700, 'not-json', /not one JSON value/],
    ['a comment', `/* hi */${CALL}`, -32700, 'not-json', /not one JSON value/],
    ['a single-quoted key', CALL.replace('"id"', "'id'"), -32700, 'not-json', /not one JSON value/],
    ['a byte order mark', `\uFEFF${CALL}`, -32700, 'byte-order-mark', /send plain UTF-8/],
    ['invalid UTF-8', Buffer.from(CALL.replace('/data', 'é'), 'latin1'), -32700, 'not-utf-8', /UTF-8/],
    ['UTF-16', Buffer.from(CALL, 'utf16le'), -32700, 'not-json', /not one JSON value/],
    ['no body at all', '', -32600, 'body-missing', /send one JSON-RPC message/],
    ['blanks', '  \n ', -32700, 'not-json', /not one JSON value/],
    ['65 levels', withArguments(`{"a":${nested(63)}}`), 'result', 'too-deep', /deeper than 64/],
    ['100,000 levels', withArguments(`{"a":${nested(100_000)}}`), 'result', 'too-deep', /deeper than 64/],
    [
      'a number beyond all doubles',
      withArguments('{"amount":1e400}'),
      'result',
      'number-too-large',
      /larger than a double/,
    ],
    ['half a surrogate pair', withArguments('{"a":"\\ud800"}'), 'result', 'lone-surrogate', /surrogate/],
  ])('%s', async (_name, body, code, reason, says) => {
    // What has an id that can be read is answered under it.
    const status = code === 'result' || ['byte-order-mark', 'not-utf-8'].includes(reason) ? 200 : 400;
    await expectRefused(gate, fixture, { headers: JSON_HEADERS, body }, { status, code, says, reason });
  });
});

describe('one key twice', { tags: ['one-reading'] }, () => {
  it.each<[name: string, body: string]>([
    ['method', CALL.replace('"method"', '"method":"tools/list","method"')],
    ['id', CALL.replace('"id"', '"id":2,"id"')],
    ['params', CALL.replace('"params"', '"params":{},"params"')],
    ['params.name', CALL.replace('"name"', '"name":"danger","name"')],
    ['params.arguments', CALL.replace('"arguments"', '"arguments":{},"arguments"')],
    ['an argument', withArguments('{"path":"/a","path":"/etc/passwd"}')],
    ['an argument, once escaped', withArguments(String.raw`{"path":"/a","\u0070ath":"/etc/passwd"}`)],
    ['deep in the arguments', withArguments('{"a":[{"b":{"c":1,"d":2,"c":3}}]}')],
  ])('%s', async (name, body) => {
    const says = /same key twice|differ only in case/;
    // Which of two ids would its sender wait for? And a call of what, with two methods?
    const status = name === 'id' ? 400 : 200;
    const code = name === 'id' || name === 'method' ? -32600 : 'result';
    const expected = { status, code, says, reason: 'duplicate-key' } as const;
    await expectRefused(gate, fixture, { headers: JSON_HEADERS, body }, expected);
  });
});

it.each([
  ['as an argument', withArguments('{"__proto__":{"a":1}}')],
  ['twice', withArguments('{"__proto__":{"a":1},"__proto__":{}}')],
  ['escaped', withArguments(String.raw`{"\u005f_proto__":{"a":1}}`)],
])('the key __proto__, %s', async (_name, body) => {
  const expected = { status: 200, code: 'result', says: /__proto__/, reason: 'forbidden-key' } as const;
  await expectRefused(gate, fixture, { headers: JSON_HEADERS, body }, expected);
});

describe('a key that a case-folding server takes for another', { tags: ['one-reading'] }, () => {
  it.each<[name: string, body: string, reason: string]>([
    ['METHOD beside method', CALL.replace('"method"', '"METHOD":"tools/list","method"'), 'duplicate-key'],
    ['PARAMS beside params', CALL.replace('"params"', '"PARAMS":{},"params"'), 'duplicate-key'],
    ['NAME beside name', CALL.replace('"name"', '"NAME":"danger","name"'), 'duplicate-key'],
    ['NAME alone', CALL.replace('"name"', '"NAME"'), 'misspelled-key'],
    ['Method alone', CALL.replace('"method"', '"Method"'), 'misspelled-key'],
    ['paramſ with a long s', CALL.replace('"params"', '"paramſ"'), 'misspelled-key'],
    ['argumentſ with a long s', CALL.replace('"arguments"', '"argumentſ"'), 'misspelled-key'],
    ['PATH beside path', withArguments('{"PATH":"/etc/passwd","path":"/data"}'), 'duplicate-key'],
    ['K as the kelvin sign beside k', withArguments('{"k":1,"\u212A":2}'), 'duplicate-key'],
    ['token beside toKen with a kelvin sign', withArguments('{"token":1,"to\u212Aen":2}'), 'duplicate-key'],
    ['long s beside s', withArguments('{"host":1,"ho\u017Ft":2}'), 'duplicate-key'],
    ['deep in the arguments', withArguments('{"a":[{"Url":"x","url":"y"}]}'), 'duplicate-key'],
    ['a capital I with a dot beside i', withArguments('{"file":1,"f\u0130le":2}'), 'duplicate-key'],
    ['a small i without a dot beside I', withArguments('{"FILE":1,"f\u0131le":2}'), 'duplicate-key'],
    ['argumentſ of another method', CALL.replace('"name"', '"ur\u0130":"x:y","name"'), 'misspelled-key'],
  ])('%s', async (_name, body, reason) => {
    const says = /differ only in case|must be spelled/;
    const code = reason === 'misspelled-key' ? -32600 : 'result';
    const expected = { status: 200, code, says, reason } as const;
    await expectRefused(gate, fixture, { headers: JSON_HEADERS, body }, expected);
  });
});

/** Without an id that an answer could carry. */
const NOBODY_TO_ANSWER = new Set([
  ...['an empty batch', 'a string', 'null', 'id null', 'a fractional id', 'an id beyond 2^53', 'an object as id'],
  'tools/call without id',
]);

/** What answers nothing is taken and goes no further. */
async function expectTaken(body: string, reason: string): Promise<void> {
  const before = (await gate.decisions()).length;
  const seenBefore = fixture.seen.length;
  const response = await rawExchange(gate.port, { headers: legacyHeaders(), body });
  expect(response).toMatchObject({ status: 202, body: '' });
  const added = (await gate.decisions(before + 1)).slice(before);
  expect(added.map(({ outcome, decision }) => [outcome, decision.reason])).toEqual([['refused', reason]]);
  expect(fixture.seen).toHaveLength(seenBefore);
}

describe('JSON that is not one JSON-RPC message', () => {
  it.each<[name: string, body: string, reason: string, says: RegExp]>([
    ['an empty batch', '[]', 'batch', /empty list/],
    ['a string', '"tools/list"', 'not-a-message', /is an object/],
    ['null', 'null', 'not-a-message', /is an object/],
    ['no jsonrpc', CALL.replace('"jsonrpc":"2.0",', ''), 'not-a-message', /"jsonrpc" must be "2.0"/],
    ['jsonrpc 1.0', CALL.replace('"2.0"', '"1.0"'), 'not-a-message', /"jsonrpc" must be "2.0"/],
    ['id null', CALL.replace('"id":1', '"id":null'), 'not-a-message', /"id" must be/],
    ['a fractional id', CALL.replace('"id":1', '"id":1.5'), 'not-a-message', /"id" must be/],
    ['an id beyond 2^53', CALL.replace('"id":1', '"id":9007199254740993'), 'not-a-message', /"id" must be/],
    ['an object as id', CALL.replace('"id":1', '"id":{}'), 'not-a-message', /"id" must be/],
    ['tools/call without id', CALL.replace('"id":1,', ''), 'id-missing', /needs an "id"/],
    [
      'another top-level key',
      CALL.replace('"id":1', '"id":1,"extra":true'),
      'not-a-message',
      /"extra" is not a member/,
    ],
    ['method and result', CALL.replace('"id":1', '"id":1,"result":{}'), 'not-a-message', /either a "method"/],
    ['result and error', '{"jsonrpc":"2.0","id":1,"result":{},"error":{}}', 'not-a-message', /exactly one/],
    ['params as a list', '{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', 'not-a-message', /"params" must be/],
    ['an empty method', request(''), 'not-a-message', /"method" must be/],
  ])('%s', async (name, body, reason, says) => {
    const status = NOBODY_TO_ANSWER.has(name) ? 400 : 200;
    const expected = { status, code: -32600, says, reason };
    if (name === 'result and error') await expectTaken(body, reason);
    else await expectRefused(gate, fixture, { headers: legacyHeaders(), body }, expected);
  });
});

describe('a message whose meaning is not known', () => {
  it.each<[name: string, body: string, status: number, code: number, reason: string, says: RegExp]>([
    ['an unknown method', request('interceptors/list'), 200, -32601, 'unknown-method', /interceptors\/list/],
    [
      'tasks, which nothing binds to a caller',
      request('tasks/get', { taskId: 'x' }),
      200,
      -32601,
      'unknown-method',
      /tasks\/get/,
    ],
    [
      'a notification as a request',
      request('notifications/initialized'),
      200,
      -32601,
      'unknown-method',
      /notifications/,
    ],
    ['tools/call without name', request('tools/call', {}), 200, -32602, 'bad-params', /"name" must be a string/],
    [
      'arguments as a list',
      request('tools/call', { name: 'echo', arguments: [] }),
      200,
      -32602,
      'bad-params',
      /must be an object/,
    ],
    [
      'resources/read of a number',
      request('resources/read', { uri: 7 }),
      200,
      -32602,
      'bad-params',
      /"uri" must be a string/,
    ],
    ['completion of nothing', request('completion/complete', {}), 200, -32602, 'bad-params', /"ref" must name/],
  ])('%s', async (_name, body, status, code, reason, says) => {
    await expectRefused(gate, fixture, { headers: JSON_HEADERS, body }, { status, code, says, reason });
  });

  it('an unknown notification, which nobody waits for', async () => {
    await expectTaken('{"jsonrpc":"2.0","method":"x/y"}', 'unknown-notification');
  });
});
