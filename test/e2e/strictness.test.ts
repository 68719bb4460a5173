/**
 * What is refused at the door, row by row: the bytes, and the status, code and reason they are refused with (bodies: test/support/strict-bodies.ts). Each is followed by a
 * valid request on the same connection, which is either not read any more or answered as if nothing had stood before it: what a
 * request leaves behind is never taken for another. Bodies are refused alike in both eras; what differs stands in rows of its own.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { REFUSAL_REASONS } from '../../core/mcp/refusals.ts';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import {
  ENVELOPE,
  INITIALIZE,
  JSON_HEADERS,
  callTool,
  legacyHeaders,
  messagesIn,
  modernHeaders,
  modernRequest,
  request,
} from '../support/messages.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { type Conversation, converse } from '../support/raw-conversation.ts';
import { type RawRequest, rawBytes, rawExchange } from '../support/raw-http.ts';
import { openSession } from '../support/session.ts';
import { BODIES, BODY_LIMIT, BOTH, type Expected, requestOf } from '../support/strict-bodies.ts';

const { use } = cleanupAfterAll();
let fixture: FixtureServer;
let gate: TestGate;
beforeAll(async () => {
  fixture = await use(startFixture());
  const policy = policyOf({ ...ALLOW_ALL, limits: { body: BODY_LIMIT } }, { anonymous: true });
  gate = await use(startGate({ upstream: fixture.url, policy }));
});

const MALFORMED: Expected = [400, -32700, 'malformed-http'];
const TOO_LARGE: Expected = [431, -32700, 'malformed-http'];
const OTHER_VERSION: Expected = [505, -32700, 'malformed-http'];
const TARGET: Expected = [400, -32600, 'bad-target'];
const NOT_FOUND: Expected = [404, -32000, 'not-found'];
const METHOD: Expected = [405, -32000, 'method-not-allowed'];
const ENCODED: Expected = [415, -32000, 'unsupported-encoding'];
const TWICE: Expected = [400, -32600, 'duplicate-header'];
const HOST: Expected = [403, -32000, 'host-not-allowed'];

const CALL = callTool('echo', { path: '/data' });
const HOST_LINE = 'Host: 127.0.0.1\r\n';
const TYPE_LINES = 'Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n';
const LENGTH_LINE = `Content-Length: ${CALL.length}\r\n`;
/** A request as text, so that a row can get every byte of it wrong. */
const post = (lines: string, body: string = CALL, line = 'POST /mcp HTTP/1.1'): string =>
  `${line}\r\n${HOST_LINE}${TYPE_LINES}${lines}\r\n${body}`;
const to = (target: string): string => post(LENGTH_LINE, CALL, `POST ${target} HTTP/1.1`);
const chunks = (text: string): string => post('Transfer-Encoding: chunked\r\n', text);
/** One valid request, told from all others. */
const next = (): Buffer => rawBytes(gate.port, { headers: [...JSON_HEADERS, ['X-Next', 'yes']], body: INITIALIZE });

const WIRE: readonly (readonly [name: string, bytes: string, expected: Expected])[] = [
  ['a length and chunks', post(`${LENGTH_LINE}Transfer-Encoding: chunked\r\n`, `0\r\n\r\n${CALL}`), MALFORMED],
  ['chunks and a length', post(`Transfer-Encoding: chunked\r\n${LENGTH_LINE}`, `0\r\n\r\n${CALL}`), MALFORMED],
  ['two lengths', post(`${LENGTH_LINE}Content-Length: 5\r\n`), MALFORMED],
  ['the same length twice', post(LENGTH_LINE + LENGTH_LINE), MALFORMED],
  ['a list of lengths', post('Content-Length: 5, 5\r\n'), MALFORMED],
  ['a length with a sign', post(`Content-Length: +${CALL.length}\r\n`), MALFORMED],
  ['a length below nothing', post('Content-Length: -1\r\n'), MALFORMED],
  ['a hexadecimal length', post('Content-Length: 0x40\r\n'), MALFORMED],
  ['a length beyond all numbers', post('Content-Length: 99999999999999999999\r\n'), MALFORMED],
  ['chunked twice', post('Transfer-Encoding: chunked, chunked\r\n', `1\r\nx\r\n0\r\n\r\n`), MALFORMED],
  [
    'chunked in two headers',
    post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    MALFORMED,
  ],
  ['chunked, then something else', post('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'), MALFORMED],
  ['a coding that is not chunked', post('Transfer-Encoding: gzip\r\n'), ENCODED],
  ['a coding that looks like chunked', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'), ENCODED],
  [
    'a coding in front of chunked',
    post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'),
    [415, -32000, 'unsupported-encoding'],
  ],
  ['a size of a chunk that is no number', chunks('zz\r\nabc\r\n0\r\n\r\n'), MALFORMED],
  ['a size of a chunk beyond all numbers', chunks('fffffffffffffffff\r\nabc\r\n0\r\n\r\n'), MALFORMED],
  ['a chunk that is longer than it says', chunks('1\r\nabc\r\n0\r\n\r\n'), MALFORMED],
  ['a bare LF behind the size of a chunk', chunks('3\nabc\r\n0\r\n\r\n'), MALFORMED],
  ['a blank before the colon', post(`X-Kept : yes\r\n${LENGTH_LINE}`), MALFORMED],
  ['a blank before the colon of the length', post(`Content-Length : ${CALL.length}\r\n`), MALFORMED],
  ['a folded header', post(`X-Kept: a\r\n b\r\n${LENGTH_LINE}`), MALFORMED],
  ['a folded length', post(`Content-Length:\r\n ${CALL.length}\r\n`), MALFORMED],
  ['bare LF behind a header', post(`X-Kept: a\n${LENGTH_LINE}`), MALFORMED],
  ['bare LF behind the head', `POST /mcp HTTP/1.1\n${HOST_LINE.replace('\r', '')}\n`, MALFORMED],
  ['bare CR in a header', post(`X-Kept: a\rX-Other: b\r\n${LENGTH_LINE}`), MALFORMED],
  ['NUL in a header', post(`X-Kept: a\0b\r\n${LENGTH_LINE}`), MALFORMED],
  ['NUL in the name of a header', post(`X-Ke\0pt: a\r\n${LENGTH_LINE}`), MALFORMED],
  ['a header without a name', post(`: a\r\n${LENGTH_LINE}`), MALFORMED],
  ['a header without a colon', post(`X-Kept\r\n${LENGTH_LINE}`), MALFORMED],
  ['a blank in front of the first header', `POST /mcp HTTP/1.1\r\n ${HOST_LINE}\r\n`, MALFORMED],
  ['a header of 20 KB', post(`X-Long: ${'y'.repeat(20_000)}\r\n${LENGTH_LINE}`), TOO_LARGE],
  ['a name of 20 KB', post(`${'y'.repeat(20_000)}: x\r\n${LENGTH_LINE}`), TOO_LARGE],
  ['a target of 20 KB', to(`/mcp?${'y'.repeat(20_000)}`), TOO_LARGE],
  ['headers of 20 KB', post(`${'X-Long: yyyyyyyyyyyy\r\n'.repeat(1_000)}${LENGTH_LINE}`), TOO_LARGE],
  ['201 headers', post(`${'X: y\r\n'.repeat(197)}${LENGTH_LINE}`), TOO_LARGE],
  ['more headers than the parser keeps', post(`${'X:y\r\n'.repeat(1_500)}${LENGTH_LINE}${LENGTH_LINE}`), TOO_LARGE],
  ['an absolute target', to('http://127.0.0.1/mcp'), TARGET],
  ['an absolute target of another scheme', to('ftp://127.0.0.1/mcp'), TARGET],
  ['an asterisk', to('*'), TARGET],
  ['an asterisk to OPTIONS', post(LENGTH_LINE, CALL, 'OPTIONS * HTTP/1.1'), TARGET],
  ['an authority', to('127.0.0.1:80'), MALFORMED],
  ['a path without a slash', to('mcp'), MALFORMED],
  ['a fragment', to('/mcp#x'), TARGET],
  ['a fragment behind a query', to('/mcp?x#y'), TARGET],
  ['two slashes', to('//mcp'), NOT_FOUND],
  ['a slash at the end', to('/mcp/'), NOT_FOUND],
  ['a parameter of the path', to('/mcp;x'), NOT_FOUND],
  ['an encoded letter', to('/%6dcp'), NOT_FOUND],
  ['an encoded NUL', to('/mcp%00'), NOT_FOUND],
  ['capital letters', to('/MCP'), NOT_FOUND],
  ['a dot', to('/./mcp'), NOT_FOUND],
  ['two dots', to('/x/../mcp'), NOT_FOUND],
  ['a backslash', to('/mcp\\'), NOT_FOUND],
  ['a raw byte beyond ASCII', to('/mcp\u00e9'), MALFORMED],
  ['more than a version in the request line', post(LENGTH_LINE, CALL, 'POST /mcp HTTP/1.1 x'), MALFORMED],
  ['HTTP/0.9', post(LENGTH_LINE, CALL, 'POST /mcp HTTP/0.9'), OTHER_VERSION],
  ['HTTP/1.2', post(LENGTH_LINE, CALL, 'POST /mcp HTTP/1.2'), OTHER_VERSION],
  ['HTTP/3.0', post(LENGTH_LINE, CALL, 'POST /mcp HTTP/3.0'), OTHER_VERSION],
  ['HTTP/2, which is no version of the grammar', post(LENGTH_LINE, CALL, 'POST /mcp HTTP/2'), MALFORMED],
  ['HTTP/2.0 in the words of HTTP/1.1', post(LENGTH_LINE, CALL, 'POST /mcp HTTP/2.0'), OTHER_VERSION],
  ['no version', 'POST /mcp\r\n\r\n', OTHER_VERSION],
  ['another protocol', 'SSH-2.0-OpenSSH_10.0\r\n', MALFORMED],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', MALFORMED],
  ['the first bytes of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', MALFORMED],
  ['no Host', `POST /mcp HTTP/1.1\r\n${TYPE_LINES}${LENGTH_LINE}\r\n${CALL}`, MALFORMED],
  ['no Host to HTTP/1.0', `POST /mcp HTTP/1.0\r\n${TYPE_LINES}${LENGTH_LINE}\r\n${CALL}`, HOST],
  ['two Hosts', post(`Host: evil.example.com\r\n${LENGTH_LINE}`), TWICE],
  [
    'two Hosts in one',
    `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1, evil.example.com\r\n${TYPE_LINES}${LENGTH_LINE}\r\n${CALL}`,
    HOST,
  ],
  ['a Host with a user', `POST /mcp HTTP/1.1\r\nHost: a@127.0.0.1\r\n${TYPE_LINES}${LENGTH_LINE}\r\n${CALL}`, HOST],
  ['a Host with a path', `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1/x\r\n${TYPE_LINES}${LENGTH_LINE}\r\n${CALL}`, HOST],
  ['an empty Host', `POST /mcp HTTP/1.1\r\nHost:\r\n${TYPE_LINES}${LENGTH_LINE}\r\n${CALL}`, HOST],
  ['two Origins', post(`Origin: a\r\nOrigin: b\r\n${LENGTH_LINE}`), TWICE],
  ['an Origin', post(`Origin: https://evil.example.com\r\n${LENGTH_LINE}`), [403, -32000, 'origin-not-allowed']],
  ['TRACE', post('', '', 'TRACE /mcp HTTP/1.1'), METHOD],
  ['PUT', post(LENGTH_LINE, CALL, 'PUT /mcp HTTP/1.1'), METHOD],
  ['QUERY', post(LENGTH_LINE, CALL, 'QUERY /mcp HTTP/1.1'), METHOD],
  ['CONNECT', `CONNECT 127.0.0.1:80 HTTP/1.1\r\n${HOST_LINE}\r\n`, METHOD],
  ['post in small letters', post(LENGTH_LINE, CALL, 'post /mcp HTTP/1.1'), MALFORMED],
  ['a method that nobody knows', post(LENGTH_LINE, CALL, 'SEND /mcp HTTP/1.1'), MALFORMED],
  ['an expectation', post(`Expect: 200-ok\r\n${LENGTH_LINE}`), [417, -32000, 'expectation-failed']],
  [
    'a body that is announced as too long',
    post('Expect: 100-continue\r\nContent-Length: 5000\r\n', ''),
    [413, -32600, 'body-too-large'],
  ],
  ['a body that is longer than it says', post(`Content-Length: ${CALL.length - 1}\r\n`), [400, -32700, 'not-json']],
  ['a length of nothing', post('Content-Length: 0\r\n', ''), [400, -32600, 'body-missing']],
  ['no length at all', post('', ''), [400, -32600, 'body-missing']],
];

describe('bytes that are no request', () => {
  it.each(WIRE)('%s', async (_name, bytes, expected) => {
    await expectNothingPasses(bytes, expected);
  });

  it('but chunks with extensions and trailers are, and neither passes', async () => {
    const size = CALL.length.toString(16);
    const body = `${size};x="y"\r\n${CALL}\r\n0;z\r\nMcp-Method: tools/list\r\nX-Trailer: 1\r\n\r\n`;
    const seenBefore = fixture.seen.length;
    const { answers } = await converse(gate.port, post('Transfer-Encoding: chunked\r\nTrailer: X-Trailer\r\n', body), {
      answers: 1,
    });
    // No session was opened, so it is the server that refuses.
    expect(answers).toHaveLength(1);
    const [seen] = fixture.seen.slice(seenBefore);
    expect(seen?.body).toBe(CALL);
    for (const name of ['x-trailer', 'trailer', 'transfer-encoding', 'mcp-method']) {
      expect(seen?.headers).not.toHaveProperty(name);
    }
  });
});

describe.each(BOTH)('a body of the %s era', (era) => {
  it.each(BODIES)('is not taken with $name', async (row) => {
    await expectNothingPasses(rawBytes(gate.port, requestOf(row, era)), row.expected);
  });
});

const claiming = (version: unknown): string =>
  request('tools/list', { _meta: { ...ENVELOPE, 'io.modelcontextprotocol/protocolVersion': version } });

const ONE_ERA: readonly (readonly [name: string, request: RawRequest, expected: Expected])[] = [
  [
    'legacy: a version that nobody speaks',
    { headers: [...JSON_HEADERS, ['MCP-Protocol-Version', '1999-01-01']], body: CALL },
    [400, -32000, 'unsupported-legacy-version'],
  ],
  [
    'legacy: two versions in one',
    { headers: [...JSON_HEADERS, ['MCP-Protocol-Version', '2025-11-25, 2025-06-18']], body: CALL },
    [400, -32000, 'unsupported-legacy-version'],
  ],
  [
    'legacy: a session that is none',
    { headers: legacyHeaders('nobody'), body: CALL },
    [404, -32001, 'session-not-found'],
  ],
  ['legacy: two sessions', { headers: [...legacyHeaders('a'), ['Mcp-Session-Id', 'b']], body: CALL }, TWICE],
  ['legacy: two sessions in one', { headers: legacyHeaders('a, b'), body: CALL }, [404, -32001, 'session-not-found']],
  ['legacy: an unknown method', { headers: legacyHeaders(), body: request('x/y') }, [200, -32601, 'unknown-method']],
  [
    'legacy: an unknown notification',
    { headers: legacyHeaders(), body: '{"jsonrpc":"2.0","method":"x/y"}' },
    [202, 'nothing', 'unknown-notification'],
  ],
  [
    'modern: an unknown method',
    { headers: modernHeaders('x/y'), body: modernRequest('x/y') },
    [404, -32601, 'unknown-method'],
  ],
  [
    'modern: a header of another method',
    { headers: modernHeaders('tools/list'), body: modernRequest('tools/call', { name: 'echo' }) },
    [400, -32020, 'header-mismatch'],
  ],
  ['modern: initialize', { headers: modernHeaders('initialize'), body: INITIALIZE }, [400, -32020, 'header-mismatch']],
  [
    'modern: no envelope',
    { headers: modernHeaders('tools/list'), body: request('tools/list') },
    [400, -32602, 'bad-envelope'],
  ],
  [
    'modern: a posted response',
    { headers: modernHeaders('x'), body: '{"jsonrpc":"2.0","id":1,"result":{}}' },
    [400, -32602, 'bad-envelope'],
  ],
  [
    'modern: a version that nobody speaks',
    { headers: modernHeaders('tools/list', undefined, '2099-01-01'), body: claiming('2099-01-01') },
    [400, -32022, 'unsupported-protocol-version'],
  ],
  [
    '2025-06-18: a batch',
    { headers: [...JSON_HEADERS, ['MCP-Protocol-Version', '2025-06-18']], body: `[${CALL}]` },
    [200, -32600, 'batch'],
  ],
  ['2025-11-25: a batch', { headers: legacyHeaders(), body: `[${CALL}]` }, [200, -32600, 'batch']],
  [
    '2025-11-25: a batch in which nobody waits',
    { headers: legacyHeaders(), body: '[{"jsonrpc":"2.0","method":"notifications/initialized"}]' },
    [400, -32600, 'batch'],
  ],
  [
    'legacy: a notification that cannot be read in one way',
    { headers: legacyHeaders(), body: '{"jsonrpc":"2.0","method":"notifications/progress","params":{"a":"\\ud800"}}' },
    [202, 'nothing', 'lone-surrogate'],
  ],
  [
    'legacy: a response that cannot be read in one way',
    { headers: legacyHeaders(), body: '{"jsonrpc":"2.0","id":1,"result":{"a":1,"A":2}}' },
    [202, 'nothing', 'duplicate-key'],
  ],
  [
    '2026-07-28: a batch of its own calls',
    { headers: modernHeaders('tools/list'), body: `[${modernRequest('tools/list')}]` },
    [400, -32600, 'batch'],
  ],
];

describe('what belongs to one era', () => {
  it.each(ONE_ERA)('%s', async (_name, row, expected) => {
    await expectNothingPasses(rawBytes(gate.port, row), expected);
  });
});

/** Reasons that lie in what was before, in the policy, or behind the gate: tests of their own make them. */
const NOT_OF_THE_DOOR = new Set([
  ...['id-in-use', 'session-required', 'too-many-sessions', 'too-many-streams', 'event-not-found', 'state-not-found'],
  ...[
    'task-not-found',
    'missing-capability',
    'too-many-calls',
    'no-room',
    'no-room-for-answer',
    'too-many-values',
    'unexpected-response',
    'client-unreachable',
    'plain-http',
    'unauthenticated',
    'nonce-required',
    'proof-not-taken',
    'identity-unavailable',
    'no-credentials',
    'credentials-unavailable',
    'credential-echoed',
    'replica-silent',
    'denied',
    'halted',
    'limited',
    'history-unavailable',
    'insufficient-scope',
    'inspection-budget',
    'no-policy',
    'audit-unavailable',
    'draining',
  ],
  ...['internal-error', 'upstream-unreachable', 'upstream-broken', 'upstream-invalid', 'upstream-refused'],
  ...REFUSAL_REASONS.filter((reason) => reason.startsWith('approval-')),
]);

it('has a row for every reason there is at the door', () => {
  const rows = new Set(
    [...BODIES, ...[...WIRE, ...ONE_ERA].map(([, , expected]) => ({ expected }))].map(
      ({ expected: [, , reason] }) => reason,
    ),
  );
  expect(REFUSAL_REASONS.filter((reason) => !NOT_OF_THE_DOOR.has(reason) && !rows.has(reason))).toEqual([]);
});

describe('what is served all the same', () => {
  it('a legacy call whose Mcp-* headers lie: the body decides, and the lie goes no further', async () => {
    const session = await openSession(gate);
    const seenBefore = fixture.seen.length;
    const lies: [string, string][] = [
      ['Mcp-Method', 'tools/list'],
      ['Mcp-Name', 'danger'],
      ['Mcp-Param-Region', 'eu'],
    ];
    const { status, body } = await rawExchange(gate.port, {
      headers: [...legacyHeaders(session), ...lies],
      body: CALL,
    });
    expect(status).toBe(200);
    expect(JSON.stringify(messagesIn(body))).toContain('echo');
    const [seen] = fixture.seen.slice(seenBefore);
    expect(seen?.body).toBe(CALL);
    for (const [name] of lies) expect(seen?.headers).not.toHaveProperty(name.toLowerCase());
  });

  it('a query, which the server never sees', async () => {
    const { status } = await rawExchange(gate.port, { target: '/mcp?x=1', headers: JSON_HEADERS, body: INITIALIZE });
    expect(status).toBe(200);
  });

  it.each(['h2c', 'websocket', 'TLS/1.0'])(
    'a request that would rather speak %s, as if it would not',
    async (protocol) => {
      const seenBefore = fixture.seen.length;
      const lines = `Connection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\nHTTP2-Settings: AAMAAABk\r\n`;
      const bytes = post(`${lines}Content-Length: ${INITIALIZE.length}\r\n`, INITIALIZE);
      const { answers } = await converse(gate.port, Buffer.concat([Buffer.from(bytes), next()]));
      // What was sent on before the answer might have been of the other protocol, and is not read.
      expect(answers.map(({ status }) => status)).toEqual([200]);
      const [seen, ...others] = fixture.seen.slice(seenBefore);
      expect(others).toEqual([]);
      for (const name of ['upgrade', 'http2-settings']) expect(seen?.headers).not.toHaveProperty(name);
    },
  );

  it.each(['GET', 'DELETE'])('%s with a body, which goes no further', async (method) => {
    const session = await openSession(gate);
    const seenBefore = fixture.seen.length;
    const lines = `Mcp-Session-Id: ${session}\r\n${LENGTH_LINE}`;
    const { answers } = await converse(gate.port, post(lines, CALL, `${method} /mcp HTTP/1.1`), { answers: 1 });
    expect(answers[0]?.status).toBe(200);
    expect(fixture.seen.slice(seenBefore).map((seen) => [seen.method, seen.body])).toEqual([[method, '']]);
  });

  it('HEAD, with the status of a refusal and no body', async () => {
    const { answers } = await converse(gate.port, `HEAD /mcp HTTP/1.1\r\n${HOST_LINE}Connection: close\r\n\r\n`);
    expect(answers.map(({ status, body }) => [status, body])).toEqual([[405, '']]);
  });

  it('HTTP/1.0, an answer at a time', async () => {
    const lines = `Content-Length: ${INITIALIZE.length}\r\n`;
    const { answers, closed } = await converse(gate.port, post(lines, INITIALIZE, 'POST /mcp HTTP/1.0'));
    expect({ closed, statuses: answers.map(({ status }) => status) }).toEqual({ closed: true, statuses: [200] });
    // Events without chunks, which HTTP/1.0 does not know: the end of the connection ends them.
    expect(answers[0]?.head).not.toMatch(/transfer-encoding/i);
    expect(messagesIn(answers[0]?.body ?? '')).toMatchObject([{ id: 1, result: {} }]);
  });

  it('HTTP/1.0 with keep-alive, as long as answers have a length', async () => {
    const bad = post(`Connection: keep-alive\r\n${LENGTH_LINE}`, CALL, 'POST /mcp HTTP/1.0').replace('"id":1,', '');
    const short = bad.replace(LENGTH_LINE, `Content-Length: ${CALL.length - '"id":1,'.length}\r\n`);
    const { answers } = await converse(gate.port, short + short);
    expect(answers.map(({ status }) => status)).toEqual([400, 400]);
    const { answers: streamed, closed } = await converse(
      gate.port,
      post(`Connection: keep-alive\r\nContent-Length: ${INITIALIZE.length}\r\n`, INITIALIZE, 'POST /mcp HTTP/1.0'),
    );
    expect({ closed, statuses: streamed.map(({ status }) => status) }).toEqual({ closed: true, statuses: [200] });
  });

  it('requests in a row: each is decided on its own and answered in order', async () => {
    const session = await openSession(gate);
    const rows: [RawRequest, number, unknown][] = [
      [{ headers: legacyHeaders(session), body: callTool('slow', { ms: 100 }, 7) }, 200, { id: 7, result: {} }],
      [{ headers: legacyHeaders(session), body: request('x/y', {}, 8) }, 200, { id: 8, error: { code: -32601 } }],
      [{ headers: legacyHeaders('nobody'), body: CALL }, 404, { error: { code: -32001 } }],
      [{ headers: legacyHeaders(session), body: CALL.replace('"id":1', '"id":9') }, 200, { id: 9, result: {} }],
      [{ headers: modernHeaders('tools/list'), body: modernRequest('tools/list') }, 200, { id: 1, result: {} }],
    ];
    const bytes = Buffer.concat(rows.map(([row]) => rawBytes(gate.port, row)));
    const { answers } = await converse(gate.port, bytes, { answers: rows.length });
    expect(answers.map(({ status }) => status)).toEqual(rows.map(([, status]) => status));
    expect(answers.map(({ body }) => messagesIn(body).at(-1))).toMatchObject(rows.map(([, , message]) => message));
  });

  it('nothing of a request that breaks off', async () => {
    const [before, seenBefore] = [(await gate.decisions()).length, fixture.seen.length];
    for (const bytes of [
      post(`Content-Length: ${CALL.length + 1}\r\n`),
      chunks(`${CALL.length.toString(16)}\r\n${CALL}\r\n`),
    ]) {
      await converse(gate.port, bytes, { end: true });
    }
    const lines = (await gate.decisions(before + 2)).slice(before);
    expect(lines.map(({ decision }) => decision.reason)).toEqual(['not-json', 'not-json']);
    expect(fixture.seen).toHaveLength(seenBefore);
  });
});

/** Sends the bytes and a valid request behind them. */
async function expectNothingPasses(bytes: Buffer | string, [status, code, reason]: Expected): Promise<void> {
  const [before, seenBefore] = [(await gate.decisions()).length, fixture.seen.length];
  const all = Buffer.concat([Buffer.from(bytes as string, 'utf8'), next()]);
  const conversation = await converse(gate.port, all);
  const [first, second, ...others] = conversation.answers;
  expect([first?.status, outcomeIn(first?.body ?? '')]).toEqual([status, code]);
  if (status === 200) expect(messagesIn(first?.body ?? '')).toMatchObject([{ id: 1 }]);
  expect(others).toEqual([]);
  const lines = (await gate.decisions(before + 1)).slice(before);
  expect([lines[0]?.outcome, lines[0]?.decision.reason]).toEqual(['refused', reason]);
  // Whose side it is on, and what to do: in the same words for who called and for who reads the record.
  const detail = lines[0]?.decision.detail ?? expect.fail('no words on record');
  expect(detail).toMatch(/ On the (client|gate|server)'s side: \w.+\.$/);
  if (code !== 'nothing')
    expect(messagesIn(first?.body ?? '').map((message) => JSON.stringify(message))).toEqual([
      expect.stringContaining(JSON.stringify(detail)),
    ]);
  const reached = fixture.seen.slice(seenBefore).map(({ headers, body }) => [headers['x-next'], body]);
  if (second === undefined || second.status !== 200) expectClosed(conversation, reached);
  else expect(reached).toEqual([['yes', INITIALIZE]]);
}

/** The code of an error, or that the words are in a tool's result. */
function outcomeIn(body: string): unknown {
  if (body === '') return 'nothing';
  const [message, ...others] = messagesIn(body) as {
    result?: { isError?: unknown };
    error?: { code: unknown };
  }[];
  expect(others).toEqual([]);
  return message?.result?.isError === true ? 'result' : message?.error?.code;
}

/** The rest of a request that is not read to its end may be taken for no request, or for one that is refused in turn. */
function expectClosed({ closed, answers: [, second] }: Conversation, reached: unknown): void {
  expect({ closed, reached }).toEqual({ closed: true, reached: [] });
  if (second !== undefined) expect(second.status).toBe(400);
}
